/** Rules of nftables and a packet: which of them block it, as far as that can be told from the rules alone. */
import { expect, it } from 'vitest';
import { findBlockers, type Passage } from '../../../src/path/nft.ts';
import type { Packet } from '../../../src/path/nft-match.ts';

const PACKET: Packet = {
  ...{ family: 4, protocol: 'tcp', isReply: false },
  ...{ sources: ['10.244.0.2'], destinations: ['10.244.1.2'] },
  ...{ sourcePorts: [[1024, 65_535]], destinationPorts: [[80, 80]] },
};
const FORWARD: Passage = { hooks: new Set(['prerouting', 'forward']), isBridged: false, devs: new Set(['eth0']) };

const match = (left: object, right: unknown, op = '==') => ({ match: { op, left, right } });
const payload = (protocol: string, field: string, right: unknown, op?: string) =>
  match({ payload: { protocol, field } }, right, op);
const meta = (key: string, right: unknown) => match({ meta: { key } }, right);
const ct = (right: unknown) => match({ ct: { key: 'state' } }, right, 'in');
const DROP = { drop: null };
const ACCEPT = { accept: null };

interface Place {
  readonly family?: string;
  readonly table?: string;
  readonly chain?: string;
  readonly hook?: string | undefined;
  readonly policy?: string;
  readonly dev?: string | readonly string[];
}

/** What is found of one chain with these rules: each with an exclamation mark where it is sure. */
function found(
  rules: readonly (readonly object[])[],
  place: Place = {},
  packet: Partial<Packet> = {},
  passage: Partial<Passage> = {},
): string[] {
  const { family = 'inet', table = 'fw', chain = 'f', policy = 'accept', dev } = place;
  const hook = 'hook' in place ? place.hook : 'forward';
  const text = JSON.stringify({
    nftables: [
      { metainfo: { version: '1.0.6' } },
      { table: { family, name: table } },
      { chain: { family, table, name: chain, dev, ...(hook === undefined ? {} : { hook, policy }) } },
      ...rules.map(expr => ({ rule: { family, table, chain, expr } })),
    ],
  });
  const blockers = findBlockers(text, { ...PACKET, ...packet }, { ...FORWARD, ...passage });
  return blockers.map(({ rule, isSure }) => `${rule}${isSure ? '!' : ''}`);
}

it('asks of a bridge only its own family, and of an interface the chains that are on it', () => {
  const bridge = { family: 'bridge' };
  expect(found([[DROP]], bridge)).toEqual([]);
  expect(found([[DROP]], bridge, {}, { isBridged: true })).toEqual(['drop!']);
  expect(found([[DROP]], { ...bridge, table: 'filter', chain: 'FORWARD' }, {}, { isBridged: true })).toEqual(['drop!']);
  expect(found([[DROP]], {}, {}, { isBridged: true })).toEqual([]);
  const netdev = { family: 'netdev', hook: 'ingress' };
  expect(found([[DROP]], { ...netdev, dev: 'eth0' })).toEqual(['drop!']);
  expect(found([[DROP]], { ...netdev, dev: ['lo', 'eth0'] }, {}, { isBridged: true })).toEqual(['drop!']);
  expect(found([[DROP]], { ...netdev, dev: 'eth1' })).toEqual([]);
  expect(found([[DROP]], netdev)).toEqual(['drop']);
});

it.each<[string, readonly (readonly [unknown, object])[], string[]]>([
  [
    'this port',
    [
      [80, DROP],
      [81, ACCEPT],
    ],
    ['vmap!'],
  ],
  [
    'another port',
    [
      [81, DROP],
      [80, ACCEPT],
    ],
    [],
  ],
  ['ports of which this is one', [[{ range: [70, 90] }, DROP]], ['vmap!']],
])('knows what a map of verdicts drops: %s', (_, set, expected) => {
  const key = { payload: { protocol: 'tcp', field: 'dport' } };
  expect(found([[{ vmap: { key, data: { set } } }]])).toEqual(expected);
});

it.each<[string, readonly object[], string[]]>([
  ['a port', [payload('tcp', 'dport', 80), DROP], ['tcp dport 80 drop!']],
  ['another port', [payload('tcp', 'dport', 81), DROP], []],
  [
    'a set of ports',
    [payload('tcp', 'dport', { set: [22, { range: [79, 90] }] }), DROP],
    ['tcp dport { 22, 79-90 } drop!'],
  ],
  ['not this port', [payload('tcp', 'dport', 80, '!='), DROP], []],
  ['not that port', [payload('tcp', 'dport', 81, '!='), DROP], ['tcp dport != 81 drop!']],
  ['another protocol', [payload('udp', 'dport', 80), DROP], []],
  ['one of many source ports', [payload('tcp', 'sport', 40_000), DROP], ['tcp sport 40000 drop']],
  ['a low source port', [payload('tcp', 'sport', 22), DROP], []],
  [
    'a network',
    [payload('ip', 'saddr', { prefix: { addr: '10.244.0.0', len: 24 } }), DROP],
    ['ip saddr 10.244.0.0/24 drop!'],
  ],
  ['another address', [payload('ip', 'daddr', '10.244.1.3'), DROP], []],
  ['IPv6', [payload('ip6', 'daddr', 'fd00::1'), DROP], []],
  ['a named set', [payload('ip', 'saddr', '@bad'), DROP], ['ip saddr @bad drop']],
  ['a state that it does not have', [ct('invalid'), DROP], []],
  ['its own state', [ct(['new', 'established']), DROP], ['ct state new, established drop!']],
  ['an interface', [meta('iifname', 'eth0'), DROP], ['meta iifname eth0 drop']],
  ['a rejection', [meta('l4proto', 'tcp'), { counter: {} }, { reject: null }], ['meta l4proto tcp counter reject!']],
  ['no verdict', [payload('tcp', 'dport', 80), { counter: {} }], []],
])('%s', (_, rule, expected) => expect(found([rule])).toEqual(expected));

it('reads a chain in order: what is taken is not dropped, and what may have been taken may be', () => {
  const blocked = [payload('tcp', 'dport', 80), DROP];
  expect(found([[payload('tcp', 'dport', 80), ACCEPT], blocked])).toEqual([]);
  expect(found([[meta('iifname', 'eth0'), ACCEPT], blocked])).toEqual(['tcp dport 80 drop']);
  expect(found([[ct('established'), ACCEPT], blocked])).toEqual(['tcp dport 80 drop!']);
  expect(found([[ct('established'), ACCEPT], blocked], {}, { isReply: true })).toEqual([]);
});

it('knows the policy of a chain, where nothing takes the packet before', () => {
  expect(found([], { policy: 'drop' })).toEqual(['policy drop!']);
  expect(found([[payload('tcp', 'dport', 80), ACCEPT]], { policy: 'drop' })).toEqual([]);
});

it('looks only at chains that the packet passes', () => {
  expect(found([[DROP]], { hook: 'input' })).toEqual([]);
  expect(found([[DROP]], { family: 'ip6' })).toEqual([]);
  expect(found([[DROP]], { family: 'arp' })).toEqual([]);
  expect(found([[DROP]], { hook: undefined })).toEqual(['drop']);
});

it('leaves to iptables what that shows with a counter', () => {
  const place = { family: 'ip', table: 'filter', chain: 'FORWARD' };
  expect(found([[{ counter: {} }, DROP]], { ...place, policy: 'drop' })).toEqual([]);
  expect(found([[DROP]], place)).toEqual(['drop!']);
});

it.each(['', 'nft: not found', '{}', '{"nftables":7}'])('finds nothing in %j', text => {
  expect(findBlockers(text, PACKET, FORWARD)).toEqual([]);
});
