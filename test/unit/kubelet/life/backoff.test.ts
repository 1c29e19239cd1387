import { describe, expect, test } from 'vitest';
import { type Backoff, FRESH_BACKOFF, nextStart } from '../../../../src/kubelet/life/backoff.ts';

/** Seconds that pass between each end and the next start, of a container whose runs take that many seconds. */
function delaysOf(runs: readonly number[]): number[] {
  let backoff: Backoff = FRESH_BACKOFF;
  let startedAt = 1_000_000;
  return runs.map(run => {
    const finishedAt = startedAt + run * 1000;
    const next = nextStart(backoff, startedAt, finishedAt);
    backoff = JSON.parse(JSON.stringify(next.backoff));
    startedAt = next.at;
    return (next.at - finishedAt) / 1000;
  });
}

describe('a container that ends is started again', () => {
  test.each([
    ['at once the first time', [0], [0]],
    ['also when it has run for long', [5000], [0]],
    ['then later and later, up to five minutes', [0, 0, 0, 0, 0, 0, 0, 0, 0], [0, 10, 20, 40, 80, 160, 300, 300, 300]],
    ['whatever the length of its runs', [1, 599, 60, 300], [0, 10, 20, 40]],
    ['at once after a run of more than ten minutes', [0, 0, 0, 601, 0, 0], [0, 10, 20, 0, 10, 20]],
    ['not at once after one of ten minutes sharp', [0, 0, 600, 0], [0, 10, 20, 40]],
    ['at once again and again where each run is long', [601, 601, 601], [0, 0, 0]],
    ['also where the clock was set back meanwhile', [0, -3600, 0], [0, 10, 20]],
  ])('%s', (_, runs, delays) => expect(delaysOf(runs)).toEqual(delays));
});
