/** The parts of a lab from what was found out about them: nodes, pods, their interfaces, bridges and links. */
import { formatHost, formatSubnet } from '../address/address.ts';
import { resolveContainers } from '../features/containers/resolve/containers.ts';
import { resolvePodDns } from '../features/dns/resolve/pod-dns.ts';
import type { Bridge, Interface, Link, LinkEnd, Machine, Node, Pod } from '../language/lab/lab.ts';
import type { Addresses } from './addresses.ts';
import type { Draft } from './draft.ts';
import type { MachineEntry } from './machines.ts';
import { stableMac } from './names.ts';
import { resolveRules } from './rules.ts';
import type { BridgeSegment, LinkSegment, Port } from './segments.ts';
import { resolveSysctls } from './sysctls.ts';

export function toNode(node: MachineEntry & { kind: 'node' }, draft: Draft): Node {
  const podCIDRs = draft.blocks.of(node.key).map(formatSubnet);
  return { ...toMachine(node, draft), external: node.external, podCIDRs };
}

export function toPod(pod: MachineEntry & { kind: 'pod' }, draft: Draft): Pod {
  return {
    ...toMachine(pod, draft),
    namespace: pod.namespace,
    name: pod.name,
    node: pod.node,
    ...resolvePodDns(pod, draft.file, draft.problems),
    ...resolveContainers(pod, draft.programs, draft.problems),
  };
}

function toMachine(machine: MachineEntry, draft: Draft): Machine {
  const ports = (draft.portsOfMachine.get(machine.key) ?? []).filter(({ segment }) => segment.kind === 'bridge');
  return {
    key: machine.key,
    ns: machine.ns,
    labels: machine.entry.labels ?? {},
    interfaces: ports.map(port => toInterface(port, draft)),
    sysctls: resolveSysctls(machine, draft),
    iptables: resolveRules(machine, 'iptables', draft),
    ip6tables: resolveRules(machine, 'ip6tables', draft),
    source: machine.path,
  };
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
export function toBridge(bridge: BridgeSegment, addresses: Addresses): Bridge {
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

export function toLink(link: LinkSegment, { portsOfSegment, addresses }: Draft): Link {
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
