/**
 * A deadline in time that this process has had itself: where the machine stood still, asleep or busy with others, nobody
 * could answer, and what has come meanwhile is still to be looked at.
 */

/** The time is cut into pieces; one that takes longer than it should counts as one. */
const PIECE_MS = 100;

export interface Deadline {
  cancel(): void;
}

/** Calls `onExpiry` when the time is over, unless it is cancelled before. */
export function startDeadline(ms: number, onExpiry: () => void): Deadline {
  let left = ms;
  let timer: NodeJS.Timeout;
  const wait = () => {
    const piece = Math.min(left, PIECE_MS);
    left -= piece;
    timer = setTimeout(() => (left > 0 ? wait() : onExpiry()), piece);
  };
  wait();
  return { cancel: () => clearTimeout(timer) };
}
