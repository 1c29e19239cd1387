import { describe, expect, test } from 'vitest';
import { depthOf, type KernelObject, keyOf, specOf } from '../../../src/state/kinds.ts';

const same = (observed: KernelObject, wanted: KernelObject) => specOf(wanted).same(observed, wanted);
const route = { kind: 'route', ns: 'a', to: '10.9.0.0/16', type: 'unicast', via: '10.0.0.1', dev: 'eth0' } as const;
const device = {
  kind: 'device',
  ns: 'a',
  name: 'eth0',
  up: true,
  mtu: 1500,
  mac: '02:00:00:00:00:01',
  master: null,
  addrGenMode: 'eui64',
} as const;

describe('an object is as the lab wants it', () => {
  test.each<[string, KernelObject, KernelObject, boolean]>([
    ['where the lab does not care', device, { kind: 'device', ns: 'a', name: 'eth0', up: true, master: null }, true],
    ['unless the MTU differs', device, { ...device, mtu: 1400 }, false],
    ['unless it is a port of another bridge', device, { ...device, master: 'cbr0' }, false],
    ['unless it is off', device, { ...device, up: false }, false],
    ['unless it has another way to make addresses', device, { ...device, addrGenMode: 'none' }, false],
    [
      'where the kernel has no IPv6',
      { kind: 'device', ns: 'a', name: 'eth0', up: true, master: null },
      { kind: 'device', ns: 'a', name: 'eth0', up: true, master: null, addrGenMode: 'none' },
      true,
    ],
    ['unless its IPv6 is off, which the lab has', { ...device, ipv6Off: true }, device, false],
    [
      'where it needs no IPv6',
      { ...device, addrGenMode: 'none', ipv6Off: true },
      { ...device, addrGenMode: 'none' },
      true,
    ],
    ['unless it has switches of its own', { ...device, unusual: { arp: 'off' } }, device, false],
    ['where only a port had such a switch', { ...device, unusual: { isolated: 'on' } }, device, true],
    ['unless a route has another next hop', route, { ...route, via: '10.0.0.2' }, false],
    ['unless a route has a source nobody asked for', { ...route, src: '10.0.0.9' }, route, false],
    ['unless a route lost its MTU', route, { ...route, mtu: 1400 }, false],
    [
      'unless a setting differs',
      { kind: 'sysctl', ns: 'a', name: 'x', value: '1' },
      { kind: 'sysctl', ns: 'a', name: 'x', value: '0' },
      false,
    ],
    [
      'where a setting is written as C has numbers',
      { kind: 'sysctl', ns: 'a', name: 'x', value: '64\t8 1' },
      { kind: 'sysctl', ns: 'a', name: 'x', value: '0x40 010  1' },
      true,
    ],
    [
      'but for rounding in ticks',
      { kind: 'qdisc', ns: 'a', dev: 'x', type: 'netem', delay: 49_999.968 },
      { kind: 'qdisc', ns: 'a', dev: 'x', type: 'netem', delay: 50_000 },
      true,
    ],
    [
      'unless the delay is another',
      { kind: 'qdisc', ns: 'a', dev: 'x', type: 'netem', delay: 49_000 },
      { kind: 'qdisc', ns: 'a', dev: 'x', type: 'netem', delay: 50_000 },
      false,
    ],
    [
      'unless there is loss',
      { kind: 'qdisc', ns: 'a', dev: 'x', type: 'netem', loss: 1 },
      { kind: 'qdisc', ns: 'a', dev: 'x', type: 'netem' },
      false,
    ],
  ])('%s', (_, observed, wanted, expected) => expect(same(observed, wanted)).toBe(expected));
});

describe('keys', () => {
  test("of a route tell its metric, the kernel's default included", () => {
    expect(keyOf(route)).toBe(keyOf({ ...route, metric: 0 }));
    expect(keyOf(route)).not.toBe(keyOf({ ...route, metric: 1 }));
    expect(keyOf({ ...route, to: 'fd00::/64' })).toBe(keyOf({ ...route, to: 'fd00::/64', metric: 1024 }));
  });

  test('of a pair are the same from both ends', () => {
    const [a, b] = [
      { ns: 'a', name: 'x' },
      { ns: 'b', name: 'y' },
    ];
    expect(keyOf({ kind: 'veth', a, b })).toBe(keyOf({ kind: 'veth', a: b, b: a }));
  });

  test('tell apart what may be there twice', () => {
    const rules = { kind: 'rules', ns: 'a', family: 4, table: 'filter', chain: 'OUTPUT', rules: [] } as const;
    const others: KernelObject[] = [
      rules,
      { ...rules, family: 6 },
      { ...rules, table: 'nat' },
      { ...rules, chain: 'INPUT' },
      { ...rules, ns: 'b' },
    ];
    expect(new Set(others.map(keyOf)).size).toBe(others.length);
  });
});

test('what is needed is of a kind that comes before', () => {
  const chain: KernelObject[] = [
    { kind: 'namespace', ns: 'a' },
    { kind: 'veth', a: { ns: 'a', name: 'x' }, b: null },
    { kind: 'device', ns: 'a', name: 'x', up: true, master: null },
    { kind: 'address', ns: 'a', dev: 'x', address: '10.0.0.1/24' },
    route,
  ];
  expect(chain.map(depthOf)).toEqual(chain.map(depthOf).toSorted((a, b) => a - b));
});

describe('settings', () => {
  const phaseOf = (name: string) =>
    specOf({ kind: 'sysctl', ns: 'a', name, value: '1' }).turn('add', { kind: 'sysctl', ns: 'a', name, value: '1' })
      .phase;

  test('of one interface are made after it, all others before', () => {
    expect(phaseOf('net.ipv4.conf.eth0.rp_filter')).toBeGreaterThan(phaseOf('net.ipv4.conf.all.rp_filter'));
    expect(phaseOf('net.ipv6.neigh.eth0.gc_stale_time')).toBe(phaseOf('net.ipv4.conf.eth0.rp_filter'));
    expect(phaseOf('net.ipv4.conf.default.rp_filter')).toBe(phaseOf('net.core.somaxconn'));
  });

  test('of an interface hang on it, a slash in its name standing for a dot', () => {
    const needs = (name: string) =>
      specOf({ kind: 'sysctl', ns: 'a', name, value: '1' }).needs({ kind: 'sysctl', ns: 'a', name, value: '1' });
    expect(needs('net.ipv4.conf.eth0/1.rp_filter')).toEqual(['ns a', 'dev a eth0.1']);
    expect(needs('net.ipv4.ip_forward')).toEqual(['ns a']);
  });
});

describe('an interface is set right', () => {
  const change = (was: KernelObject, wanted: KernelObject) =>
    specOf(wanted)
      .change(wanted, was)
      .map(({ argv }) => argv.join(' '));
  const { addrGenMode: _, ...narrow } = { ...device, mtu: 1000 };
  const plain = { ...device, addrGenMode: 'none' } as const;

  test('with its IPv6 after the MTU that this needs, and without the address that comes with it', () => {
    expect(change(narrow, plain)).toEqual([
      'ip link set dev eth0 mtu 1500',
      'ip link set dev eth0 addrgenmode none',
      'ip addr flush dev eth0 to fe80::/10',
    ]);
    expect(change(narrow, device)).toEqual(['ip link set dev eth0 mtu 1500']);
    expect(change(plain, { ...plain, mtu: 1000 })).toEqual(['ip link set dev eth0 mtu 1000']);
  });

  test('and back to what it was', () => {
    const port = { ...device, master: 'cbr0' } as const;
    const odd = { ...port, ipv6Off: true, unusual: { arp: 'off', isolated: 'on' } } as const;
    expect(change(odd, port)).toEqual([
      'sysctl -q -w net.ipv6.conf.eth0.disable_ipv6=0',
      'ip link set dev eth0 arp on',
      'ip link set dev eth0 type bridge_slave isolated off',
    ]);
    expect(change(port, odd)).toEqual([
      'sysctl -q -w net.ipv6.conf.eth0.disable_ipv6=1',
      'ip link set dev eth0 arp off',
      'ip link set dev eth0 type bridge_slave isolated on',
    ]);
  });
});
