/** The parts of a lab from what was found out about them: nodes, pods, their interfaces, bridges and links. */

import { formatHost, formatSubnet } from '../address/address.ts';
import type { CorePod, Interface, LabBridge, Link, LinkEnd, Machine, Node } from '../language/lab/lab.ts';
import { isOnHost } from './host-network.ts';
import { resolveRules } from './iptables-rules.ts';
import type {
  Addresses,
  BridgeSegment,
  LabDraft,
  LinkSegment,
  MachineDraft,
  NodeDraft,
  PodDraft,
  Port,
} from './model.ts';
import { stableMac } from './names.ts';
import { toShaping } from './ports.ts';
import { resolveSysctls } from './sysctls.ts';

/** `sysctls` are those that features need of it. */
export function toNode(node: NodeDraft, draft: LabDraft, sysctls: Readonly<Record<string, string>>): Node {
  const podCIDRs = draft.blocks.of(node.key).map(formatSubnet);
  return Object.assign(toMachine(node, draft, sysctls), { external: node.external, podCIDRs });
}

export function toPod(pod: PodDraft, draft: LabDraft): CorePod {
  const { namespace, name, node } = pod;
  return Object.assign(toMachine(pod, draft), { namespace, name, node, hostNetwork: isOnHost(pod) });
}

function toMachine(machine: MachineDraft, draft: LabDraft, sysctls?: Readonly<Record<string, string>>): Machine {
  const ports = (draft.portsOfMachine.get(machine.key) ?? []).filter(({ segment }) => segment.kind === 'bridge');
  return {
    key: machine.key,
    ns: machine.ns,
    labels: machine.entry.labels ?? {},
    interfaces: ports.map(port => toInterface(port, draft)),
    sysctls: resolveSysctls(machine, draft, sysctls),
    iptables: resolveRules(machine, 'iptables', draft),
    ip6tables: resolveRules(machine, 'ip6tables', draft),
    source: machine.path,
  };
}

function toInterface(port: Port, { addresses, gateways, portNames }: LabDraft): Interface {
  const { name, segment, mtu, mac, shaping, path: source } = port;
  const wired: Interface = {
    ...{ name, bridge: segment.key, port: portNames.get(port) ?? '' },
    addresses: addresses.ofPort(port).map(formatHost),
    gateways: gateways(port),
    ...{ shaping, source },
  };
  if (mtu !== undefined) Object.assign(wired, { mtu });
  return mac === undefined ? wired : Object.assign(wired, { mac: mac.toLowerCase() });
}

/** A fixed MAC address: left alone, a bridge takes that of its lowest port, and changes it when a pod joins. */
export function toBridge(bridge: BridgeSegment, addresses: Addresses): LabBridge {
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

export function toLink(link: LinkSegment, { portsOfSegment, addresses }: LabDraft): Link {
  const [a, b] = (portsOfSegment.get(link.key) ?? []).map(port => toLinkEnd(port, addresses));
  const nothing: LinkEnd = { on: '', interface: '', addresses: [] };
  const { mtu } = link.entry;
  return {
    ends: [a ?? nothing, b ?? nothing],
    ...(mtu === undefined ? {} : { mtu }),
    shaping: toShaping(link.entry),
    source: link.path,
  };
}

function toLinkEnd(port: Port, addresses: Addresses): LinkEnd {
  const mac = port.mac === undefined ? {} : { mac: port.mac.toLowerCase() };
  return { on: port.machine.key, interface: port.name, addresses: addresses.ofPort(port).map(formatHost), ...mac };
}
