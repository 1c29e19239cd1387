/**
 * Lab file in, lab out: every default filled in, every name turned into an address, every mistake found.
 *
 * Pure. `previous` is the lab as it already runs, if it does: what it allocated stays, so that adding a pod moves no
 * other. The order of entries in the file does not matter.
 */
import { formatHost, formatSubnet } from '../address/address.ts';
import { type Diagnostic, hasErrors } from '../diagnostic/diagnostic.ts';
import type { LabFile } from '../lab/generated/lab-file.ts';
import type { Bridge, Interface, Lab, Link, LinkEnd, Machine, Node, Pod } from '../lab/lab.ts';
import { type Addresses, resolveAddresses } from './addresses.ts';
import { type Blocks, resolveBlocks } from './blocks.ts';
import { type Cluster, resolveCluster } from './cluster.ts';
import { type Gateways, resolveGateways } from './gateways.ts';
import { type MachineEntry, resolveMachines } from './machines.ts';
import { kernelName, stableMac } from './names.ts';
import { findNeighbourhood, type Neighbourhood } from './neighbourhood.ts';
import { collectProblems, type Problems } from './problems.ts';
import { resolveRoutes } from './routes.ts';
import { resolveRules } from './rules.ts';
import type { BridgeSegment, LinkSegment, Port } from './segments.ts';
import { checkDisabledIpv6, checkSettings, warnUnconnected } from './settings.ts';
import { resolveWiring, type Wiring } from './wiring.ts';

export interface Resolved {
  /** Undefined where there are errors. */
  readonly lab: Lab | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ResolveOptions {
  /** The lab's name where the file has none. */
  readonly name: string;
  readonly previous?: Lab | undefined;
}

interface Draft {
  readonly file: LabFile;
  readonly cluster: Cluster;
  readonly blocks: Blocks;
  readonly addresses: Addresses;
  readonly gateways: Gateways;
  readonly near: Neighbourhood;
  readonly problems: Problems;
  readonly portsOfMachine: ReadonlyMap<string, readonly Port[]>;
  readonly portsOfSegment: ReadonlyMap<string, readonly Port[]>;
  readonly portNames: ReadonlyMap<Port, string>;
  readonly hasIpv6: boolean;
}

export function resolve(file: LabFile, { name, previous }: ResolveOptions): Resolved {
  const problems = collectProblems();
  const cluster = resolveCluster(file.cluster, problems);
  const machines = resolveMachines(file, previous, problems);
  const blocks = resolveBlocks(cluster, machines, previous, problems);
  const wiring = resolveWiring(file, cluster, machines, blocks, problems);
  const addresses = resolveAddresses(wiring, previous, problems);
  const near = findNeighbourhood(wiring, addresses);
  const routes = resolveRoutes(file, cluster, blocks, { machines, wiring, near, problems });
  const gateways = resolveGateways(routes, wiring.ports, addresses, problems);
  checkSettings(wiring, addresses, cluster.mtu, problems);
  checkDisabledIpv6(wiring, addresses, problems);
  if (!hasErrors(problems.found)) warnUnconnected(wiring, addresses, problems);
  const draft: Draft = {
    ...{ file, cluster, blocks, addresses, gateways, near, problems },
    portsOfMachine: groupPorts(wiring.ports, port => port.machine.key),
    portsOfSegment: groupPorts(wiring.ports, port => port.segment.key),
    portNames: namePorts(wiring),
    hasIpv6: usesIpv6(wiring, addresses),
  };
  const lab: Lab = {
    name: file.name ?? name,
    ...(file.description === undefined ? {} : { description: file.description }),
    backend: file.backend ?? 'netns',
    nodes: [...machines.nodes.values()].map(node => toNode(node, draft)),
    pods: [...machines.pods.values()].map(pod => toPod(pod, draft)),
    bridges: wiring.bridges.map(bridge => toBridge(bridge, addresses)),
    links: wiring.links.map(link => toLink(link, draft)),
    routes,
  };
  return { lab: hasErrors(problems.found) ? undefined : lab, diagnostics: problems.found };
}

function groupPorts(ports: readonly Port[], keyOf: (port: Port) => string): Map<string, Port[]> {
  const groups = new Map<string, Port[]>();
  for (const port of ports) {
    const group = groups.get(keyOf(port));
    if (group) group.push(port);
    else groups.set(keyOf(port), [port]);
  }
  return groups;
}

function usesIpv6(wiring: Wiring, addresses: Addresses): boolean {
  return (
    wiring.ports.some(port => addresses.ofPort(port).some(({ ip }) => ip.family === 6)) ||
    wiring.bridges.some(bridge => addresses.ofBridge(bridge).some(({ ip }) => ip.family === 6))
  );
}

/** Names of the bridge's ends of veth pairs: `veth-web`, unique in the bridge's namespace. */
function namePorts({ bridges, ports }: Wiring): Map<Port, string> {
  const taken = new Map<string, Set<string>>();
  const takenIn = (ns: string) => {
    const names = taken.get(ns) ?? new Set(['lo']);
    taken.set(ns, names);
    return names;
  };
  for (const { ns, name } of bridges) takenIn(ns).add(name);
  for (const { machine, name } of ports) takenIn(machine.ns).add(name);
  const names = new Map<Port, string>();
  for (const port of ports) {
    if (port.segment.kind !== 'bridge') continue;
    const own = takenIn(port.segment.ns);
    const name = kernelName(`veth-${port.machine.ns}${port.name === 'eth0' ? '' : `-${port.name}`}`, own);
    own.add(name);
    names.set(port, name);
  }
  return names;
}

function toNode(node: MachineEntry & { kind: 'node' }, draft: Draft): Node {
  const podCIDRs = draft.blocks.of(node.key).map(formatSubnet);
  return { ...toMachine(node, draft), external: node.external, podCIDRs };
}

function toPod(pod: MachineEntry & { kind: 'pod' }, draft: Draft): Pod {
  return { ...toMachine(pod, draft), namespace: pod.namespace, name: pod.name, node: pod.node };
}

function toMachine(machine: MachineEntry, draft: Draft): Machine {
  const ports = (draft.portsOfMachine.get(machine.key) ?? []).filter(({ segment }) => segment.kind === 'bridge');
  return {
    key: machine.key,
    ns: machine.ns,
    labels: machine.entry.labels ?? {},
    interfaces: ports.map(port => toInterface(port, draft)),
    sysctls: { ...(machine.kind === 'node' ? forwarding(draft.hasIpv6) : {}), ...toSysctls(machine, draft.problems) },
    iptables: resolveRules(machine, 'iptables', draft),
    ip6tables: resolveRules(machine, 'ip6tables', draft),
    source: machine.path,
  };
}

/** A node forwards for its pods, as kubelet and CNI plugins demand of a real one. */
function forwarding(hasIpv6: boolean): Record<string, string> {
  return { 'net.ipv4.ip_forward': '1', ...(hasIpv6 ? { 'net.ipv6.conf.all.forwarding': '1' } : {}) };
}

function toSysctls({ entry, path }: MachineEntry, problems: Problems): Record<string, string> {
  const settings = new Map<string, string>();
  for (const [written, given] of Object.entries(entry.sysctls ?? {})) {
    const [name, value] = [sysctlName(written), String(given)];
    const at = [...path, 'sysctls', written];
    if (/[^\x20-\x7e\t]/.test(value))
      problems.error(at, 'not-allowed', `the value of ${name} is not one line of plain text`);
    if (settings.has(name))
      problems.errorAtKey(at, 'conflict', `${name} is there twice`, 'a dot and a slash mean the same');
    settings.set(name, value.trim().replace(/\s+/g, ' '));
  }
  return Object.fromEntries(settings);
}

/** The spelling with dots; in it a slash stands for a dot in an interface's name, and the other way round. */
function sysctlName(written: string): string {
  const isPath = written[written.search(/[./]/)] === '/';
  return isPath ? written.replace(/[./]/g, sign => (sign === '.' ? '/' : '.')) : written;
}

function toInterface(port: Port, { addresses, gateways, portNames }: Draft): Interface {
  return {
    name: port.name,
    bridge: port.segment.key,
    port: portNames.get(port) ?? '',
    addresses: addresses.ofPort(port).map(formatHost),
    gateways: gateways(port),
    ...(port.mtu === undefined ? {} : { mtu: port.mtu }),
    ...(port.mac === undefined ? {} : { mac: port.mac.toLowerCase() }),
    shaping: port.shaping,
    source: port.path,
  };
}

/** A fixed MAC address: left alone, a bridge takes that of its lowest port, and changes it when a pod joins. */
function toBridge(bridge: BridgeSegment, addresses: Addresses): Bridge {
  const hosts = addresses.ofBridge(bridge);
  const ipv4 = hosts.find(({ ip }) => ip.family === 4)?.ip.value;
  const { mtu, mac } = bridge.entry;
  return {
    ...{ key: bridge.key, name: bridge.name, ns: bridge.ns, node: bridge.node },
    addresses: hosts.map(formatHost),
    subnets: addresses.subnetsOf(bridge).map(formatSubnet),
    ...(mtu === undefined ? {} : { mtu }),
    mac: mac?.toLowerCase() ?? stableMac(bridge.key, ipv4),
    source: bridge.path,
  };
}

function toLink(link: LinkSegment, { portsOfSegment, addresses }: Draft): Link {
  const [a, b] = (portsOfSegment.get(link.key) ?? []).map(port => toLinkEnd(port, addresses));
  const nothing: LinkEnd = { on: '', interface: '', addresses: [] };
  const { mtu } = link.entry;
  const { rate, delay, jitter, loss } = link.entry;
  const shaping = Object.fromEntries(
    Object.entries({ rate, delay, jitter, loss }).filter(([, value]) => value !== undefined),
  );
  return { ends: [a ?? nothing, b ?? nothing], ...(mtu === undefined ? {} : { mtu }), shaping, source: link.path };
}

function toLinkEnd(port: Port, addresses: Addresses): LinkEnd {
  const mac = port.mac === undefined ? {} : { mac: port.mac.toLowerCase() };
  return { on: port.machine.key, interface: port.name, addresses: addresses.ofPort(port).map(formatHost), ...mac };
}
