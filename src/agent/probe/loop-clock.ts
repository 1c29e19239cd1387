/**
 * The clock that tasks wait by: it stands still while this process does, as then no answer could come. What was under way
 * meanwhile gets its time afterwards, since an answer may need the machine as well. Pure: real time comes in.
 */
export interface LoopClock {
  /** Milliseconds since some time. */
  readonly time: number;
  /** By the real clock. */
  readonly lookedAt: number;
}

/** Nothing here takes longer by itself: for the rest of a longer time the machine had been taken away. */
const LONGEST_STEP_MS = 100;

export const startClock = (real: number): LoopClock => ({ time: real, lookedAt: real });

export function advance({ time, lookedAt }: LoopClock, real: number): LoopClock {
  return { time: time + Math.min(real - lookedAt, LONGEST_STEP_MS), lookedAt: real };
}
