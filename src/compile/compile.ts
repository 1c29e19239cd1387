/**
 * Lab in, wanted state out: the kernel objects that the lab is made of, each with a reason a learner understands.
 *
 * Pure. Everything has been decided by `resolve`; here a pod becomes a namespace, a veth pair, addresses and routes.
 */
import type { Family } from '../address/address.ts';
import type { Path } from '../diagnostic/diagnostic.ts';
import type { Bridge, Interface, Lab, Link, LinkEnd, Machine, Route, Rule } from '../lab/lab.ts';
import { type ParsedRule, parseRule } from '../netfilter/rule.ts';
import { type Rulesets, rulesetKey, rulesetOf } from '../netfilter/ruleset.ts';
import { DEFAULT_MTU } from '../state/device.ts';
import type { Chain, Device, KernelObject, Rules } from '../state/objects.ts';
import { toWantedState, type Wanted, type WantedState } from '../state/state.ts';
import { toQdisc } from './shaping.ts';

export interface CompileOptions {
  /** Whether the host's kernel has IPv6 at all. */
  readonly ipv6: boolean;
  /** iptables rules in the kernel's own spelling; those of the lab file where they have not been tried. */
  readonly rulesets?: Rulesets;
}

interface Context {
  readonly rulesets: Rulesets;
  readonly bridges: ReadonlyMap<string, Bridge>;
  /** By key: the smallest MTU among a bridge's ports, which the kernel gives the bridge too. */
  readonly portMtus: ReadonlyMap<string, number>;
  readonly machines: ReadonlyMap<string, Machine>;
  /** Who has an address: `10.244.0.1` → `cbr0 of node1`. */
  readonly owners: ReadonlyMap<string, string>;
  /** `none` where the lab has no IPv6, so that no interface gets a link-local address and announces it. */
  readonly addrGenMode: { readonly addrGenMode?: 'none' | 'eui64' };
  /** Nobody speaks to a switch or to a port of one: they never need an address. */
  readonly portAddrGenMode: { readonly addrGenMode?: 'none' };
}

export function compile(lab: Lab, { ipv6, rulesets = new Map() }: CompileOptions): WantedState {
  const context = { ...toContext(lab, ipv6), rulesets };
  const machines = [...lab.nodes, ...lab.pods];
  return toWantedState([
    ...lab.bridges.filter(({ node }) => node === null).map(bridge => switchNamespace(bridge)),
    ...lab.nodes.map(node =>
      machineNamespace(node, `node ${node.key} is a machine of its own: it has its own links, routes and rules`),
    ),
    ...lab.pods.map(pod => machineNamespace(pod, `pod ${pod.key} has its own network, shared by its containers`)),
    ...lab.bridges.flatMap(bridge => compileBridge(bridge, context)),
    ...machines.flatMap(machine => compileMachine(machine, context)),
    ...lab.links.flatMap(link => compileLink(link, context)),
    ...lab.routes.map(route => compileRoute(route, context)),
  ]);
}

function toContext(lab: Lab, ipv6: boolean): Omit<Context, 'rulesets'> {
  const machines = [...lab.nodes, ...lab.pods];
  const none = ipv6 ? ({ addrGenMode: 'none' } as const) : {};
  const hasIpv6 = [
    ...lab.bridges,
    ...machines.flatMap(machine => machine.interfaces),
    ...lab.links.flatMap(link => link.ends),
  ].some(({ addresses }) => addresses.some(address => address.includes(':')));
  return {
    bridges: new Map(lab.bridges.map(bridge => [bridge.key, bridge])),
    portMtus: findPortMtus(machines),
    machines: new Map(machines.map(machine => [machine.key, machine])),
    owners: findOwners(lab),
    addrGenMode: hasIpv6 && ipv6 ? { addrGenMode: 'eui64' } : none,
    portAddrGenMode: none,
  };
}

function findPortMtus(machines: readonly Machine[]): Map<string, number> {
  const smallest = new Map<string, number>();
  for (const { bridge, mtu = DEFAULT_MTU } of machines.flatMap(machine => machine.interfaces)) {
    smallest.set(bridge, Math.min(mtu, smallest.get(bridge) ?? mtu));
  }
  return smallest;
}

function findOwners(lab: Lab): Map<string, string> {
  const owners = new Map<string, string>();
  const add = (addresses: readonly string[], owner: string) => {
    for (const address of addresses) owners.set(address.slice(0, address.indexOf('/')), owner);
  };
  for (const { name, node, addresses } of lab.bridges) add(addresses, `${name} of ${node}`);
  for (const { key, interfaces } of [...lab.nodes, ...lab.pods])
    for (const { addresses } of interfaces) add(addresses, key);
  for (const { on, addresses } of lab.links.flatMap(link => link.ends)) add(addresses, on);
  return owners;
}

function want(object: KernelObject, why: string, source: Path): Wanted {
  return { object, why, source };
}

function wantDevice(device: Device, why: string, source: Path): Wanted {
  return want(device, device.addrGenMode === 'none' ? `${why}; it needs no IPv6 address of its own` : why, source);
}

function machineNamespace({ ns, source }: Machine, why: string): Wanted {
  return want({ kind: 'namespace', ns }, why, source);
}

function switchNamespace({ ns, key, source }: Bridge): Wanted {
  return want({ kind: 'namespace', ns }, `switch ${key} is a box of its own between the nodes`, source);
}

function compileBridge(bridge: Bridge, { addrGenMode, portAddrGenMode, portMtus }: Context): Wanted[] {
  const { key, ns, name, node, addresses, mac, source } = bridge;
  const mtu = bridge.mtu ?? portMtus.get(key) ?? DEFAULT_MTU;
  const settings = {
    up: true,
    master: null,
    mac,
    mtu,
    ...(node === null ? portAddrGenMode : addrGenMode),
  };
  const why =
    node === null
      ? `${key} passes frames between what is plugged into it`
      : `${name} joins the pods on ${node} like a switch`;
  return [
    want({ kind: 'bridge', ns, name }, why, source),
    wantDevice(
      { kind: 'device', ns, name, ...settings },
      `${name} is switched on, with a MAC address that does not change as ports come and go`,
      source,
    ),
    ...addresses.map(address => {
      const reason = `${name} has an address of its pods' subnet: it is the gateway of the pods on ${node}`;
      return want({ kind: 'address', ns, dev: name, address }, reason, [...source, 'address']);
    }),
    ...(node === null ? [loopback(ns, source)] : []),
  ];
}

function loopback(ns: string, source: Path): Wanted {
  return want(
    { kind: 'device', ns, name: 'lo', up: true, master: null },
    'a new namespace has its loopback interface switched off',
    source,
  );
}

function compileMachine(machine: Machine, context: Context): Wanted[] {
  const { ns, source, sysctls } = machine;
  return [
    loopback(ns, source),
    ...machine.interfaces.flatMap(item => compileInterface(machine, item, context)),
    ...Object.entries(sysctls).map(([name, value]) =>
      want({ kind: 'sysctl', ns, name, value }, sysctlReason(machine, name), [...source, 'sysctls', name]),
    ),
    ...compileRules(machine, 4, machine.iptables, context),
    ...compileRules(machine, 6, machine.ip6tables, context),
  ];
}

function sysctlReason({ key }: Machine, name: string): string {
  const forwards = name === 'net.ipv4.ip_forward' || name === 'net.ipv6.conf.all.forwarding';
  return forwards
    ? `${key} passes packets on between its interfaces, as a router does`
    : `${key} asks for this setting`;
}

function compileInterface(machine: Machine, item: Interface, context: Context): Wanted[] {
  const bridge = context.bridges.get(item.bridge);
  if (!bridge) return [];
  const { key, ns } = machine;
  const { name, port, source } = item;
  const mtu = item.mtu ?? DEFAULT_MTU;
  const mac = item.mac === undefined ? {} : { mac: item.mac };
  const settings = { up: true, master: null, mtu, ...mac, ...context.addrGenMode };
  const portSettings = { up: true, master: bridge.name, mtu, ...context.portAddrGenMode };
  const pair = { a: { ns: bridge.ns, name: port }, b: { ns, name } };
  return [
    want({ kind: 'veth', ...pair }, `a cable: ${name} in ${key}, its other end beside ${bridge.name}`, source),
    wantDevice({ kind: 'device', ns, name, ...settings }, `${key} switches ${name} on`, source),
    wantDevice(
      { kind: 'device', ns: bridge.ns, name: port, ...portSettings },
      `${key} is plugged into ${bridge.name}`,
      source,
    ),
    ...item.addresses.map(address => compileAddress(machine, name, address, source)),
    ...item.gateways.map(via => compileGateway(machine, name, via, source, context)),
    ...shape(ns, name, item.shaping, key, source),
  ];
}

function compileAddress({ key, ns }: Machine, dev: string, address: string, source: Path): Wanted {
  return want({ kind: 'address', ns, dev, address }, `${key} has the address ${address.split('/')[0]}`, [
    ...source,
    'address',
  ]);
}

function compileGateway({ key, ns }: Machine, dev: string, via: string, source: Path, { owners }: Context): Wanted {
  const to = via.includes(':') ? '::/0' : '0.0.0.0/0';
  const owner = owners.get(via);
  const why = `whatever is not on its own subnet ${key} sends to ${owner === undefined ? via : `${owner} (${via})`}`;
  return want({ kind: 'route', ns, to, type: 'unicast', via, dev }, why, [...source, 'gateway']);
}

function shape(ns: string, dev: string, shaping: Interface['shaping'], key: string, source: Path): Wanted[] {
  const qdisc = toQdisc(ns, dev, shaping);
  return qdisc ? [want(qdisc, `what ${key} sends through ${dev} is slowed down or lost on purpose`, source)] : [];
}

function compileLink(link: Link, context: Context): Wanted[] {
  const [a, b] = link.ends;
  const [nsA, nsB] = link.ends.map(end => context.machines.get(end.on)?.ns ?? end.on);
  const pair = { a: { ns: nsA ?? '', name: a.interface }, b: { ns: nsB ?? '', name: b.interface } };
  return [
    want({ kind: 'veth', ...pair }, `a cable between ${a.on} and ${b.on}`, link.source),
    ...link.ends.flatMap(end => compileLinkEnd(link, end, context)),
  ];
}

function compileLinkEnd(link: Link, end: LinkEnd, context: Context): Wanted[] {
  const machine = context.machines.get(end.on);
  if (!machine) return [];
  const { ns, key } = machine;
  const name = end.interface;
  const mtu = link.mtu ?? DEFAULT_MTU;
  const mac = end.mac === undefined ? {} : { mac: end.mac };
  const settings = { up: true, master: null, mtu, ...mac, ...context.addrGenMode };
  return [
    wantDevice({ kind: 'device', ns, name, ...settings }, `${key} switches ${name} on`, link.source),
    ...end.addresses.map(address => compileAddress(machine, name, address, link.source)),
    ...shape(ns, name, link.shaping, key, link.source),
  ];
}

function compileRoute(route: Route, { machines, owners }: Context): Wanted {
  const { on, to, via, dev, src, metric, mtu, type, source } = route;
  const given = Object.fromEntries(
    Object.entries({ via, dev, src, metric, mtu }).filter(([, value]) => value !== undefined),
  );
  const hop = via === undefined ? dev : owners.has(via) ? `${owners.get(via)} (${via})` : via;
  const target = to === '0.0.0.0/0' || to === '::/0' ? 'everything else' : to;
  const why =
    type === 'unicast' ? `${on} reaches ${target} through ${hop}` : `${on} refuses packets to ${target} (${type})`;
  return want({ kind: 'route', ns: machines.get(on)?.ns ?? on, to, type, ...given }, why, source);
}

function compileRules(machine: Machine, family: Family, rules: readonly Rule[], { rulesets }: Context): Wanted[] {
  const source = [...machine.source, family === 4 ? 'iptables' : 'ip6tables'];
  const objects =
    rulesets.get(rulesetKey(machine.ns, family)) ?? rulesetOf({ ns: machine.ns, family }, parseRules(rules));
  return objects.map(object => want(object, rulesReason(machine, object), source));
}

function parseRules(rules: readonly Rule[]): ParsedRule[] {
  return rules.flatMap(({ text }) => {
    const rule = parseRule(text);
    return 'message' in rule ? [] : [rule];
  });
}

function chainReason(key: string, { chain, policy }: Chain): string {
  if (policy === null) return `${key} has a chain ${chain} of its own, which other rules jump to`;
  return `what no rule of ${chain} decides, ${key} ${policy === 'DROP' ? 'drops' : 'lets pass'}`;
}

function rulesReason({ key }: Machine, object: Chain | Rules): string {
  if (object.kind === 'chain') return chainReason(key, object);
  if (object.rules.some(words => words.includes('MASQUERADE'))) {
    return `${key} puts its own address in place of the sender's on what leaves here`;
  }
  return `${key} filters or rewrites packets in ${object.chain}`;
}
