/**
 * What the nodes of a lab have to do with Services: who runs a kube-proxy, what it knows of its node, and the chains that
 * all Services share on it. What is the same on every node is worked out once.
 */
import { type Family, familyOf, withoutPrefix } from '../../../address/address.ts';
import type { Lab, Link, Node } from '../../../language/lab/lab.ts';
import type { Words } from '../../../netfilter/rule-words.ts';
import { isSameEverywhere, type OwnChains, ownChains, type ProxyNode, type SharedRule, sharedRules } from './chains.ts';
import type { ProxiedPort } from './ports.ts';
import { fixedRules, NODE_PORTS_LAST, OWN_CHAINS } from './skeleton.ts';

/** kube-proxy's largeClusterEndpointsThreshold. */
const LARGE = 1000;

export function proxiedFamilies({ services, serviceNetwork }: Lab): Family[] {
  // The record of a lab that netlab had no Services for when it was written has none either.
  if ((services ?? []).length === 0) return [];
  return serviceNetwork.serviceCIDRs.map(cidr => familyOf(cidr));
}

/** A node outside of the cluster runs no kube-proxy. */
export function listProxyNodes(lab: Lab, family: Family, ports: readonly ProxiedPort[]): ProxyNode[] {
  const podCIDR = lab.serviceNetwork.podCIDRs.find(cidr => familyOf(cidr) === family);
  const isLarge = ports.reduce((count, { endpoints }) => count + endpoints.length, 0) > LARGE;
  const inside = lab.nodes.filter(({ external }) => !external);
  return inside.map(node => {
    const { key, ns } = node;
    return { key, ns, family, nodeIP: nodeAddress(node, lab.links, family), podCIDR, isLarge };
  });
}

/** Its first one. */
function nodeAddress({ key, interfaces }: Node, links: readonly Link[], family: Family): string | undefined {
  const wired = links.flatMap(({ ends }) => ends).filter(({ on }) => on === key);
  const addresses = [...interfaces, ...wired].flatMap(item => item.addresses);
  const own = addresses.find(address => familyOf(address) === family);
  return own && withoutPrefix(own);
}

/** The rules of each port on each node. */
export interface PortRules {
  sharedOf(port: ProxiedPort, node: ProxyNode): readonly SharedRule[];
  ownOf(port: ProxiedPort, node: ProxyNode): OwnChains;
}

export function makeRules(): PortRules {
  return { sharedOf: onceForAll(sharedRules), ownOf: onceForAll(ownChains) };
}

function onceForAll<T>(make: (port: ProxiedPort, node: ProxyNode) => T): (port: ProxiedPort, node: ProxyNode) => T {
  const made = new Map<ProxiedPort, T>();
  return (port, node) => {
    if (!isSameEverywhere(port)) return make(port, node);
    const known = made.get(port) ?? make(port, node);
    made.set(port, known);
    return known;
  };
}

/** The rules of the chains that all Services share, by `TABLE CHAIN`. */
export function joinShared(
  node: ProxyNode,
  ports: readonly ProxiedPort[],
  sharedOf: PortRules['sharedOf'],
): Map<string, readonly Words[]> {
  const { family } = node;
  const joined = new Map<string, Words[]>();
  for (const [table, chains] of Object.entries(OWN_CHAINS))
    for (const chain of chains) joined.set(`${table} ${chain}`, [...fixedRules(table, chain, family)]);
  for (const port of ports)
    for (const { table, chain, rule } of sharedOf(port, node)) joined.get(`${table} ${chain}`)?.push(rule);
  joined.get('nat KUBE-SERVICES')?.push(NODE_PORTS_LAST[family]);
  return joined;
}

export function splitKey(key: string): { readonly table: string; readonly chain: string } {
  const [table = '', chain = ''] = key.split(' ');
  return { table, chain };
}
