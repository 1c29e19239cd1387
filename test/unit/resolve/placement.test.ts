import { describe, expect, test } from 'vitest';
import type { Placement, UnplacedPod } from '../../../src/resolve/model.ts';
import { joinPlacements } from '../../../src/resolve/placement.ts';
import { collectProblems } from '../../../src/resolve/problems.ts';

const pod = { kind: 'pod', key: 'web', ns: 'web', path: ['pods', 'web'] } as unknown as UnplacedPod;

/** A pod fits everywhere but on `full`. */
function placementOf(full: string, taken: string[]): Placement {
  return {
    fits: (_, node) => node !== full,
    check: ({ path }, node, problems) => {
      if (node === full) problems.error(path, 'address-taken', `${full} is full`);
    },
    take: ({ key }, node) => taken.push(`${key} on ${node}, as ${full} sees it`),
    reportFull: ({ path }, nodes, problems) => problems.error(path, 'address-taken', `${full} of ${nodes.join()}`),
  };
}

describe('several reasons why a pod may not fit', () => {
  const taken: string[] = [];
  const both = joinPlacements([placementOf('a', taken), placementOf('b', taken)]);

  test('all count', () => {
    expect(['a', 'b', 'c'].filter(node => both.fits(pod, node))).toEqual(['c']);
    expect(joinPlacements([]).fits(pod, 'a')).toBe(true);
  });

  test('are all told where the pod goes', () => {
    both.take(pod, 'c');
    expect(taken).toEqual(['web on c, as a sees it', 'web on c, as b sees it']);
  });

  test('are reported each by itself', () => {
    const problems = collectProblems();
    both.check(pod, 'b', problems);
    both.reportFull(pod, ['a', 'b'], problems);
    expect(problems.found.map(({ message }) => message)).toEqual(['b is full', 'a of a,b', 'b of a,b']);
  });
});
