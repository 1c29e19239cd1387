/**
 * Waiting for somebody else, in time that this process has had itself: where the machine stood still, asleep or busy with
 * others, nobody could answer, and what has come meanwhile is still to be looked at.
 */

/** A wait is cut into pieces; one that takes longer than it should counts as one. */
const PIECE_MS = 100;

export interface Patience {
  stop(): void;
}

/** Calls `end` when the time is over, unless it is stopped before. */
export function setPatience(ms: number, end: () => void): Patience {
  let left = ms;
  let timer: NodeJS.Timeout;
  const wait = () => {
    const piece = Math.min(left, PIECE_MS);
    left -= piece;
    timer = setTimeout(() => (left > 0 ? wait() : end()), piece);
  };
  wait();
  return { stop: () => clearTimeout(timer) };
}
