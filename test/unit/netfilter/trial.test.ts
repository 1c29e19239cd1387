import { expect, test } from 'vitest';
import type { ParsedRule } from '../../../src/netfilter/rule.ts';
import { parseRule } from '../../../src/netfilter/rule.ts';
import { findUnmade } from '../../../src/netfilter/trial.ts';

const rules = ['-A INPUT -s fd00::1,fd00::2 -j ACCEPT', '-A FORWARD -p tcp -j DROP', '-A FORWARD -p udp -j DROP']
  .map(parseRule)
  .filter((rule): rule is ParsedRule => !('message' in rule));

const saved = (mark: (index: number) => number, without?: string) => {
  const lines = [
    `[${mark(0)}:0] -A INPUT -s fd00::1/128 -j ACCEPT`,
    `[${mark(0)}:0] -A INPUT -s fd00::2/128 -j ACCEPT`,
    `[${mark(1)}:0] -A FORWARD -p tcp -j DROP`,
    `[${mark(2)}:0] -A FORWARD -p udp -j DROP`,
  ];
  return ['*filter', ...lines.filter(line => without === undefined || !line.includes(without)), 'COMMIT', ''].join(
    '\n',
  );
};
const unmade = (text: string) => rules.map((_, index) => findUnmade(rules, text)(index) !== undefined);

test('rules are known again by the counters that they were given', () => {
  expect(unmade(saved(index => index + 1))).toEqual([false, false, false]);
  expect(unmade(saved(index => index + 1, 'udp'))).toEqual([false, false, true]);
});

test('where iptables forgets counters, a chain with too few rules is suspected, and no other', () => {
  expect(unmade(saved(() => 0))).toEqual([false, false, false]);
  expect(unmade(saved(() => 0, 'udp'))).toEqual([false, true, true]);
  expect(unmade(saved(() => 0, 'fd00::2'))).toEqual([true, false, false]);
});
