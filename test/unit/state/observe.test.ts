import { describe, expect, test } from 'vitest';
import { render } from '../../../src/plan/step.ts';
import { type AddressDump, addressKind } from '../../../src/state/address.ts';
import type { KernelObject } from '../../../src/state/kinds.ts';
import { findWider, mergeObservations, observe, topicsOf } from '../../../src/state/observe.ts';
import type { QdiscDump } from '../../../src/state/qdisc.ts';
import type { LinkDump } from '../../../src/state/question.ts';
import type { RouteDump } from '../../../src/state/route-dump.ts';

/** Answers by the names of the questions; what is left out has not been heard. */
interface NamespaceDump {
  readonly links: readonly LinkDump[];
  readonly addresses: readonly AddressDump[];
  readonly routes: readonly RouteDump[];
  readonly sysctls: Readonly<Record<string, string>>;
  readonly qdiscs: readonly QdiscDump[];
  readonly iptables: string;
  readonly ip6tables: string;
}

/** What is seen of a namespace `a` besides itself. */
function seen(dump: Partial<NamespaceDump>): KernelObject[] {
  const [first, ...rest] = [...observe({ kept: [], namespaces: { a: { ...dump } } }, {}).values()];
  expect(first).toEqual({ kind: 'namespace', ns: 'a' });
  return rest;
}

const link = (rest: Partial<LinkDump>): LinkDump => ({
  ...{
    index: 2,
    name: 'eth0',
    kind: 'veth',
    loopback: false,
    up: true,
    mtu: 1500,
    mac: '02:00:00:00:00:01',
    master: null,
  },
  ...{ peer: { ns: 'b', name: 'veth-a' }, addrGenMode: 'none', qdisc: 'noqueue', ...rest },
});
const address = (rest: Partial<AddressDump>): AddressDump => ({
  dev: 'eth0',
  address: '10.0.0.1/24',
  scope: 'global',
  dynamic: false,
  deprecated: false,
  ...rest,
});
const route = (rest: Partial<RouteDump>): RouteDump => ({
  ...{
    to: '10.9.0.0/16',
    table: 254,
    protocol: 3,
    type: 'unicast',
    metric: 0,
    via: '10.0.0.2',
    dev: 'eth0',
    src: null,
    mtu: null,
    ...rest,
  },
});

describe('links', () => {
  test('are a pair or a bridge, and their settings', () => {
    const device = {
      kind: 'device',
      ns: 'a',
      name: 'eth0',
      up: true,
      mtu: 1500,
      mac: '02:00:00:00:00:01',
      master: null,
      addrGenMode: 'none',
    };
    expect(seen({ links: [link({})] })).toEqual([
      { kind: 'veth', a: { ns: 'a', name: 'eth0' }, b: { ns: 'b', name: 'veth-a' } },
      device,
    ]);
    expect(seen({ links: [link({ kind: 'bridge', peer: null })] })).toEqual([
      { kind: 'bridge', ns: 'a', name: 'eth0' },
      device,
    ]);
  });

  test('of a pair are one object, from whichever end it is seen', () => {
    const state = observe(
      {
        kept: [],
        namespaces: {
          a: { links: [link({})] },
          b: { links: [link({ name: 'veth-a', peer: { ns: 'a', name: 'eth0' } })] },
        },
      },
      {},
    );
    expect([...state.values()].filter(({ kind }) => kind === 'veth').length).toBe(1);
  });

  test('have no pair where the other end is nowhere in the lab', () => {
    expect(seen({ links: [link({ peer: null })] })[0]).toEqual({ kind: 'veth', a: { ns: 'a', name: 'eth0' }, b: null });
  });

  test('of other kinds are foreign', () => {
    expect(seen({ links: [link({ kind: 'vxlan' })] })).toEqual([
      { kind: 'foreign-link', ns: 'a', name: 'eth0', type: 'vxlan' },
    ]);
    expect(seen({ links: [link({ kind: null })] })).toMatchObject([{ type: 'device' }]);
  });

  test('that the kernel makes are left out, but for lo, of which the settings count', () => {
    expect(
      seen({ links: ['tunl0', 'sit0', 'ip6tnl0', 'gre0', 'erspan0'].map(name => link({ name, kind: 'ipip' })) }),
    ).toEqual([]);
    expect(seen({ links: [link({ name: 'tunl1', kind: 'ipip' })] })).toMatchObject([
      { kind: 'foreign-link', name: 'tunl1' },
    ]);
    expect(seen({ links: [link({ name: 'lo', kind: null, loopback: true, mac: null, addrGenMode: null })] })).toEqual([
      { kind: 'device', ns: 'a', name: 'lo', up: true, mtu: 1500, master: null },
    ]);
  });
});

describe('addresses', () => {
  test.each<[string, Partial<AddressDump>, boolean]>([
    ['given', {}, true],
    ['of IPv6', { address: 'fd00::1/64' }, true],
    ['link-local of IPv4, which a person gives', { address: '169.254.0.1/16', scope: 'link' }, true],
    ['link-local of IPv6', { address: 'fe80::1/64', scope: 'link' }, false],
    ['autoconfigured', { address: '2001:db8::1/64', dynamic: true }, false],
    ['of lo', { dev: 'lo', address: '127.0.0.1/8', scope: 'host' }, false],
    ['of lo in IPv6', { dev: 'lo', address: '::1/128', scope: 'host' }, false],
    ['given to lo', { dev: 'lo', address: '10.0.0.1/32' }, true],
  ])('%s', (_, rest, counts) => expect(seen({ addresses: [address(rest)] }).length).toBe(counts ? 1 : 0));
});

describe('routes', () => {
  test.each<[string, Partial<RouteDump>, boolean]>([
    ['by hand', {}, true],
    ['static', { protocol: 4 }, true],
    ['to a connected subnet, by the kernel', { protocol: 2, via: null }, false],
    ['of a routing daemon', { protocol: 186 }, false],
    ['by router advertisement', { protocol: 9 }, false],
    ['of another table', { table: 100 }, false],
    ['to a local address, by the kernel', { type: 'local', protocol: 2, table: 255 }, false],
    ['to a local address, by hand', { type: 'local', via: null, dev: 'lo' }, true],
    ['that leave it to the next rule', { type: 'throw', via: null, dev: null }, true],
    ['that drop', { type: 'blackhole', via: null, dev: null }, true],
    ['that leave it to the next rule', { type: 'throw', via: null, dev: null }, true],
  ])('%s', (_, rest, counts) => expect(seen({ routes: [route(rest)] }).length).toBe(counts ? 1 : 0));

  test('have a metric only where it is not the default of their family', () => {
    const metricOf = (rest: Partial<RouteDump>) => (seen({ routes: [route(rest)] })[0] as { metric?: number }).metric;
    expect([metricOf({}), metricOf({ metric: 5 }), metricOf({ metric: 1024 })]).toEqual([undefined, 5, 1024]);
    expect([metricOf({ to: 'fd00::/64', metric: 1024 }), metricOf({ to: 'fd00::/64', metric: 5 })]).toEqual([
      undefined,
      5,
    ]);
  });

  test('of packets with another type of service are others, and named by it', () => {
    const [all, some] = seen({ routes: [route({}), route({ tos: '0x10' })] });
    expect([
      some && render({ operation: 'delete', object: some, why: '', source: [] })[0]?.argv.join(' '),
      all,
    ]).toEqual([expect.stringContaining(' tos 0x10 '), seen({ routes: [route({})] })[0]]);
  });

  test('that lead nowhere have no interface, although IPv6 says lo', () => {
    expect(
      seen({ routes: [route({ to: 'fd00::/64', type: 'unreachable', metric: 1024, via: null, dev: 'lo' })] }),
    ).toEqual([{ kind: 'route', ns: 'a', to: 'fd00::/64', type: 'unreachable' }]);
  });

  test('keep all that was asked for', () => {
    expect(seen({ routes: [route({ src: '10.0.0.1', mtu: 1400, metric: 7 })] })).toEqual([
      {
        kind: 'route',
        ns: 'a',
        to: '10.9.0.0/16',
        type: 'unicast',
        via: '10.0.0.2',
        dev: 'eth0',
        src: '10.0.0.1',
        mtu: 1400,
        metric: 7,
      },
    ]);
  });
});

/** As `tc -j qdisc show` of iproute2 6.1 prints them. */
describe('traffic control', () => {
  const qdiscs = (rest: Partial<QdiscDump>) => seen({ qdiscs: [{ kind: 'tbf', dev: 'eth0', root: true, ...rest }] });

  test('of a token bucket has bytes a second', () => {
    expect(qdiscs({ options: { rate: 125_000, burst: 32_768, lat: 50_000 } })).toEqual([
      { kind: 'qdisc', ns: 'a', dev: 'eth0', type: 'tbf', rate: 1e6 },
    ]);
  });

  test('of netem has seconds, shares and bytes', () => {
    const options = {
      limit: 1000,
      delay: { delay: 0.05, jitter: 0.005, correlation: 0 },
      'loss-random': { loss: 0.025, correlation: 0 },
      rate: { rate: 125_000 },
      ecn: false,
    };
    const [netem] = qdiscs({ kind: 'netem', options });
    expect(netem).toMatchObject({ type: 'netem', rate: 1e6 });
    expect((netem as { delay: number }).delay).toBeCloseTo(50_000);
    expect((netem as { jitter: number }).jitter).toBeCloseTo(5000);
    expect((netem as { loss: number }).loss).toBeCloseTo(2.5);
    expect(qdiscs({ kind: 'netem', options: { limit: 1000 } })).toEqual([
      { kind: 'qdisc', ns: 'a', dev: 'eth0', type: 'netem' },
    ]);
  });

  test('that is there by itself, or not at the root, is left out; any other is foreign', () => {
    expect(['noqueue', 'noop'].flatMap(kind => qdiscs({ kind }))).toEqual([]);
    expect(seen({ qdiscs: [{ kind: 'tbf', dev: 'eth0' }] })).toEqual([]);
    for (const type of ['htb', 'pfifo', 'cake']) {
      expect(qdiscs({ kind: type })).toEqual([{ kind: 'foreign-qdisc', ns: 'a', dev: 'eth0', type }]);
    }
  });
});

test('settings and rules are those of the namespace', () => {
  expect(seen({ sysctls: { 'net.core.somaxconn': '512' }, ip6tables: '*filter\n:INPUT DROP [0:0]\nCOMMIT\n' })).toEqual(
    [
      { kind: 'sysctl', ns: 'a', name: 'net.core.somaxconn', value: '512' },
      { kind: 'chain', ns: 'a', family: 6, table: 'filter', chain: 'INPUT', policy: 'DROP' },
    ],
  );
});

test('namespaces in which something is only tried are left out', () => {
  expect([...observe({ kept: [], namespaces: { '.try-0': {}, a: {} } }, {}).keys()]).toEqual(['namespace a']);
});

describe('an address has to be made anew', () => {
  const made = (dump: Partial<NamespaceDump>) =>
    seen({ links: [link({})], ...dump }).filter(({ kind }) => kind === 'address');
  const stale = { kind: 'address', ns: 'a', dev: 'eth0', address: '10.0.0.1/24', stale: true };
  const { stale: _, ...good } = stale;
  const connected = route({ to: '10.0.0.0/24', protocol: 2, via: null });
  const local = route({ to: '10.0.0.1/32', protocol: 2, via: null, type: 'local', table: 255 });
  const routes = [connected, local];

  test('where the route to its subnet or to itself is gone', () => {
    expect(made({ addresses: [address({})], routes })).toEqual([good]);
    expect(made({ addresses: [address({})], routes: [local] })).toEqual([stale]);
    expect(made({ addresses: [address({})], routes: [connected] })).toEqual([stale]);
    expect(made({ addresses: [address({})], routes: [{ ...connected, dev: 'eth1' }, local] })).toEqual([stale]);
  });

  test('where it expires, or is for its own network alone', () => {
    expect(made({ addresses: [address({ dynamic: true })], routes })).toEqual([stale]);
    expect(made({ addresses: [address({ scope: 'link' })], routes })).toEqual([stale]);
  });

  test('as a source of its own only where it is not deprecated, which is a change and no other address', () => {
    const [preferred] = made({ addresses: [address({ address: 'fd00::1/128' })] });
    const [deprecated] = made({ addresses: [address({ address: 'fd00::1/128', deprecated: true })] });
    if (preferred?.kind !== 'address' || deprecated?.kind !== 'address') throw new Error('no addresses');
    expect(addressKind.same(deprecated, preferred)).toBe(false);
    expect(addressKind.change(deprecated, preferred)[0]?.argv.slice(-2)).toEqual(['preferred_lft', '0']);
    expect(addressKind.change(preferred, deprecated)[0]?.argv).not.toContain('preferred_lft');
  });

  test('but not that of a point-to-point link, which is another one', () => {
    expect(made({ addresses: [address({ address: '10.0.0.1/32', peer: '10.9.9.9/32' })] })).toEqual([
      { ...good, address: '10.0.0.1/32', peer: '10.9.9.9/32' },
    ]);
  });

  test('but not where there is no such route to have', () => {
    expect(made({ addresses: [address({})], links: [link({ up: false })] })).toEqual([good]);
    const alone = address({ address: '10.0.0.1/32' });
    expect(made({ addresses: [alone], routes: [local] })).toEqual([{ ...good, address: '10.0.0.1/32' }]);
  });
});

test('a namespace that a container holds is another one than its own', () => {
  const pod: KernelObject = { kind: 'pod-container', ns: 'a', node: 'n', host: 'h', hostname: 'a' };
  expect([...observe({ kept: [pod], namespaces: { a: {}, b: {} } }, {}).keys()]).toEqual([
    'namespace a of a container',
    'namespace b',
    'pod-container a n a',
  ]);
});

test('what the kernel is asked of a lab are its own settings, by namespace', () => {
  const setting = (ns: string, name: string): KernelObject => ({ kind: 'sysctl', ns, name, value: '1' });
  expect(topicsOf([setting('a', 'x'), { kind: 'namespace', ns: 'a' }, setting('b', 'x'), setting('a', 'y')])).toEqual({
    sysctls: { a: ['x', 'y'], b: ['x'] },
  });
});

describe('what is looked at again', () => {
  const at = (ns: string, name: string): KernelObject => ({ kind: 'sysctl', ns, name, value: '1' });
  const asked = topicsOf([at('a', 'one'), at('a', 'two'), at('b', 'one')]);

  test('are the namespaces of which more is asked', () => {
    expect(findWider(topicsOf([at('a', 'two')]), asked)).toEqual([]);
    expect(findWider(topicsOf([at('a', 'two'), at('b', 'two'), at('c', 'one')]), asked)).toEqual(['b', 'c']);
  });

  test('takes the place of what was there, and goes where it is not seen any more', () => {
    const was = { kept: [], namespaces: { a: { x: 1 }, b: { x: 1 }, c: { x: 1 } } };
    const now = { kept: [], namespaces: { b: { x: 2 } } };
    expect(mergeObservations(was, now, ['b', 'c']).namespaces).toEqual({ a: { x: 1 }, b: { x: 2 } });
  });
});
