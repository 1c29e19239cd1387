/**
 * What is plugged into what: bridges, the interfaces on them, and links, before anything has an address.
 *
 * A *segment* is what shares a wire, and therefore subnets: a bridge with all that is plugged into it, or a link. A
 * *port* is one interface of one node or pod on a segment.
 */
import type { Subnet } from '../address/address.ts';
import type { Path } from '../diagnostic/diagnostic.ts';
import type { BridgeEntry, InterfaceEntry, LabFile, LinkEndEntry, LinkEntry } from '../lab/generated/lab-file.ts';
import type { Shaping } from '../lab/lab.ts';
import type { Blocks } from './blocks.ts';
import { type Cluster, readSubnets } from './cluster.ts';
import { type MachineEntry, type Machines, type NodeMachine, type PodMachine, suggestName } from './machines.ts';
import { kernelName } from './names.ts';
import type { Problems } from './problems.ts';

export type Texts = string | readonly string[] | undefined;

export interface BridgeSegment {
  readonly kind: 'bridge';
  /** `lan`, `node1/cbr0` */
  readonly key: string;
  readonly name: string;
  readonly ns: string;
  readonly node: string | null;
  readonly entry: NonNullable<BridgeEntry>;
  readonly subnets: readonly Subnet[] | undefined;
  readonly path: Path;
}

export interface LinkSegment {
  readonly kind: 'link';
  readonly key: string;
  readonly entry: LinkEntry;
  readonly subnets: readonly Subnet[] | undefined;
  readonly path: Path;
}

export type Segment = BridgeSegment | LinkSegment;

export interface Port {
  readonly machine: MachineEntry;
  readonly name: string;
  readonly segment: Segment;
  readonly address: Texts;
  readonly gateway: Texts;
  readonly mtu: number | undefined;
  readonly mac: string | undefined;
  readonly shaping: Shaping;
  readonly path: Path;
}

export interface Wiring {
  readonly bridges: readonly BridgeSegment[];
  readonly links: readonly LinkSegment[];
  readonly ports: readonly Port[];
}

/** Interface names that mean something else to the kernel or to sysctl. */
const RESERVED = new Set(['lo', 'all', 'default']);

export function resolveWiring(
  file: LabFile,
  cluster: Cluster,
  machines: Machines,
  blocks: Blocks,
  problems: Problems,
): Wiring {
  const linked = endNamesByMachine(file, machines);
  const joining = cluster.network === 'none' ? [] : [...machines.nodes.values()].filter(node => joinsLan(node, linked));
  const plugged = new Set(joining);
  const bridges = [
    ...defaultBridges(file, cluster, machines, blocks, plugged.size),
    ...givenBridges(file, machines, problems),
  ];
  const byKey = new Map(bridges.map(bridge => [bridge.key, bridge]));
  const find = createBridgeFinder(byKey, problems);
  const lan = byKey.get('lan');
  const ports = [
    ...[...machines.nodes.values()].flatMap(node => nodePorts(node, plugged.has(node) ? lan : undefined, find)),
    ...[...machines.pods.values()].flatMap(pod => podPorts(pod, cluster, byKey, find, problems)),
  ];
  const links = (file.links ?? []).map((entry, index) => toLink(entry, index, problems));
  const names = namesByMachine(ports, linked);
  const ends = links.flatMap(link => linkPorts(link, machines, names, problems));
  const wiring = { bridges, links, ports: [...ports, ...ends] };
  checkPortNames(wiring, problems);
  return wiring;
}

type FindBridge = (written: string, machine: MachineEntry, path: Path) => BridgeSegment | undefined;

/** A node has its place on `lan` unless it wires an `eth0` of its own; what stands outside has none once it is wired. */
function joinsLan(node: NodeMachine, linked: ReadonlyMap<string, readonly (string | undefined)[]>): boolean {
  const names = [...Object.keys(node.entry.interfaces ?? {}), ...(linked.get(node.key) ?? [])];
  return node.external ? names.length === 0 : !names.includes('eth0');
}

function endNamesByMachine(file: LabFile, machines: Machines): Map<string, (string | undefined)[]> {
  const names = new Map<string, (string | undefined)[]>();
  for (const end of (file.links ?? []).flatMap(link => link.ends)) {
    const { on, interface: name } = toEnd(end);
    const key = machines.get(on)?.key ?? on;
    names.set(key, [...(names.get(key) ?? []), name]);
  }
  return names;
}

function givenBridges(file: LabFile, machines: Machines, problems: Problems): BridgeSegment[] {
  const bridges: BridgeSegment[] = [];
  const seen = new Set<string>();
  for (const [written, value] of Object.entries(file.bridges ?? {})) {
    const bridge = toBridge(written, value ?? {}, machines, problems);
    if (!bridge) continue;
    if (seen.has(bridge.key)) {
      problems.errorAtKey(bridge.path, 'name-taken', `bridge "${bridge.key}" is there twice`, 'remove one of the two');
    } else bridges.push(bridge);
    seen.add(bridge.key);
  }
  return bridges;
}

function toBridge(
  written: string,
  entry: NonNullable<BridgeEntry>,
  machines: Machines,
  problems: Problems,
): BridgeSegment | undefined {
  const path: Path = ['bridges', written];
  const [name = written, inKey] = written.split('/').reverse();
  const node = inKey ?? entry.node;
  if (inKey !== undefined && entry.node !== undefined && inKey !== entry.node) {
    const hint = 'remove "node", or the part of the name before "/"';
    problems.error(
      [...path, 'node'],
      'conflict',
      `bridge "${written}" is in "${inKey}" by its name, not in "${entry.node}"`,
      hint,
    );
    return undefined;
  }
  if (node !== undefined && !machines.nodes.has(node)) {
    const at = inKey === undefined ? problems.error : problems.errorAtKey;
    const hint = suggestName(node, [...machines.nodes.keys()]);
    at(inKey === undefined ? [...path, 'node'] : path, 'unknown-name', `there is no node "${node}"`, hint);
    return undefined;
  }
  if (node === undefined && machines.get(name)) {
    problems.errorAtKey(
      path,
      'name-taken',
      `"${name}" is the name of a ${machines.get(name)?.kind} too`,
      'give the switch another name',
    );
  }
  if (node === undefined && entry.address !== undefined) {
    const hint = 'say which subnet it joins with "subnet", or put it into a node with "node"';
    problems.error(
      [...path, 'address'],
      'conflict',
      `"${written}" is a switch, and a switch has no address of its own`,
      hint,
    );
  }
  return {
    kind: 'bridge',
    key: node === undefined ? name : `${node}/${name}`,
    name: kernelName(name, RESERVED),
    ns: node ?? name,
    node: node ?? null,
    entry: node === undefined ? withoutAddress(entry) : entry,
    subnets: readSubnets(entry.subnet, [...path, 'subnet'], problems),
    path,
  };
}

function withoutAddress({ address: _, ...rest }: NonNullable<BridgeEntry>): NonNullable<BridgeEntry> {
  return rest;
}

/** `cbr0` in every node that has a block, and the switch `lan` where there are nodes to join. */
function defaultBridges(
  file: LabFile,
  cluster: Cluster,
  machines: Machines,
  blocks: Blocks,
  plugged: number,
): BridgeSegment[] {
  if (cluster.network === 'none') return [];
  const given = new Set(
    Object.entries(file.bridges ?? {}).map(([key, entry]) => (entry?.node ? `${entry.node}/${key}` : key)),
  );
  const mtu = cluster.mtu === undefined ? {} : { mtu: cluster.mtu };
  const lan = { kind: 'bridge', key: 'lan', name: 'lan', ns: 'lan', node: null, path: ['nodes'] } as const;
  const nodes = [...machines.nodes.values()].filter(node => !node.external && !given.has(`${node.key}/cbr0`));
  return [
    ...(plugged < 2 || given.has('lan') ? [] : [{ ...lan, entry: mtu, subnets: cluster.nodeNets }]),
    ...nodes.map(({ key, path }): BridgeSegment => {
      const place = { key: `${key}/cbr0`, name: 'cbr0', ns: key, node: key, path };
      return { kind: 'bridge', ...place, entry: { ...mtu, address: blocks.gateways(key) }, subnets: blocks.of(key) };
    }),
  ];
}

function createBridgeFinder(byKey: ReadonlyMap<string, BridgeSegment>, problems: Problems): FindBridge {
  return (written, machine, path) => {
    const node = machine.kind === 'pod' ? machine.node : machine.key;
    const bridge = byKey.get(`${node}/${written}`) ?? byKey.get(written);
    if (!bridge) {
      const near = [...byKey.values()].filter(other => other.node === null || other.node === node);
      const names = near.map(other => (other.node === null ? other.key : other.key.slice(node.length + 1)));
      problems.error(
        path,
        'unknown-name',
        `there is no bridge "${written}" that "${machine.key}" could be plugged into`,
        suggestName(written, names),
      );
    } else if (bridge.node !== null && bridge.node !== node) {
      const hint =
        machine.kind === 'pod'
          ? `move the pod to "${bridge.node}", or use a bridge of "${node}"`
          : `use a bridge of "${node}", or a switch`;
      problems.error(path, 'conflict', `bridge "${written}" is in node "${bridge.node}", not in "${node}"`, hint);
      return undefined;
    }
    return bridge;
  };
}

function nodePorts(node: NodeMachine, lan: BridgeSegment | undefined, find: FindBridge): Port[] {
  const given = interfacePorts(node, find);
  if (!lan) return given;
  return [{ ...bare(node, 'eth0', lan), mtu: lan.entry.mtu, path: node.path }, ...given];
}

function podPorts(
  pod: PodMachine,
  cluster: Cluster,
  byKey: ReadonlyMap<string, BridgeSegment>,
  find: FindBridge,
  problems: Problems,
): Port[] {
  const given = interfacePorts(pod, find);
  if (pod.entry.interfaces?.['eth0']) {
    refuseShortForm(pod, problems);
    return given;
  }
  const { bridge: written, address, gateway, mtu, mac } = pod.entry;
  if (written === undefined && (cluster.network === 'none' || !byKey.has(`${pod.node}/cbr0`))) {
    refuseUnplugged(pod, cluster, problems);
    return given;
  }
  const bridge = find(written ?? 'cbr0', pod, [...pod.path, 'bridge']);
  if (!bridge) return given;
  const settings = { address, gateway, mtu: mtu ?? bridge.entry.mtu, mac, shaping: toShaping(pod.entry) };
  return [{ ...bare(pod, 'eth0', bridge), ...settings, path: pod.path }, ...given];
}

const SHORT_FORM = ['bridge', 'address', 'gateway', 'mtu', 'mac', 'rate', 'delay', 'jitter', 'loss'] as const;

/** Without a bridge there is no eth0, and nothing that could have an address. */
function refuseUnplugged({ entry, path, key }: PodMachine, cluster: Cluster, problems: Problems): void {
  const written = SHORT_FORM.find(word => entry[word] !== undefined);
  if (written === undefined || cluster.network !== 'none') return;
  problems.errorAtKey(
    [...path, written],
    'conflict',
    `"${key}" has no eth0 for this "${written}"`,
    'plug it into a bridge: bridge: cbr0',
  );
}

function refuseShortForm({ entry, path, key }: PodMachine, problems: Problems): void {
  const written = SHORT_FORM.find(word => entry[word] !== undefined);
  if (written === undefined) return;
  const hint = `move it into interfaces.eth0, for which "${written}" beside "node" is short`;
  problems.errorAtKey([...path, written], 'conflict', `eth0 of "${key}" is described twice`, hint);
}

function interfacePorts(machine: MachineEntry, find: FindBridge): Port[] {
  return Object.entries(machine.entry.interfaces ?? {}).flatMap(([name, entry]) => {
    const path = [...machine.path, 'interfaces', name];
    const bridge = find(entry.bridge, machine, [...path, 'bridge']);
    return bridge ? [{ ...bare(machine, name, bridge), ...ofInterface(entry, bridge), path }] : [];
  });
}

function ofInterface(entry: InterfaceEntry, bridge: BridgeSegment) {
  const { address, gateway, mtu, mac } = entry;
  return { address, gateway, mtu: mtu ?? bridge.entry.mtu, mac, shaping: toShaping(entry) };
}

function bare(machine: MachineEntry, name: string, segment: Segment): Omit<Port, 'path'> {
  const nothing = { address: undefined, gateway: undefined, mtu: undefined, mac: undefined, shaping: {} };
  return { machine, name, segment, ...nothing };
}

function toShaping({ rate, delay, jitter, loss }: Shaping): Shaping {
  return {
    ...(rate === undefined ? {} : { rate }),
    ...(delay === undefined ? {} : { delay }),
    ...(jitter === undefined ? {} : { jitter }),
    ...(loss === undefined ? {} : { loss }),
  };
}

function toLink(entry: LinkEntry, index: number, problems: Problems): LinkSegment {
  const path: Path = ['links', index];
  const subnets = readSubnets(entry.subnet, [...path, 'subnet'], problems);
  return { kind: 'link', key: `link ${index}`, entry, subnets, path };
}

function toEnd(end: LinkEndEntry): Exclude<LinkEndEntry, string> {
  return typeof end === 'string' ? { on: end } : end;
}

function namesByMachine(ports: readonly Port[], linked: ReadonlyMap<string, readonly (string | undefined)[]>) {
  const names = new Map<string, Set<string>>();
  const add = (key: string, name: string) => names.set(key, (names.get(key) ?? new Set()).add(name));
  for (const { machine, name } of ports) add(machine.key, name);
  for (const [key, ends] of linked) for (const name of ends) if (name !== undefined) add(key, name);
  return names;
}

function linkPorts(link: LinkSegment, machines: Machines, names: Map<string, Set<string>>, problems: Problems): Port[] {
  const ports: Port[] = [];
  for (const [index, written] of link.entry.ends.entries()) {
    const path = [...link.path, 'ends', index];
    const end = toEnd(written);
    const machine = machines.get(end.on);
    if (!machine) {
      const at = typeof written === 'string' ? path : [...path, 'on'];
      problems.error(at, 'unknown-name', `there is no node or pod "${end.on}"`, suggestName(end.on, machines.keys()));
      continue;
    }
    const name = end.interface ?? takeFreeName(names, machine.key);
    const settings = { address: end.address, mtu: link.entry.mtu, mac: end.mac, shaping: toShaping(link.entry) };
    ports.push({ ...bare(machine, name, link), ...settings, path });
  }
  return ports;
}

function takeFreeName(names: Map<string, Set<string>>, machine: string): string {
  const taken = names.get(machine) ?? new Set();
  names.set(machine, taken);
  for (let index = 0; ; index++) {
    const name = `eth${index}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

function checkPortNames({ bridges, ports }: Wiring, problems: Problems): void {
  const taken = new Map(bridges.map(({ ns, name, key }) => [`${ns} ${name}`, `bridge "${key}"`]));
  for (const { machine, name, path, segment } of ports) {
    const at = segment.kind === 'link' && path.length === 4 ? [...path, 'interface'] : path;
    if (RESERVED.has(name)) {
      problems.errorAtKey(
        at,
        'name-not-allowed',
        `"${name}" cannot be an interface's name`,
        'the kernel uses it for something else',
      );
    }
    const other = taken.get(`${machine.ns} ${name}`);
    if (other)
      problems.errorAtKey(
        at,
        'name-taken',
        `"${machine.key}" has two interfaces "${name}"`,
        `${other} has this name already`,
      );
    taken.set(`${machine.ns} ${name}`, 'another interface');
  }
}
