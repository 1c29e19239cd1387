import { describe, expect, test } from 'vitest';
import { planScript } from '../../../src/plan/script.ts';
import { quoteForShell, toShell } from '../../../src/plan/shell.ts';
import { invert, render, type Step } from '../../../src/plan/step.ts';
import type { KernelObject } from '../../../src/state/kinds.ts';

const step = (operation: Step['operation'], object: KernelObject, rest: object = {}): Step => ({
  operation,
  object,
  why: 'so',
  source: ['nodes', 'a'],
  ...rest,
});
const commands = (one: Step) => render(one).map(toShell);

const route = { kind: 'route', ns: 'a', to: '10.9.0.0/16', type: 'unicast', via: '10.0.0.1', dev: 'eth0' } as const;
const qdisc = {
  kind: 'qdisc',
  ns: 'a',
  dev: 'eth0',
  type: 'netem',
  delay: 10_000,
  jitter: 1000,
  loss: 0.5,
  rate: 1e6,
} as const;

describe('commands', () => {
  test.each<[string, Step, string[]]>([
    [
      'a default route of IPv4',
      step('add', { ...route, to: '0.0.0.0/0' }),
      ['ip -n a route add default via 10.0.0.1 dev eth0'],
    ],
    [
      'a default route of IPv6 without a next hop',
      step('add', { kind: 'route', ns: 'a', to: '::/0', type: 'unicast', dev: 'eth0' }),
      ['ip -n a route add ::/0 dev eth0'],
    ],
    [
      'a route that drops',
      step('delete', { kind: 'route', ns: 'a', to: '10.9.0.0/16', type: 'blackhole', metric: 5 }),
      ['ip -n a route del blackhole 10.9.0.0/16 metric 5'],
    ],
    [
      'a route that changes',
      step('change', { ...route, mtu: 1400, src: '10.0.0.2' }, { was: route }),
      ['ip -n a route replace 10.9.0.0/16 via 10.0.0.1 dev eth0 src 10.0.0.2 mtu 1400'],
    ],
    [
      'shaping',
      step('add', qdisc),
      ['tc -n a qdisc add dev eth0 root netem delay 10000us 1000us loss 0.5% rate 1000000bit'],
    ],
    [
      'other shaping',
      step('change', qdisc, { was: qdisc }),
      ['tc -n a qdisc replace dev eth0 root netem delay 10000us 1000us loss 0.5% rate 1000000bit'],
    ],
    [
      'a fast token bucket',
      step('add', { kind: 'qdisc', ns: 'a', dev: 'eth0', type: 'tbf', rate: 1e9 }),
      ['tc -n a qdisc add dev eth0 root tbf rate 1000000000bit burst 1250000 latency 50ms'],
    ],
    [
      'a token bucket whose queue just fits into the 32 bits that tc has for it',
      step('add', { kind: 'qdisc', ns: 'a', dev: 'eth0', type: 'tbf', rate: 3.4e12 }),
      ['tc -n a qdisc add dev eth0 root tbf rate 3400000000000bit burst 4250000000 latency 105us'],
    ],
    [
      'a cable whose ends are in one namespace',
      step('add', { kind: 'veth', a: { ns: 'a', name: 'x' }, b: { ns: 'a', name: 'y' } }),
      ['ip -n a link add name x type veth peer name y'],
    ],
    [
      'an interface that is unplugged and switched off',
      step(
        'change',
        { kind: 'device', ns: 'a', name: 'x', up: false, master: null },
        { was: { kind: 'device', ns: 'a', name: 'x', up: true, master: 'b' } },
      ),
      ['ip -n a link set dev x nomaster down'],
    ],
    [
      'rules of IPv6',
      step('delete', { kind: 'rules', ns: 'a', family: 6, table: 'nat', chain: 'OUTPUT', rules: [['-j', 'ACCEPT']] }),
      ['ip netns exec a ip6tables -t nat -F OUTPUT'],
    ],
    [
      'a setting cannot be taken away',
      step('delete', { kind: 'sysctl', ns: 'a', name: 'net.core.somaxconn', value: '1' }),
      [],
    ],
  ])('%s', (_, one, expected) => expect(commands(one)).toEqual(expected));
});

describe('the inverse', () => {
  test('of an addition is a deletion, and the other way round', () => {
    expect(invert(step('add', route))).toMatchObject({ operation: 'delete', object: route, why: 'undoes: so' });
    expect(invert(step('delete', route))).toMatchObject({ operation: 'add', object: route });
  });

  test('of a change is the change back', () => {
    const changed = { ...route, mtu: 1400 };
    expect(invert(step('change', changed, { was: route }))).toMatchObject({
      operation: 'change',
      object: route,
      was: changed,
    });
  });
});

describe('a script', () => {
  test('keeps a reason on its comment line', () => {
    const script = [...planScript([{ ...step('add', route), why: 'one\nreboot\r\nthree' }], 'x')].join('');
    expect(script.split('\n').filter(line => line.includes('reboot'))).toEqual(['# one reboot three']);
    expect(script.startsWith('#!/bin/sh -e\n')).toBe(true);
  });

  test.each([
    ['plain', 'plain'],
    ['a=b/c:d,e.f@g%h+i_j-k', 'a=b/c:d,e.f@g%h+i_j-k'],
    ['', "''"],
    ['!', "'!'"],
    ["it's", `'it'\\''s'`],
    ['a\nb', "'a\nb'"],
  ])('quotes %j for a shell', (word, quoted) => expect(quoteForShell(word)).toBe(quoted));
});
