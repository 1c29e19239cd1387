import { describe, expect, test } from 'vitest';
import { compile } from '../../../src/pipeline/compile.ts';
import { diff } from '../../../src/plan/diff.ts';
import { toShell } from '../../../src/plan/shell.ts';
import { render, type Step, turnOf } from '../../../src/plan/step.ts';
import { PHASES } from '../../../src/state/kind.ts';
import type { KernelObject } from '../../../src/state/kinds.ts';
import { type State, toState, toWantedState } from '../../../src/state/state.ts';
import { labOf } from '../resolve/lab-of.ts';

/** What the kernel has after a lab came up. */
function running(text: string): State {
  return toState([...compile(labOf(text), { ipv6: true }).values()].map(({ object }) => object));
}

const wanted = (objects: readonly KernelObject[]) =>
  toWantedState(objects.map(object => ({ object, why: 'so', source: [] })));

const commandsOf = (steps: readonly Step[]) => steps.flatMap(render).map(toShell);

/** The commands that turn one running lab into another. */
const change = (before: string, after: string) =>
  commandsOf(diff(running(before), compile(labOf(after, labOf(before)), { ipv6: true })));

const ns = { kind: 'namespace', ns: 'a' } as const;
const dev = { kind: 'device', ns: 'a', name: 'eth0', up: true, master: null } as const;
const bridge = { kind: 'bridge', ns: 'a', name: 'eth0' } as const;
const base = [ns, bridge, dev];
const address = (text: string) => ({ kind: 'address', ns: 'a', dev: 'eth0', address: text }) as const;
const route = (to: string, rest: object = {}) =>
  ({ kind: 'route', ns: 'a', to, type: 'unicast', dev: 'eth0', ...rest }) as const;

const between = (before: readonly KernelObject[], after: readonly KernelObject[]) =>
  commandsOf(diff(toState([...base, ...before]), wanted([...base, ...after])));

describe('what goes takes along what hangs on it', () => {
  test('an IPv4 address that moves has its routes put back, by "replace"', () => {
    expect(
      between([address('10.0.0.1/24'), route('10.9.0.0/16')], [address('10.0.0.2/24'), route('10.9.0.0/16')]),
    ).toEqual([
      'ip -n a addr del 10.0.0.1/24 dev eth0',
      'ip -n a addr add 10.0.0.2/24 dev eth0',
      'ip -n a route replace 10.9.0.0/16 dev eth0',
    ]);
  });

  test('an IPv4 address has its secondaries put back', () => {
    expect(between([address('10.0.0.1/24'), address('10.0.0.2/24')], [address('10.0.0.2/24')])).toEqual([
      'ip -n a addr del 10.0.0.1/24 dev eth0',
      'ip -n a addr replace 10.0.0.2/24 dev eth0',
    ]);
  });

  test('a route that is not wanted is taken away by itself where its address may leave it behind', () => {
    expect(
      between([address('10.0.0.1/24'), address('10.1.0.1/24'), route('10.9.0.0/16')], [address('10.1.0.1/24')]),
    ).toEqual(['ip -n a route del 10.9.0.0/16 dev eth0', 'ip -n a addr del 10.0.0.1/24 dev eth0']);
  });

  test('secondaries go before their primary', () => {
    expect(between([address('10.0.0.1/24'), address('10.0.0.2/24')], [])).toEqual([
      'ip -n a addr del 10.0.0.2/24 dev eth0',
      'ip -n a addr del 10.0.0.1/24 dev eth0',
    ]);
  });

  test('a route from an address of another interface is put back', () => {
    const other = { kind: 'address', ns: 'a', dev: 'lo' } as const;
    const from = route('10.9.0.0/16', { src: '10.1.0.1' });
    const before = [address('10.0.0.1/24'), { ...other, address: '10.1.0.1/24' }, from];
    expect(between(before, [address('10.0.0.1/24'), { ...other, address: '10.1.0.1/32' }, from])).toEqual([
      'ip -n a addr del 10.1.0.1/24 dev lo',
      'ip -n a addr add 10.1.0.1/32 dev lo',
      'ip -n a route replace 10.9.0.0/16 dev eth0 src 10.1.0.1',
    ]);
  });

  test('an IPv6 address leaves the routes of its interface alone', () => {
    const before = [address('fd00::1/64'), route('fd01::/64')];
    expect(between(before, [address('fd00::2/64'), route('fd01::/64')])).toEqual([
      'ip -n a addr del fd00::1/64 dev eth0',
      'ip -n a addr add fd00::2/64 dev eth0 nodad',
    ]);
  });

  test('a link has nothing of its own taken away before it', () => {
    const commands = commandsOf(diff(toState([...base, address('10.0.0.1/24'), route('10.9.0.0/16')]), wanted([ns])));
    expect(commands).toEqual(['ip -n a link del dev eth0']);
  });

  test('a namespace goes as a whole, and takes the cables out of it along', () => {
    const before = 'nodes: { n: {} }\npods: { a: { iptables: ["-A INPUT -j ACCEPT"], rate: 1mbit }, b: {} }';
    expect(change(before, 'nodes: { n: {} }\npods: { b: {} }')).toEqual(['ip netns del a']);
  });

  test('a cable out of it goes before it where its other end makes room for another', () => {
    const link = 'links: [{ ends: [{ on: a, interface: eth0 }, { on: b, interface: eth0 }] }]';
    const commands = change('nodes: { a: {}, b: {} }', `nodes: { a: {}, b: {} }\n${link}`);
    expect(commands.slice(0, 4).toSorted()).toEqual([
      'ip -n a link add name eth0 type veth peer name eth0 netns b',
      'ip -n lan link del dev veth-a',
      'ip -n lan link del dev veth-b',
      'ip netns del lan',
    ]);
    expect(commands[2]).toBe('ip netns del lan');
  });

  test('a cable that is moved is plugged in and set up again, settings of its interface included', () => {
    const lab = (node: string) =>
      `nodes: { n1: {}, n2: {} }\npods: { p: { node: ${node}, rate: 1mbit, sysctls: { net.ipv4.conf.eth0.rp_filter: 1 } } }`;
    expect(change(lab('n1'), lab('n2'))).toEqual([
      'ip -n n1 link del dev veth-p',
      'ip -n n2 link add name veth-p type veth peer name eth0 netns p',
      'ip -n p link set dev eth0 addrgenmode none',
      'ip -n p link set dev eth0 up',
      'ip -n p addr add 10.244.1.2/24 dev eth0',
      'ip -n p route replace default via 10.244.1.1 dev eth0',
      'ip -n n2 link set dev veth-p addrgenmode none',
      'ip -n n2 link set dev veth-p master cbr0 up',
      'ip netns exec p sysctl -q -w net.ipv4.conf.eth0.rp_filter=1',
      'tc -n p qdisc add dev eth0 root tbf rate 1000000bit burst 32768 latency 50ms',
    ]);
  });
});

describe('iptables', () => {
  const lab = (...rules: string[]) => `nodes: { n: { iptables: ${JSON.stringify(rules)} } }`;
  const rules = (...names: string[]) => lab(...names.map(name => `-A FORWARD -m mark --mark ${name} -j DROP`));
  const verbs = (commands: readonly string[]) =>
    commands.map(command =>
      command.replace('ip netns exec n iptables -t filter ', '').replace(/ -m mark --mark (\S+) -j DROP/, ' $1'),
    );

  test('only the run of rules that differs is replaced, in place', () => {
    expect(verbs(change(rules('1', '2', '3'), rules('1', '9', '3')))).toEqual(['-D FORWARD 2', '-I FORWARD 2 9']);
    expect(verbs(change(rules('1', '2'), rules('1', '2', '3', '4')))).toEqual(['-I FORWARD 3 3', '-I FORWARD 4 4']);
    expect(verbs(change(rules('1', '2', '3', '4'), rules('1', '4')))).toEqual(['-D FORWARD 2', '-D FORWARD 2']);
    expect(verbs(change(rules('1', '1'), rules('1', '1', '1')))).toEqual(['-I FORWARD 3 1']);
    expect(verbs(change(rules('1', '2'), rules('2', '1')))).toEqual([
      '-D FORWARD 1',
      '-D FORWARD 1',
      '-I FORWARD 1 2',
      '-I FORWARD 2 1',
    ]);
    expect(verbs(change(rules('1'), lab()))).toEqual(['-F FORWARD']);
  });

  test('a chain goes after the rule that jumps to it and its own rules', () => {
    const before = lab('-N MINE', '-A MINE -j ACCEPT', '-A FORWARD -j MINE', '-A FORWARD -j ACCEPT');
    expect(verbs(change(before, lab('-A FORWARD -j ACCEPT')))).toEqual(['-D FORWARD 1', '-F MINE', '-X MINE']);
  });

  test('a chain comes before the rule that jumps to it', () => {
    const after = lab('-N MINE', '-A MINE -j ACCEPT', '-A FORWARD -j MINE');
    expect(verbs(change(lab(), after))).toEqual(['-N MINE', '-A MINE -j ACCEPT', '-A FORWARD -j MINE']);
  });

  test('a policy goes back to ACCEPT', () => {
    expect(verbs(change(lab('-P FORWARD DROP'), lab()))).toEqual(['-P FORWARD ACCEPT']);
  });
});

describe('order', () => {
  const steps = diff(
    new Map(),
    compile(labOf('nodes: { a: {}, b: {} }\npods: { p: { rate: 1mbit, iptables: ["-A INPUT -j DROP"] } }'), {
      ipv6: true,
    }),
  );

  test('is by phase, and every phase is passed once', () => {
    const phases = steps.map(step => turnOf(step).phase);
    expect(phases).toEqual(phases.toSorted((a, b) => a - b));
    expect(new Set(phases).size).toBe(7);
  });

  test('has the steps of a namespace together within a phase, and the namespaces alike in each', () => {
    const inside = commandsOf(steps.filter(step => turnOf(step).phase === PHASES.inside)).map(
      command => command.split(' ')[2],
    );
    expect(inside.filter((name, index) => name !== inside[index - 1])).toEqual(['lan', 'a', 'b', 'p']);
    expect(commandsOf(steps.slice(0, 4))).toEqual(['lan', 'a', 'b', 'p'].map(name => `ip netns add ${name}`));
  });

  test('takes away before it makes', () => {
    const commands = change('nodes: { n: {} }\npods: { old: {} }', 'nodes: { n: {} }\npods: { new: {} }');
    expect(commands.findLastIndex(command => command.includes(' del '))).toBeLessThan(
      commands.findIndex(command => command.includes(' add ')),
    );
  });
});

test('what needs no command is no step', () => {
  const observed = toState([...base, { kind: 'sysctl', ns: 'a', name: 'net.core.somaxconn', value: '1' }]);
  expect(diff(observed, wanted(base))).toEqual([]);
});

test('interfaces get link-local addresses when a running lab gets IPv6, and no new ones do in vain', () => {
  const lab = (family: string) => `cluster: { ipFamily: ${family} }\nnodes: { n: {} }`;
  expect(change(lab('ipv4'), lab('dual'))).toContain('ip netns exec n sysctl -q -w net.ipv6.conf.cbr0.addr_gen_mode=0');
  expect(
    commandsOf(diff(new Map(), compile(labOf(lab('dual')), { ipv6: true }))).filter(line =>
      line.includes('addr_gen_mode'),
    ),
  ).toEqual([]);
});
