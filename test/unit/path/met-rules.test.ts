import { expect, test } from 'vitest';
import {
  destinationOf,
  findMet,
  isBlocking,
  isOneOf,
  isTranslating,
  type MetRule,
} from '../../../src/path/met-rules.ts';

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

const rule = (text: string): MetRule => ({
  ...{ ns: 'n', tool: 'iptables', table: 'nat', chain: 'KUBE-SEP-X', target: 'DNAT' },
  rule: `-A KUBE-SEP-X ${text}`,
});

test.each([
  ['-p tcp -j DNAT --to-destination 10.244.0.2:8080', { address: '10.244.0.2', port: 8080 }],
  ['-p tcp -j DNAT --to-destination 10.244.0.2', { address: '10.244.0.2' }],
  ['-p tcp -j DNAT --to-destination [fd00::2]:80', { address: 'fd00::2', port: 80 }],
  ['-j DNAT --to-destination fd00::2', { address: 'fd00::2' }],
  ['-j KUBE-MARK-MASQ', undefined],
])('where a rule sends packets: %s', (text, destination) => expect(destinationOf(rule(text))).toEqual(destination));

test('a rule is one of a chain in whatever quotes it is printed', () => {
  const wanted = [['-m', 'comment', '--comment', 'default/web', '-j', 'DNAT', '--to-destination', '10.0.0.1:80']];
  expect(isOneOf(wanted, rule('-m comment --comment "default/web" -j DNAT --to-destination 10.0.0.1:80'))).toBe(true);
  expect(isOneOf(wanted, rule('-j DNAT --to-destination 10.0.0.1:80'))).toBe(false);
});
