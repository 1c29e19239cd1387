/** epoll(7): sockets to wait for come in, those that are ready go out. Each is told of once. */
import os from 'node:os';
import { bind as bindCall, errno, SystemError } from '../../linux/libc.ts';
import { closeSocket, EINTR } from '../../linux/sockets.ts';

export interface Epoll {
  /** Tells once when the socket is ready; `turn` comes back then. */
  watch(fd: number, events: number, turn: number): void;
  /** Calls `onReady` for each that is ready, after at most so long; true where there may be more. */
  wait(timeoutMs: number, onReady: (fd: number, turn: number) => void): boolean;
  close(): void;
}

const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_MOD = 3;
const EPOLL_CLOEXEC = 0x80000;
const EPOLLONESHOT = 0x40000000;
const MAX_EVENTS = 1024;
const { ENOENT } = os.constants.errno;

// Only on x86-64 does the kernel pack this structure.
const EVENT_SIZE = process.arch === 'x64' ? 12 : 16;
const DATA_AT = EVENT_SIZE - 8;

const epollCreate = bindCall<[flags: number]>('int epoll_create1(int)');
const epollControl = bindCall<[epoll: number, op: number, fd: number, event: Uint8Array]>(
  'int epoll_ctl(int, int, int, void *)',
);
const epollWait = bindCall<[epoll: number, events: Uint8Array, most: number, timeout: number]>(
  'int epoll_wait(int, void *, int, int)',
);

export function openEpoll(): Epoll {
  const epoll = epollCreate(EPOLL_CLOEXEC);
  if (epoll < 0) throw new SystemError('epoll_create1', errno());
  const events = Buffer.alloc(EVENT_SIZE * MAX_EVENTS);
  const request = Buffer.alloc(128);

  const watch = (fd: number, wanted: number, turn: number): void => {
    request.writeUInt32LE((wanted | EPOLLONESHOT) >>> 0, 0);
    request.writeUInt32LE(fd, DATA_AT);
    request.writeUInt32LE(turn, DATA_AT + 4);
    if (epollControl(epoll, EPOLL_CTL_MOD, fd, request) === 0) return;
    if (errno() !== ENOENT || epollControl(epoll, EPOLL_CTL_ADD, fd, request) !== 0) {
      throw new SystemError('epoll_ctl', errno());
    }
  };

  const wait: Epoll['wait'] = (timeoutMs, onReady) => {
    const count = epollWait(epoll, events, MAX_EVENTS, timeoutMs);
    if (count < 0 && errno() !== EINTR) throw new SystemError('epoll_wait', errno());
    for (let i = 0; i < count; i++) {
      const at = i * EVENT_SIZE + DATA_AT;
      onReady(events.readUInt32LE(at), events.readUInt32LE(at + 4));
    }
    return count === MAX_EVENTS;
  };

  return { watch, wait, close: () => closeSocket(epoll) };
}
