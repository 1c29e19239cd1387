/** What the loop does next: how many tasks are under way comes in, how many may begin and how long it may sleep go out. Pure. */
export interface LoopState {
  readonly inFlight: number;
  /** Whether there are tasks that have not begun. */
  readonly isMore: boolean;
  /** At most so many at once. */
  readonly limit: number;
}

/** So many are begun before the others are looked after: no queue of a listener overflows meanwhile. */
const STARTS_A_TURN = 64;
/** The function that allows tasks to begin looks after the machine's neighbour tables, so it is called while others are under way. */
const MAX_NAP_MS = 50;
/** Until that function is called again where it allows none now. */
const ASK_AGAIN_MS = 1;

export const mayBegin = ({ inFlight, isMore, limit }: LoopState) => isMore && inFlight < limit;

export const isOver = ({ inFlight, isMore }: LoopState) => !isMore && inFlight === 0;

/** How many of `allowed` begin in one turn. */
export const startsOf = (allowed: number) => Math.min(STARTS_A_TURN, allowed);

/** How long to wait for sockets, in milliseconds; `untilDeadline` is when the next task has waited for long enough. */
export function napOf(progress: LoopState, starts: number, untilDeadline: number): number {
  if (mayBegin(progress)) return starts > 0 ? 0 : ASK_AGAIN_MS;
  return Math.max(0, Math.min(MAX_NAP_MS, Math.ceil(untilDeadline)));
}
