import { describe, expect, test } from 'vitest';
import { joinRules } from '../../../src/compile/join-rules.ts';
import { keyOf } from '../../../src/state/kinds.ts';
import type { Wanted } from '../../../src/state/state.ts';

const rulesOf = (chain: string, who: string): Wanted => ({
  object: { kind: 'rules', ns: 'node1', family: 4, table: 'nat', chain, rules: [['-j', who]] },
  why: `of ${who}`,
  source: [who],
});

const jumps = (joined: ReturnType<typeof joinRules>, chain: string) => {
  const object = joined.get(keyOf(rulesOf(chain, '').object))?.object;
  return object?.kind === 'rules' ? object.rules.map(words => words.join(' ')) : undefined;
};

describe('rules of several features', () => {
  const joined = joinRules(
    [[rulesOf('OUTPUT', 'FIRST')], [rulesOf('OUTPUT', 'SECOND'), rulesOf('KUBE', 'SECOND')]],
    [rulesOf('OUTPUT', 'OWN')],
  );

  test('stand before those of the lab file, in the order of the features', () => {
    expect(jumps(joined, 'OUTPUT')).toEqual(['-j FIRST', '-j SECOND', '-j OWN']);
    expect(jumps(joined, 'KUBE')).toEqual(['-j SECOND']);
  });

  test('have the reason and the place of the last that has the chain', () => {
    expect(joined.get(keyOf(rulesOf('OUTPUT', '').object))).toMatchObject({ why: 'of OWN', source: ['OWN'] });
  });
});
