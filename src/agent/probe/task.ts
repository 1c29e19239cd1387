/** A task: a generator that yields what it waits for, and goes on when it is there. So it reads like a blocking program. */

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
  /** Undefined while it runs, and when it has ended. */
  wait: Wait | undefined;
  /** The number of this wait. */
  turn: number;
}
