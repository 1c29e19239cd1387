/** Several attempts of one probe in a row: the next begins when one is answered, or a little later all the same. */

import type { Round } from './round.ts';
import type { Steps } from './task.ts';

const SPACING_MS = 20;
/** So many may be unanswered at once. */
export const MAX_UNANSWERED = 16;

/** One result for each, in order; fewer where one of them ends it. */
export function* repeat<T>(
  round: Round,
  count: number,
  attempt: () => Steps<T>,
  isEnd: (result: T) => boolean,
): Steps<T[]> {
  const results: T[] = [];
  const { now } = round.loop;
  const parent = round.loop.current();
  let begun = 0;
  let ended = 0;
  let most = count;
  let nextAt = now();
  const one = function* (index: number): Steps<void> {
    const result = yield* attempt();
    results[index] = result;
    ended++;
    if (isEnd(result)) most = Math.min(most, begun);
    if (parent !== undefined) round.loop.wake(parent);
  };
  while (ended < most) {
    const isDue = ended === begun || now() >= nextAt;
    if (begun < most && isDue && begun - ended < MAX_UNANSWERED) {
      nextAt = now() + SPACING_MS;
      round.loop.start(one(begun++));
    } else {
      const isFull = begun >= most || begun - ended >= MAX_UNANSWERED;
      yield { until: isFull ? Number.POSITIVE_INFINITY : nextAt };
    }
  }
  return results;
}
