/** Bridges, and what is plugged into them or joined by a cable: veth pairs, the settings of both ends, and addresses. */
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { Interface, LabBridge, Link, LinkEnd, Machine } from '../language/lab/lab.ts';
import { DEFAULT_MTU } from '../state/device.ts';
import type { Wanted } from '../state/state.ts';
import type { CompileContext } from './context.ts';
import { toQdisc } from './shaping.ts';
import { want, wantDevice } from './want.ts';

export function compileBridge(bridge: LabBridge, { addrGenMode, portAddrGenMode, portMtus }: CompileContext): Wanted[] {
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

export function loopback(ns: string, source: Path): Wanted {
  return want(
    { kind: 'device', ns, name: 'lo', up: true, master: null },
    'a new namespace has its loopback interface switched off',
    source,
  );
}

export function compileInterface(machine: Machine, item: Interface, context: CompileContext): Wanted[] {
  const bridge = context.bridges.get(item.bridge);
  if (!bridge) return [];
  const { key, ns } = machine;
  const { name, port, source } = item;
  const mtu = item.mtu ?? DEFAULT_MTU;
  const mac = item.mac === undefined ? {} : { mac: item.mac };
  const settings = { up: true, master: null, mtu, ...mac, ...context.addrGenMode };
  const hairpin = bridge.node === null ? {} : { hairpin: context.hairpin };
  const portSettings = { up: true, master: bridge.name, mtu, ...context.portAddrGenMode, ...hairpin };
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

function compileGateway(
  { key, ns }: Machine,
  dev: string,
  via: string,
  source: Path,
  { owners }: CompileContext,
): Wanted {
  const to = via.includes(':') ? '::/0' : '0.0.0.0/0';
  const owner = owners.get(via);
  const why = `whatever is not on its own subnet ${key} sends to ${owner === undefined ? via : `${owner} (${via})`}`;
  return want({ kind: 'route', ns, to, type: 'unicast', via, dev }, why, [...source, 'gateway']);
}

function shape(ns: string, dev: string, shaping: Interface['shaping'], key: string, source: Path): Wanted[] {
  const qdisc = toQdisc(ns, dev, shaping);
  return qdisc ? [want(qdisc, `what ${key} sends through ${dev} is slowed down or lost on purpose`, source)] : [];
}

export function compileLink(link: Link, context: CompileContext): Wanted[] {
  const [a, b] = link.ends;
  const [nsA, nsB] = link.ends.map(end => context.machines.get(end.on)?.ns ?? end.on);
  const pair = { a: { ns: nsA ?? '', name: a.interface }, b: { ns: nsB ?? '', name: b.interface } };
  return [
    want({ kind: 'veth', ...pair }, `a cable between ${a.on} and ${b.on}`, link.source),
    ...link.ends.flatMap(end => compileLinkEnd(link, end, context)),
  ];
}

function compileLinkEnd(link: Link, end: LinkEnd, context: CompileContext): Wanted[] {
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
