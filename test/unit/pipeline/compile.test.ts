import { describe, expect, test } from 'vitest';
import { toQdisc } from '../../../src/compile/shaping.ts';
import { compile } from '../../../src/pipeline/compile.ts';
import type { KernelObject } from '../../../src/state/kinds.ts';
import type { Wanted } from '../../../src/state/state.ts';
import { labOf } from '../resolve/lab-of.ts';

const compiled = (text: string, ipv6 = true) => compile(labOf(text), { ipv6 });

function find(text: string, key: string): Wanted {
  const found = compiled(text).get(key);
  if (!found) throw new Error(`no ${key}`);
  return found;
}

const lab = `cluster: { masquerade: true }
nodes: { a: { iptables: ["-P FORWARD DROP", "-P INPUT ACCEPT", "-N MINE", "-A FORWARD -j MINE"] }, b: {} }
pods: { p: { node: a, rate: 1mbit, gateway: 10.244.0.1 }, q: { node: a, gateway: 10.244.0.9 } }
links: [{ ends: [a, b], subnet: 10.0.0.0/30 }]
routes: [{ on: a, to: 10.9.0.0/16, type: prohibit }, { on: a, to: default, dev: eth0 }, { on: b, to: 10.8.0.0/16, via: 10.0.0.1 }]`;

describe('each object says why it is wanted, and where that is written', () => {
  test.each([
    ['namespace lan', 'switch lan is a box of its own between the nodes', 'nodes'],
    ['namespace a', 'node a is a machine of its own: it has its own links, routes and rules', 'nodes.a'],
    ['namespace p', 'pod p has its own network, shared by its containers', 'pods.p'],
    ['bridge lan lan', 'lan passes frames between what is plugged into it', 'nodes'],
    ['bridge a cbr0', 'cbr0 joins the pods on a like a switch', 'nodes.a'],
    ['veth a eth1 b eth1', 'a cable between a and b', 'links.0'],
    ['veth a veth-p p eth0', 'a cable: eth0 in p, its other end beside cbr0', 'pods.p'],
    ['device a veth-p', 'p is plugged into cbr0; it needs no IPv6 address of its own', 'pods.p'],
    ['device p lo', 'a new namespace has its loopback interface switched off', 'pods.p'],
    ['address p eth0 10.244.0.2/24', 'p has the address 10.244.0.2', 'pods.p.address'],
    ['route p 0.0.0.0/0 0', 'whatever is not on its own subnet p sends to cbr0 of a (10.244.0.1)', 'pods.p.gateway'],
    ['route q 0.0.0.0/0 0', 'whatever is not on its own subnet q sends to 10.244.0.9', 'pods.q.gateway'],
    ['route a 10.244.1.0/24 0', 'a reaches 10.244.1.0/24 through b (172.18.0.3)', 'nodes.b'],
    ['route a 10.9.0.0/16 0', 'a refuses packets to 10.9.0.0/16 (prohibit)', 'routes.0'],
    ['route a 0.0.0.0/0 0', 'a reaches everything else through eth0', 'routes.1'],
    ['route b 10.8.0.0/16 0', 'b reaches 10.8.0.0/16 through a (10.0.0.1)', 'routes.2'],
    [
      'sysctl a net.ipv4.ip_forward',
      'a passes packets on between its interfaces, as a router does',
      'nodes.a.sysctls.net.ipv4.ip_forward',
    ],
    ['chain a 4 filter FORWARD', 'what no rule of FORWARD decides, a drops', 'nodes.a.iptables'],
    ['chain a 4 filter MINE', 'a has a chain MINE of its own, which other rules jump to', 'nodes.a.iptables'],
    ['rules a 4 filter FORWARD', 'a filters or rewrites packets in FORWARD', 'nodes.a.iptables'],
    [
      'rules a 4 nat POSTROUTING',
      "a puts its own address in place of the sender's on what leaves here",
      'nodes.a.iptables',
    ],
    ['qdisc p eth0 tbf', 'what p sends through eth0 is slowed down or lost on purpose', 'pods.p'],
  ])('%s', (key, why, source) => {
    const found = find(lab, key);
    expect([found.why, found.source.join('.')]).toEqual([why, source]);
  });

  test('in one plain line', () => {
    for (const { why } of compiled(lab).values()) expect(why).toMatch(/^\S[^\n]{8,}[^.\n]$/);
  });
});

test('a policy that is as always is no object', () => expect(compiled(lab).has('chain a 4 filter INPUT')).toBe(false));

describe('address generation', () => {
  const modes = (text: string, ipv6 = true) =>
    Object.fromEntries(
      [...compiled(text, ipv6).values()].flatMap(({ object }) =>
        object.kind === 'device' ? [[`${object.ns} ${object.name}`, object.addrGenMode]] : [],
      ),
    );

  test('is off where the lab has no IPv6', () => {
    expect(modes('nodes: { a: {} }\npods: { p: {} }')).toEqual({
      'a cbr0': 'none',
      'a lo': undefined,
      'a veth-p': 'none',
      'p eth0': 'none',
      'p lo': undefined,
    });
  });

  test('is on where it has, but for switches and their ports, which nobody speaks to', () => {
    const dual = modes('cluster: { ipFamily: dual }\nnodes: { a: {}, b: {} }');
    expect(dual).toMatchObject({ 'lan lan': 'none', 'lan veth-a': 'none', 'a eth0': 'eui64', 'a cbr0': 'eui64' });
  });

  test('is not spoken of where the kernel has no IPv6', () => {
    expect(new Set(Object.values(modes('nodes: { a: {}, b: {} }', false)))).toEqual(new Set([undefined]));
  });
});

describe('rules', () => {
  const place = { ns: 'a', family: 4, table: 'filter', chain: 'FORWARD' } as const;

  test('are those of the kernel where they have been tried', () => {
    const tried: KernelObject = { kind: 'rules', ...place, rules: [['-s', '10.0.0.1/32', '-j', 'DROP']] };
    const wanted = compile(labOf('nodes: { a: { iptables: ["-A FORWARD -s 10.0.0.1 -j DROP"] } }'), {
      ipv6: true,
      rulesets: new Map([['a 4', [tried]]]),
    });
    expect(wanted.get('rules a 4 filter FORWARD')?.object).toEqual(tried);
  });

  test('are as written where they have not', () => {
    expect(
      find('nodes: { a: { iptables: ["-A FORWARD -s 10.0.0.1 -j DROP"] } }', 'rules a 4 filter FORWARD').object,
    ).toEqual({ kind: 'rules', ...place, rules: [['-s', '10.0.0.1', '-j', 'DROP']] });
  });
});

describe('shaping', () => {
  test.each([
    [{ rate: '1mbit' }, { type: 'tbf', rate: 1e6 }],
    [{ rate: '1.5mbps' }, { type: 'tbf', rate: 12e6 }],
    [{ rate: '64kbit' }, { type: 'tbf', rate: 64_000 }],
    [{ rate: '9bit' }, { type: 'tbf', rate: 8 }],
    [{ rate: '0.000008mbit' }, { type: 'tbf', rate: 8 }],
    [{ rate: '3.4tbit' }, { type: 'tbf', rate: 3.4e12 }],
    [
      { delay: '1.5us', jitter: '0.001ms' },
      { type: 'netem', delay: 1.5, jitter: 1 },
    ],
    [
      { rate: '2gbit', loss: '1%' },
      { type: 'netem', rate: 2e9, loss: 1 },
    ],
    [
      { delay: '1.5ms', jitter: '100us' },
      { type: 'netem', delay: 1500, jitter: 100 },
    ],
    [{ delay: '2s' }, { type: 'netem', delay: 2e6 }],
    [{ loss: '0.25%' }, { type: 'netem', loss: 0.25 }],
  ])('%j', (shaping, expected) =>
    expect(toQdisc('a', 'eth0', shaping)).toEqual({ kind: 'qdisc', ns: 'a', dev: 'eth0', ...expected }),
  );

  test('of nothing is none', () => expect(toQdisc('a', 'eth0', {})).toBeUndefined());

  test('of a link holds for both directions', () => {
    const keys = [...compiled('nodes: { a: {}, b: {} }\nlinks: [{ ends: [a, b], rate: 1mbit }]').keys()];
    expect(keys.filter(key => key.startsWith('qdisc'))).toEqual(['qdisc a eth1 tbf', 'qdisc b eth1 tbf']);
  });
});

test('the state is plain data, and the same after JSON', () => {
  const items = [...compiled(lab).values()];
  expect(JSON.parse(JSON.stringify(items))).toEqual(items);
});
