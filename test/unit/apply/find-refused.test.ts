import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findRefused, type Loading } from '../../../src/apply/find-refused.ts';

/** Loads numbers; the refused ones as iptables may tell of them, and what costs something is counted. */
function makeLoad(refused: ReadonlySet<number>, tells: 'first' | 'all' | 'nothing') {
  const count = { loads: 0, rules: 0 };
  const load = async (rules: readonly number[]): Promise<Loading<number>> => {
    count.loads++;
    count.rules += rules.length;
    const bad = rules.filter(rule => refused.has(rule));
    const told = tells === 'all' ? bad : tells === 'first' ? bad.slice(0, 1) : [];
    return { good: bad.length === 0, refused: told.map(rule => ({ rule, why: `not ${rule}` })), why: 'somehow' };
  };
  return { load, count };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('refused rules', () => {
  test.each(['first', 'all', 'nothing'] as const)('are found, each once, where iptables names %s', tells =>
    fc.assert(
      fc.asyncProperty(fc.nat(400), fc.uniqueArray(fc.nat(400)), async (length, bad) => {
        const refused = new Set(bad.filter(rule => rule < length));
        const found = await findRefused(upTo(length), makeLoad(refused, tells).load);
        expect(found?.map(({ rule }) => rule).sort((a, b) => a - b)).toEqual([...refused].sort((a, b) => a - b));
      }),
      { numRuns: 50 },
    ),
  );

  test.each([
    [300, 1],
    [3000, 10],
  ])('300 among %s cost hardly more than a load for each', async (length, step) => {
    const { load, count } = makeLoad(new Set(upTo(300).map(index => index * step)), 'first');
    expect(await findRefused(upTo(length), load)).toHaveLength(300);
    expect(count.loads).toBeLessThan(400);
    expect(count.rules).toBeLessThan(45_000);
  });

  test('of several that are refused only together the one with which loading stops is named', async () => {
    const load = async (rules: readonly number[]): Promise<Loading<number>> => {
      const good = !(rules.includes(70) && rules.includes(250));
      return { good, refused: [], why: good ? '' : 'a loop' };
    };
    expect(await findRefused(upTo(400), load)).toEqual([{ rule: 250, why: 'a loop' }]);
  });

  test('are none where nothing can be loaded at all', async () => {
    expect(await findRefused([1, 2], async () => ({ good: false, refused: [], why: '' }))).toBeUndefined();
  });
});
