/**
 * Lab in, lab file out: the same lab with every default written out and nothing left to fill in.
 *
 * The result resolves to the same lab. Text is made from it by the caller.
 */
import { formatSubnet, parseHost } from '../address/address.ts';
import { FEATURES } from '../features/registry.ts';
import type {
  BridgeEntry,
  InterfaceEntry,
  LabFile,
  LinkEndEntry,
  LinkEntry,
  NodeEntry,
  PodEntry,
  RouteEntry,
} from '../language/lab/generated/lab-file.ts';
import type {
  Interface,
  IptablesRule,
  Lab,
  LabBridge,
  LabRoute,
  Link,
  LinkEnd,
  Machine,
  Node,
  Pod,
} from '../language/lab/lab.ts';

export function expand(lab: Lab): LabFile {
  const parts = FEATURES.flatMap(feature => feature.expand?.(lab) ?? []);
  const cluster = Object.assign({ network: 'none' }, ...parts.map(part => part.cluster));
  return {
    name: lab.name,
    ...(lab.description === undefined ? {} : { description: lab.description }),
    backend: lab.backend,
    cluster,
    nodes: Object.fromEntries(lab.nodes.map(node => [node.key, expandNode(node, lab)])),
    ...section('pods', Object.fromEntries(lab.pods.map(pod => [pod.key, expandPod(pod)]))),
    ...section('bridges', Object.fromEntries(lab.bridges.map(bridge => [bridge.key, expandBridge(bridge)]))),
    ...(lab.links.length === 0 ? {} : { links: lab.links.map(expandLink) }),
    ...(lab.routes.length === 0 ? {} : { routes: lab.routes.map(expandRoute) }),
    ...Object.assign({}, ...parts, { cluster }),
  };
}

function section<K extends string, T extends object>(key: K, value: T): { [P in K]?: T } {
  return (Object.keys(value).length === 0 ? {} : { [key]: value }) as { [P in K]?: T };
}

function expandNode(node: Node, lab: Lab): NodeEntry {
  const parts = FEATURES.map(feature => feature.expandNode?.(node, lab));
  return { ...(node.external ? { external: true } : {}), ...Object.assign({}, ...parts), ...expandMachine(node) };
}

function expandPod(pod: Pod): PodEntry {
  const parts = FEATURES.toReversed().map(feature => feature.expandPod?.(pod));
  const onHost = pod.hostNetwork ? { hostNetwork: true } : {};
  return { node: pod.node, ...onHost, ...expandMachine(pod), ...Object.assign({}, ...parts) };
}

function expandMachine({ labels, interfaces, sysctls, iptables, ip6tables }: Machine) {
  return {
    ...section('labels', labels),
    ...section('interfaces', Object.fromEntries(interfaces.map(item => [item.name, expandInterface(item)]))),
    ...section('sysctls', sysctls),
    ...expandRules('iptables', iptables),
    ...expandRules('ip6tables', ip6tables),
  };
}

function expandRules<K extends string>(key: K, rules: readonly IptablesRule[]) {
  return (rules.length === 0 ? {} : { [key]: rules.map(({ text }) => text) }) as { [P in K]?: string[] };
}

function expandInterface({ bridge, addresses, gateways, mtu, mac, shaping }: Interface): InterfaceEntry {
  return {
    bridge: bridge.split('/').at(-1) ?? bridge,
    ...oneOrMore('address', addresses),
    ...(gateways.length === 0 ? { gateway: 'none' } : oneOrMore('gateway', gateways)),
    ...(mtu === undefined ? {} : { mtu }),
    ...(mac === undefined ? {} : { mac }),
    ...shaping,
  };
}

function oneOrMore<K extends string>(key: K, values: readonly string[]) {
  const [first, second] = values;
  const value = second === undefined ? first : values;
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: string | readonly string[] };
}

/** A subnet that the bridge's own address tells already is not said twice. */
function expandBridge({ addresses, subnets, mtu, mac }: LabBridge): BridgeEntry {
  const implied = addresses.flatMap(address => parseHost(address)?.subnet ?? []).map(formatSubnet);
  return {
    ...oneOrMore('address', addresses),
    ...(implied.join() === subnets.join() ? {} : oneOrMore('subnet', subnets)),
    ...(mtu === undefined ? {} : { mtu }),
    mac,
  };
}

function expandLink({ ends, mtu, shaping }: Link): LinkEntry {
  return { ends: ends.map(expandEnd), ...(mtu === undefined ? {} : { mtu }), ...shaping };
}

function expandEnd({ on, interface: name, addresses, mac }: LinkEnd): LinkEndEntry {
  return { on, interface: name, ...oneOrMore('address', addresses), ...(mac === undefined ? {} : { mac }) };
}

function expandRoute({ on, to, via, dev, src, metric, mtu, table, type }: LabRoute): RouteEntry {
  const given = Object.entries({ via, dev, src, metric, mtu, table }).filter(([, value]) => value !== undefined);
  return { on, to, ...Object.fromEntries(given), ...(type === 'unicast' ? {} : { type }) };
}
