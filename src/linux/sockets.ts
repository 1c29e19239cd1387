/**
 * The C library's socket calls, as far as probes need them: all non-blocking, all close-on-exec, errors as errno.
 *
 * A socket belongs for ever to the network namespace that this thread was in when it was opened.
 */
import { closeSync } from 'node:fs';
import os from 'node:os';
import koffi from 'koffi';
import { bind as bindCall, errno, type Memory, SystemError, socket } from './libc.ts';

export const AF_PACKET = 17;
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const IPPROTO_ICMP = 1;
export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;
export const IPPROTO_ICMPV6 = 58;
export const IPPROTO_SCTP = 132;

export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
const SO_ERROR = 4;
const SO_LINGER = 13;
export const SO_ATTACH_FILTER = 26;
export const SO_RCVBUFFORCE = 33;

export const MSG_ERRQUEUE = 0x2000;
export const MSG_NOSIGNAL = 0x4000;
export const MSG_TRUNC = 0x20;

export const { EAGAIN, EINPROGRESS, EADDRINUSE, EINTR } = os.constants.errno;

const SOCK_NONBLOCK_CLOEXEC = 0x80800;
const SIOCGSTAMPNS = 0x8907;
const SIOCOUTQ = 0x5411;
const CLOCK_REALTIME = 0;

export const connect = bindCall<[fd: number, address: Memory, length: number]>('int connect(int, const void *, int)');
export const bindTo = bindCall<[fd: number, address: Memory, length: number]>('int bind(int, const void *, int)');
export const listen = bindCall<[fd: number, backlog: number]>('int listen(int, int)');
export const sendTo = bindCall<
  [fd: number, bytes: Memory, length: number, flags: number, address: Memory | null, addressLength: number]
>('long sendto(int, const void *, size_t, int, const void *, int)');
export const recvFrom = bindCall<
  [
    fd: number,
    bytes: Memory | null,
    length: number,
    flags: number,
    address: Memory | null,
    addressLength: Memory | null,
  ]
>('long recvfrom(int, void *, size_t, int, void *, void *)');
export const recvMessage = bindCall<[fd: number, header: unknown, flags: number]>('long recvmsg(int, void *, int)');
const accept4 = bindCall<[fd: number, address: Memory, length: Memory, flags: number]>(
  'int accept4(int, void *, void *, int)',
);
const getName = bindCall<[fd: number, address: Memory, length: Memory]>('int getsockname(int, void *, void *)');
const getOption = bindCall<[fd: number, level: number, name: number, value: Memory, length: Memory]>(
  'int getsockopt(int, int, int, void *, void *)',
);
export const setOptionBytes = bindCall<[fd: number, level: number, name: number, value: unknown, length: number]>(
  'int setsockopt(int, int, int, const void *, int)',
);
const ioctl = bindCall<[fd: number, request: number, value: Memory]>('int ioctl(int, unsigned long, void *)');
const clockGettime = bindCall<[clock: number, time: Memory]>('int clock_gettime(int, void *)');

// Shared by all calls, as each is over before the next begins. Large enough to be off V8's moving heap.
const numberCell = new Int32Array(64);
const lengthCell = new Int32Array(64);
export const nameCell = Buffer.alloc(128);
const timeCell = Buffer.alloc(128);

/** Opens a socket in the namespace that this thread is in. */
export function openSocket(family: number, type: number, protocol: number): number {
  const fd = socket(family, type | SOCK_NONBLOCK_CLOEXEC, protocol);
  if (fd < 0) throw new SystemError('socket', errno());
  return fd;
}

export function closeSocket(fd: number): void {
  closeSync(fd);
}

/** Closes at once, with a reset: what both ends know needs no farewell, and no TIME_WAIT stays behind. */
export function abortSocket(fd: number): void {
  numberCell[0] = 1;
  numberCell[1] = 0;
  setOptionBytes(fd, SOL_SOCKET, SO_LINGER, numberCell, 8);
  closeSync(fd);
}

/** Sets a number; where the kernel does not know the option, nothing happens. */
export function setOption(fd: number, level: number, name: number, value: number): boolean {
  numberCell[0] = value;
  return setOptionBytes(fd, level, name, numberCell, 4) === 0;
}

/** Reads an option's bytes; returns how many there are. */
export function readOption(fd: number, level: number, name: number, into: Buffer): number {
  lengthCell[0] = into.length;
  return getOption(fd, level, name, into, lengthCell) === 0 ? (lengthCell[0] ?? 0) : 0;
}

/** Takes the error that waits on a socket; 0 where there is none. */
export function takeError(fd: number): number {
  lengthCell[0] = 4;
  return getOption(fd, SOL_SOCKET, SO_ERROR, numberCell, lengthCell) === 0 ? (numberCell[0] ?? 0) : 0;
}

/** Accepts a connection, whose peer is then in `nameCell`; -1 where none waits. */
export function acceptFrom(fd: number): number {
  lengthCell[0] = nameCell.length;
  return accept4(fd, nameCell, lengthCell, SOCK_NONBLOCK_CLOEXEC);
}

/** Reads a datagram, whose sender is then in `nameCell`; -1 where none waits. */
export function receiveFrom(fd: number, bytes: Buffer): number {
  lengthCell[0] = nameCell.length;
  return recvFrom(fd, bytes, bytes.length, 0, nameCell, lengthCell);
}

/** The socket's own address; it is then in `nameCell`. */
export function readLocalName(fd: number): Buffer {
  lengthCell[0] = nameCell.length;
  getName(fd, nameCell, lengthCell);
  return nameCell;
}

/** Bytes that were sent, and that the other end has not acknowledged yet. */
export function unacknowledged(fd: number): number {
  return ioctl(fd, SIOCOUTQ, numberCell) === 0 ? (numberCell[0] ?? 0) : 0;
}

/** The clock that the kernel stamps packets with, in milliseconds. */
export function wallClock(): number {
  clockGettime(CLOCK_REALTIME, timeCell);
  return readTime();
}

/** From here on the kernel notes when packets for this socket come in. */
export function enableStamps(fd: number): void {
  ioctl(fd, SIOCGSTAMPNS, timeCell);
}

/** When the packet that was last read came in, by the kernel's clock. */
export function lastStamp(fd: number): number {
  return ioctl(fd, SIOCGSTAMPNS, timeCell) === 0 ? readTime() : wallClock();
}

function readTime(): number {
  // Seconds of this day: the whole number would leave a double no room for nanoseconds.
  return Number(timeCell.readBigInt64LE(0) % 86400n) * 1000 + Number(timeCell.readBigInt64LE(8)) / 1e6;
}

/** Memory whose place the kernel may be told within another structure. */
export function allocate(length: number): { readonly pointer: unknown; readonly at: bigint; readonly bytes: Buffer } {
  const pointer: unknown = koffi.alloc('uint8', length);
  return { pointer, at: koffi.address(pointer), bytes: Buffer.from(koffi.view(pointer, length)) };
}
