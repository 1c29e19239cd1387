/** Whose packets a counter has counted: rules that an attempt cannot have met are others'. */
import { expect, test } from 'vitest';
import { concerning } from '../../../src/path/concern.ts';
import type { MetRule } from '../../../src/path/met-rules.ts';
import type { Probe } from '../../../src/sandbox/sandbox.ts';

const PROBE: Probe = { from: 'a', to: 'b', address: '10.244.1.2', protocol: 'http', port: 80, timeoutMs: 1000 };
const rule = (words: string): MetRule => ({
  ...{ ns: 'n', tool: 'iptables', table: 'filter', chain: 'FORWARD', target: 'DROP' },
  rule: `-A FORWARD ${words}`,
});
const isKept = (words: string, probe: Partial<Probe> = {}, others: readonly string[] = ['10.244.0.2', '172.18.0.2']) =>
  concerning([rule(words)], { ...PROBE, ...probe }, undefined, others).length === 1;

test.each([
  '-j DROP',
  '-p tcp -j DROP',
  '-d 10.244.1.0/24 -p tcp -m tcp --dport 80 -j DROP',
  '! -d 10.9.9.9/32 -j DROP',
  '-p tcp -m tcp --sport 80 -j DROP',
  '-p tcp -m tcp --dport 70:90 -j DROP',
  '-p tcp -m tcp --dport 32768:60999 -j DROP',
  '-p tcp -m tcp ! --dport 25 -j DROP',
  '-d 10.244.0.2/32 -j DROP',
  '-d 172.18.0.2/32 -j DROP',
  '-p icmp -m icmp --icmp-type 3/4 -j DROP',
  '-s 10.9.9.9/32 -j DROP',
])('may have met %s', words => expect(isKept(words)).toBe(true));

test.each([
  '-p udp -j DROP',
  '-p tcp -m tcp --dport 25 -j DROP',
  '-p tcp -m tcp --sport 25 -j DROP',
  '-d 10.244.1.9/32 -j DROP',
  '-d 10.96.0.80/32 -p tcp -m tcp --dport 80 -j REJECT',
])('has not met %s', words => expect(isKept(words)).toBe(false));

test('what it is translated to counts too', () => {
  const translation = { ...rule('-p tcp -m tcp --dport 80 -j DNAT --to-destination 10.244.1.7:8080'), target: 'DNAT' };
  const drop = rule('-d 10.244.1.7/32 -p tcp -m tcp --dport 8080 -j DROP');
  expect(concerning([translation, drop], PROBE, undefined, [])).toEqual([translation, drop]);
  const backend = { key: 'c', ns: 'c', address: '10.244.1.7', port: 8080, ready: true, meant: true };
  const frontend = { feature: '', key: '', backends: [backend], isWhole: true, whySpread: undefined };
  expect(concerning([drop], PROBE, frontend, [])).toEqual([drop]);
  expect(concerning([drop], PROBE, undefined, [])).toEqual([]);
});

test('a ping has no ports', () => {
  expect(isKept('-p tcp -j DROP', { protocol: 'icmp', port: null })).toBe(false);
  expect(isKept('-d 10.244.1.2/32 -j DROP', { protocol: 'icmp', port: null })).toBe(true);
});
