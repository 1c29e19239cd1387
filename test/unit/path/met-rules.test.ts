import { expect, test } from 'vitest';
import { findMet, isBlocking, isTranslating } from '../../../src/path/met-rules.ts';

const save = (policy: number, drop: number, masquerade: number) => `*filter
:INPUT ACCEPT [3:180]
:FORWARD DROP [${policy}:60]
[${drop}:60] -A FORWARD -s 10.0.0.0/8 -m comment --comment "a -j b" -j DROP
[9:60] -A FORWARD -j MINE
COMMIT
*nat
:POSTROUTING ACCEPT [0:0]
[${masquerade}:60] -A POSTROUTING -j MASQUERADE
COMMIT
`;

test('rules are met whose counters grew', () => {
  const met = findMet('n', 'iptables', save(1, 1, 1), save(2, 1, 2));
  expect(met.map(({ table, rule }) => [table, rule])).toEqual([
    ['filter', '-P FORWARD DROP'],
    ['nat', '-A POSTROUTING -j MASQUERADE'],
  ]);
  expect(met.map(isBlocking)).toEqual([true, false]);
  expect(met.map(isTranslating)).toEqual([false, true]);
});

test('a ruleset that changed meanwhile accuses nobody of what another rule did', () => {
  expect(findMet('n', 'iptables', save(1, 1, 1), save(1, 5, 1).replace('10.0.0.0/8', '10.1.0.0/16'))).toEqual([]);
});
