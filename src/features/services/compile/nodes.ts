/**
 * What the nodes of a lab have to do with Services: who runs a kube-proxy, what it knows of its node, and the chains that
 * all Services share on it. What is the same on every node is worked out once.
 */
import { type Family, familyOf, withoutPrefix } from '../../../address/address.ts';
import { nodeAddresses } from '../../../compile/pod-addresses.ts';
import type { Lab } from '../../../language/lab/lab.ts';
import type { Words } from '../../../netfilter/rule-words.ts';
import { type KubeProxy, kubeProxyOf } from '../model.ts';
import { nodePortPlaces } from '../node-port-places.ts';
import { TCP_BE_LIBERAL } from '../sysctl-names.ts';
import { isSameEverywhere, type OwnChains, ownChains, type ProxyNode, type SharedRule, sharedRules } from './chains.ts';
import { localMatch } from './local-match.ts';
import type { ProxiedPort } from './ports.ts';
import { fixedRules, nodePortRules, OWN_CHAINS } from './skeleton.ts';

/** kube-proxy's largeClusterEndpointsThreshold. */
const LARGE = 1000;

export function proxiedFamilies({ services, serviceNetwork }: Lab): Family[] {
  // The record of a lab that netlab had no Services for when it was written has none either.
  if ((services ?? []).length === 0) return [];
  return serviceNetwork.serviceCIDRs.map(cidr => familyOf(cidr));
}

/** A node outside of the cluster runs no kube-proxy. */
export function listProxyNodes(lab: Lab, family: Family, ports: readonly ProxiedPort[]): ProxyNode[] {
  const isLarge = ports.reduce((count, { endpoints }) => count + endpoints.length, 0) > LARGE;
  const zones = new Map(lab.nodes.flatMap(({ key, labels }) => (labels[ZONE] ? [[key, labels[ZONE]] as const] : [])));
  const kubeProxy = kubeProxyOf(lab);
  const isLikeOthers = kubeProxy.detectLocal.mode !== 'NodeCIDR';
  const inside = lab.nodes.filter(({ external }) => !external);
  return inside.map(node => {
    const { key, ns, sysctls } = node;
    const places = nodePortPlaces(kubeProxy, node, lab, family);
    return {
      ...{ key, ns, family, zones, isLarge, isLikeOthers },
      nodeIP: nodeAddresses(node, lab, family).map(withoutPrefix)[0],
      local: localMatch(kubeProxy, node, family),
      masqueradeAll: kubeProxy.masqueradeAll,
      mark: toMark(kubeProxy),
      nodePortRules: nodePortRules(places, family),
      dropsInvalid: Number(sysctls[TCP_BE_LIBERAL] ?? 0) === 0,
      hasLocalnet: family === 4 && (places.localhost || Object.entries(sysctls).some(isLocalnet)),
    };
  });
}

const ZONE = 'topology.kubernetes.io/zone';

const isLocalnet = ([name, value]: readonly [string, string]) =>
  name.endsWith('.route_localnet') && Number(value) !== 0;

/** As the kernel prints it. */
function toMark({ masqueradeBit }: Pick<KubeProxy, 'masqueradeBit'>): string {
  const bit = `0x${(2 ** masqueradeBit).toString(16)}`;
  return `${bit}/${bit}`;
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
    if (!isSameEverywhere(port, node)) return make(port, node);
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
  const joined = new Map<string, Words[]>();
  for (const [table, chains] of Object.entries(OWN_CHAINS))
    for (const chain of chains) joined.set(`${table} ${chain}`, [...fixedRules(table, chain, node)]);
  for (const port of ports)
    for (const { table, chain, rule } of sharedOf(port, node)) joined.get(`${table} ${chain}`)?.push(rule);
  joined.get('nat KUBE-SERVICES')?.push(...node.nodePortRules);
  return joined;
}

export function splitKey(key: string): { readonly table: string; readonly chain: string } {
  const [table = '', chain = ''] = key.split(' ');
  return { table, chain };
}
