/**
 * Waiting for many sockets at once: tasks are generators that yield what they wait for, and go on when it is there.
 *
 * All on this one thread. So a task reads from top to bottom like a blocking program, and ten thousand of them run.
 */
import os from 'node:os';
import { bind as bindCall, errno, SystemError } from '../../linux/libc.ts';
import { closeSocket, EINTR } from '../../linux/sockets.ts';

export const READABLE = 0x1;
export const WRITABLE = 0x4;

/** What a task waits for: a socket to become ready, a call of `wake`, or a time of the loop's clock, whichever is first. */
export interface Wait {
  readonly fd?: number;
  readonly events?: number;
  readonly until: number;
}

/** A task's steps; what `yield` gives is whether the socket is ready. */
export type Steps<T> = Generator<Wait, T, boolean>;

export interface Task {
  readonly steps: Steps<void>;
  readonly onEnd: () => void;
  wait: Wait | undefined;
  /** Tells a stale event, of a socket whose number is used again, from one that is waited for. */
  turn: number;
}

export interface EventLoop {
  /** The clock that tasks wait by, in milliseconds; it stands still while this process does. */
  now(): number;
  /** Begins a task and runs it until it first waits. */
  start(steps: Steps<void>, onEnd?: () => void): Task;
  /** Lets a task go on before its time. */
  wake(task: Task): void;
  /** The task that runs now. */
  current(): Task | undefined;
  /** Runs every task that `next` gives, at most `limit` at once, to its end; at any time only as many begin as `mayBegin` says. */
  runAll(next: () => Steps<void> | undefined, limit: number, mayBegin: () => number): void;
  close(): void;
}

const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_MOD = 3;
const EPOLL_CLOEXEC = 0x80000;
const EPOLLONESHOT = 0x40000000;
const MAX_EVENTS = 1024;
// So many are begun before the others are looked after: no queue of a listener overflows meanwhile.
const STARTS_A_TURN = 64;
// Deadlines are looked through at most this often, as there may be thousands.
const TICK_MS = 2;
// Nothing here takes longer by itself: for the rest of a longer time the machine had been taken away. What was under way
// meanwhile gets its time afterwards, since an answer may need the machine as well.
const LONGEST_STEP_MS = 100;
// `mayBegin` looks after the rest of the machine, and wants to be asked while others are under way.
const MAX_NAP_MS = 50;
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

/** Milliseconds since some time; never set back. For what is measured. */
export function now(): number {
  return performance.now();
}

export function makeEventLoop(): EventLoop {
  const epoll = epollCreate(EPOLL_CLOEXEC);
  if (epoll < 0) throw new SystemError('epoll_create1', errno());
  const events = Buffer.alloc(EVENT_SIZE * MAX_EVENTS);
  const request = Buffer.alloc(128);
  const waiting = new Set<Task>();
  const byFd = new Map<number, Task>();
  let turns = 0;
  let running: Task | undefined;
  let nextDeadline = Number.POSITIVE_INFINITY;
  let time = now();
  let lookedAt = time;

  const clock = (): number => {
    const real = now();
    time += Math.min(real - lookedAt, LONGEST_STEP_MS);
    lookedAt = real;
    return time;
  };

  const watch = (fd: number, wanted: number, turn: number): void => {
    request.writeUInt32LE((wanted | EPOLLONESHOT) >>> 0, 0);
    request.writeUInt32LE(fd, DATA_AT);
    request.writeUInt32LE(turn, DATA_AT + 4);
    if (epollControl(epoll, EPOLL_CTL_MOD, fd, request) === 0) return;
    if (errno() !== ENOENT || epollControl(epoll, EPOLL_CTL_ADD, fd, request) !== 0) {
      throw new SystemError('epoll_ctl', errno());
    }
  };

  const suspend = (task: Task, wait: Wait): void => {
    task.wait = wait;
    task.turn = turns = (turns + 1) >>> 0;
    waiting.add(task);
    nextDeadline = Math.min(nextDeadline, wait.until);
    if (wait.fd === undefined) return;
    byFd.set(wait.fd, task);
    watch(wait.fd, wait.events ?? READABLE, task.turn);
  };

  const resume = (task: Task, isReady: boolean): void => {
    waiting.delete(task);
    task.wait = undefined;
    const outer = running;
    running = task;
    const step = task.steps.next(isReady);
    running = outer;
    if (step.done === true) task.onEnd();
    else suspend(task, step.value);
  };

  const start = (steps: Steps<void>, onEnd: () => void = () => undefined): Task => {
    const task: Task = { steps, onEnd, wait: undefined, turn: 0 };
    resume(task, false);
    return task;
  };

  const wake = (task: Task): void => {
    if (task.wait !== undefined) resume(task, false);
  };

  /** Lets those go on whose sockets are ready; true where there may be more. */
  const dispatch = (timeoutMs: number): boolean => {
    const count = epollWait(epoll, events, MAX_EVENTS, timeoutMs);
    if (count < 0 && errno() !== EINTR) throw new SystemError('epoll_wait', errno());
    for (let i = 0; i < count; i++) {
      const at = i * EVENT_SIZE + DATA_AT;
      const task = byFd.get(events.readUInt32LE(at));
      if (task?.wait !== undefined && task.turn === events.readUInt32LE(at + 4)) resume(task, true);
    }
    return count === MAX_EVENTS;
  };

  const expire = (): void => {
    const time = clock();
    if (time < nextDeadline) return;
    nextDeadline = Number.POSITIVE_INFINITY;
    for (const task of [...waiting]) {
      const { wait } = task;
      if (wait === undefined) continue;
      if (wait.until <= time) resume(task, false);
      else nextDeadline = Math.min(nextDeadline, Math.max(wait.until, time + TICK_MS));
    }
  };

  const patience = (): number => Math.max(0, Math.min(MAX_NAP_MS, Math.ceil(nextDeadline - clock())));

  const runAll = (next: () => Steps<void> | undefined, limit: number, mayBegin: () => number): void => {
    let inFlight = 0;
    let isMore = true;
    const end = (): void => {
      inFlight--;
    };
    for (;;) {
      const most = Math.min(STARTS_A_TURN, mayBegin());
      for (let i = 0; i < most && isMore && inFlight < limit; i++) {
        const steps = next();
        isMore = steps !== undefined;
        if (steps === undefined) break;
        inFlight++;
        start(steps, end);
      }
      if (!isMore && inFlight === 0) return;
      // What is ready comes before what is late: a busy machine must make no answer look lost.
      if (!dispatch(isMore && inFlight < limit ? (most > 0 ? 0 : 1) : patience())) expire();
    }
  };

  const close = (): void => {
    for (const task of waiting) task.steps.return(undefined);
    waiting.clear();
    closeSocket(epoll);
  };

  return { now: clock, start, wake, current: () => running, runAll, close };
}
