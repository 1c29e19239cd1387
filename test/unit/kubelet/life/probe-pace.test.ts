import { expect, it } from 'vitest';
import { FIRST_PACE, nextProbe } from '../../../../src/kubelet/life/probe-pace.ts';

/** Milliseconds between each probe and the next, of a container that is ready (`+`) or not (`-`) after each. */
function delaysOf(results: string, periodMs: number, tookMs = 0): number[] {
  let pace = FIRST_PACE;
  return [...results].map(result => {
    const next = nextProbe(pace, periodMs, { isHasty: result === '-', tookMs });
    pace = next.pace;
    return next.delayMs;
  });
}

it.each([
  ['what is ready is asked as often as its period says', '+++', 10_000, 0, [10_000, 10_000, 10_000]],
  ['what is not is asked more often, at first', '-------', 10_000, 0, [50, 100, 200, 400, 800, 1000, 1000]],
  ['what is ready for a while makes no haste later', '-----++-', 5000, 0, [50, 100, 200, 400, 800, 5000, 5000, 1000]],
  ['never less often than its period', '------', 300, 0, [50, 100, 200, 300, 300, 300]],
  ['a probe that takes a while counts', '+-', 1000, 30, [970, 70]],
  ['one that takes longer than its period is followed by the next', '++', 1000, 1500, [0, 0]],
])('%s', (_, results, periodMs, tookMs, delays) => expect(delaysOf(results, periodMs, tookMs)).toEqual(delays));
