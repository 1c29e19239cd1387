/**
 * What one port of a Service adds to a node's chains, rule by rule as kube-proxy's iptables mode writes it
 * (kubernetes/kubernetes, pkg/proxy/iptables/proxier.go, syncProxyRules).
 */
import { contains, type Family, parseHost, parseIp } from '../../../address/address.ts';
import { comment, host, jump, type Words } from '../../../netfilter/rule-words.ts';
import { isChoosy } from '../model.ts';
import { probability, reject, remember, to, toPort, wasHere } from './kube-proxy-words.ts';
import { type LocalMatch, NOTHING } from './local-match.ts';
import { type Choice, chooseEndpoints, type ProxiedEndpoint, type ProxiedPort } from './ports.ts';

/** What the rules of a node depend on besides the Services. */
export interface ProxyNode {
  readonly key: string;
  readonly ns: string;
  readonly family: Family;
  /** The node's own address; undefined where it has none of this family. */
  readonly nodeIP: string | undefined;
  /** The zone of every node that has one. */
  readonly zones: ReadonlyMap<string, string>;
  /** How it tells what pods have sent; undefined where it cannot. */
  readonly local: LocalMatch | undefined;
  /** Whether pods are told from others in the same way on all nodes. */
  readonly isLikeOthers: boolean;
  readonly masqueradeAll: boolean;
  /** The mark of what is to be masqueraded, and its mask: `0x4000/0x4000`. */
  readonly mark: string;
  /** What leads to the node ports, behind all rules of Services. */
  readonly nodePortRules: readonly Words[];
  /** Whether what conntrack cannot place is dropped. */
  readonly dropsInvalid: boolean;
  /** Whether packets to 127.0.0.0/8 may come in from outside. */
  readonly hasLocalnet: boolean;
  /** With more than a thousand endpoints kube-proxy leaves comments out. */
  readonly isLarge: boolean;
}

/** One rule in a chain that all Services share. */
export interface SharedRule {
  readonly table: 'nat' | 'filter';
  readonly chain: string;
  readonly rule: Words;
}

/** The rules of chains in table nat that are one port's alone. */
export type OwnChains = ReadonlyMap<string, readonly Words[]>;

export const MARK_MASQ = 'KUBE-MARK-MASQ';

/** Whether its rules are the same on all nodes. */
export const isSameEverywhere = (
  { internalLocal, externalLocal, sourceRanges, service }: ProxiedPort,
  { isLikeOthers }: ProxyNode,
) => isLikeOthers && !internalLocal && !externalLocal && sourceRanges.length === 0 && !isChoosy(service);

export function sharedRules(port: ProxiedPort, node: ProxyNode): SharedRule[] {
  const choice = chooseEndpoints(port, node);
  const has = findReach(port, choice);
  const isFirewalled = hasFirewall(port, choice);
  const entrance = isFirewalled ? port.chains.firewall : port.chains.external;
  return [
    clusterIPRule(port, choice, has.internal),
    ...port.externalIPs.flatMap(ip =>
      externalRules(port, { ip, what: 'external IP', chain: port.chains.external }, choice, has.external),
    ),
    ...port.loadBalancerIPs.flatMap(ip => [
      ...externalRules(port, { ip, what: 'loadbalancer IP', chain: entrance }, choice, has.external),
      ...(isFirewalled ? [firewallDrop(port, ip)] : []),
    ]),
    ...nodePortRules(port, choice, has.external),
  ];
}

export function ownChains(port: ProxiedPort, node: ProxyNode): OwnChains {
  const choice = chooseEndpoints(port, node);
  const has = findReach(port, choice);
  return new Map([
    ...(choice.any && port.isExternal ? [externalChain(port, has.external, node)] : []),
    ...(hasFirewall(port, choice) ? [firewallChain(port, node)] : []),
    ...endpointChains(port, choice, has.internal, node),
  ]);
}

type NamedChain = readonly [chain: string, rules: readonly Words[]];

/** Whether a policy leaves an endpoint: to clients inside of the cluster, and to those outside. */
const findReach = ({ internalLocal, externalLocal }: ProxiedPort, { any, local }: Choice) => ({
  internal: any && !(internalLocal && local.length === 0),
  external: any && !(externalLocal && local.length === 0),
});

const hasFirewall = ({ loadBalancerIPs, sourceRanges }: ProxiedPort, { any }: Choice) =>
  any && loadBalancerIPs.length > 0 && sourceRanges.length > 0;

const inNat = (chain: string, rule: Words): SharedRule => ({ table: 'nat', chain, rule });
const inFilter = (chain: string, rule: Words): SharedRule => ({ table: 'filter', chain, rule });

/** Without any endpoint clients are refused; without one on this node, where only those count, packets are dropped. */
function refuse(port: ProxiedPort, { any }: Choice): { readonly text: string; readonly words: Words } {
  if (!any) return { text: `${port.name} has no endpoints`, words: reject(port.family) };
  return { text: `${port.name} has no local endpoints`, words: jump('DROP') };
}

function clusterIPRule(port: ProxiedPort, choice: Choice, hasEndpoints: boolean): SharedRule {
  const { clusterIP, protocol, name, port: number, chains, internalLocal } = port;
  const chain = internalLocal ? chains.local : chains.cluster;
  if (hasEndpoints)
    return inNat('KUBE-SERVICES', [...to(clusterIP, protocol, `${name} cluster IP`, number), ...jump(chain)]);
  const { text, words } = refuse(port, choice);
  return inFilter('KUBE-SERVICES', [...to(clusterIP, protocol, text, number), ...words]);
}

/** An address outside of the cluster: what comments call it, and where it leads. */
interface Entrance {
  readonly ip: string;
  readonly what: string;
  readonly chain: string;
}

function externalRules(
  port: ProxiedPort,
  { ip, what, chain }: Entrance,
  choice: Choice,
  hasEndpoints: boolean,
): SharedRule[] {
  const { protocol, name, port: number } = port;
  const { text, words } = refuse(port, choice);
  const [way, end] = [to(ip, protocol, `${name} ${what}`, number), to(ip, protocol, text, number)];
  return [
    ...(choice.any ? [inNat('KUBE-SERVICES', [...way, ...jump(chain)])] : []),
    ...(hasEndpoints ? [] : [inFilter('KUBE-EXTERNAL-SERVICES', [...end, ...words])]),
  ];
}

function firewallDrop({ name, protocol, port, chains }: ProxiedPort, ip: string): SharedRule {
  const text = `${name} traffic not accepted by ${chains.firewall}`;
  return inFilter('KUBE-PROXY-FIREWALL', [...to(ip, protocol, text, port), ...jump('DROP')]);
}

function nodePortRules(port: ProxiedPort, choice: Choice, hasEndpoints: boolean): SharedRule[] {
  const { name, nodePort, protocol, chains, healthCheckNodePort } = port;
  const rules: SharedRule[] = [];
  if (nodePort !== null && choice.any)
    rules.push(inNat('KUBE-NODEPORTS', [...toPort(protocol, name, nodePort), ...jump(chains.external)]));
  if (nodePort !== null && !hasEndpoints) {
    const { text, words } = refuse(port, choice);
    const match = ['-p', protocol, ...comment(text), '-m', 'addrtype', '--dst-type', 'LOCAL', '-m', protocol];
    rules.push(inFilter('KUBE-EXTERNAL-SERVICES', [...match, '--dport', String(nodePort), ...words]));
  }
  if (healthCheckNodePort !== null) {
    const match = toPort('tcp', `${name} health check node port`, healthCheckNodePort);
    rules.push(inFilter('KUBE-NODEPORTS', [...match, ...jump('ACCEPT')]));
  }
  return rules;
}

function externalChain(port: ProxiedPort, hasEndpoints: boolean, { local: pods }: ProxyNode): NamedChain {
  const { name, chains, externalLocal } = port;
  const about = (text: string) => comment(text.replace('%', `${name} external destinations`));
  const isOwn = ['-m', 'addrtype', '--src-type', 'LOCAL'];
  const { source, device } = pods?.isIn ?? NOTHING;
  const local = [
    ...(pods ? [[...source, ...device, ...about('pod traffic for %'), ...jump(chains.cluster)]] : []),
    [...about('masquerade LOCAL traffic for %'), ...isOwn, ...jump(MARK_MASQ)],
    [...about('route LOCAL traffic for %'), ...isOwn, ...jump(chains.cluster)],
  ];
  const first = externalLocal ? local : [[...about('masquerade traffic for %'), ...jump(MARK_MASQ)]];
  const last = hasEndpoints ? [jump(externalLocal ? chains.local : chains.cluster)] : [];
  return [chains.external, [...first, ...last]];
}

/** A request of the node itself to a load balancer's address comes with that address as its source. */
function firewallChain(port: ProxiedPort, { nodeIP }: ProxyNode): NamedChain {
  const { name, chains, sourceRanges, loadBalancerIPs } = port;
  const ip = nodeIP === undefined ? undefined : parseIp(nodeIP);
  const allowsNode = sourceRanges.some(range => {
    const subnet = parseHost(range)?.subnet;
    return ip !== undefined && subnet !== undefined && contains(subnet, ip);
  });
  const sources = [...sourceRanges, ...(allowsNode ? loadBalancerIPs.map(host) : [])];
  const isAnyAddress = (source: string) => source.endsWith('/0');
  return [
    chains.firewall,
    [
      ...sources.map(source => [
        ...(isAnyAddress(source) ? [] : ['-s', source]),
        ...comment(`${name} loadbalancer IP`),
        ...jump(chains.external),
      ]),
      comment(`other traffic to ${name} will be dropped by KUBE-PROXY-FIREWALL`),
    ],
  ];
}

function endpointChains(port: ProxiedPort, choice: Choice, hasInternal: boolean, node: ProxyNode): NamedChain[] {
  const { chains, internalLocal, externalLocal, isExternal } = port;
  const usesCluster = choice.cluster.length > 0;
  const usesLocal = choice.local.length > 0 && (internalLocal || (externalLocal && isExternal));
  const masquerade = hasInternal ? masqueradeOthers(port, node) : [];
  const rules = (endpoints: readonly ProxiedEndpoint[], first: readonly Words[]) => [
    ...first,
    ...balance(port, endpoints, node),
  ];
  return [
    ...(usesCluster ? [[chains.cluster, rules(choice.cluster, internalLocal ? [] : masquerade)] as const] : []),
    ...(usesLocal ? [[chains.local, rules(choice.local, internalLocal ? masquerade : [])] as const] : []),
    ...choice.reachable.map(endpoint => [endpoint.chain, endpointRules(port, endpoint, node)] as const),
  ];
}

/** A client that is no pod may have sent this to any node: the answer has to come back through the same one. */
function masqueradeOthers(
  { clusterIP, protocol, name, port }: ProxiedPort,
  { local, masqueradeAll }: ProxyNode,
): Words[] {
  if (local === undefined && !masqueradeAll) return [];
  const { source, device } = (masqueradeAll ? undefined : local?.isOut) ?? NOTHING;
  const way = [...source, '-d', host(clusterIP), ...device, ...toPort(protocol, `${name} cluster IP`, port)];
  return [[...way, ...jump(MARK_MASQ)]];
}

function balance(port: ProxiedPort, endpoints: readonly ProxiedEndpoint[], { isLarge }: ProxyNode): Words[] {
  const { name, family, service } = port;
  const about = ({ target }: ProxiedEndpoint) => (isLarge ? [] : comment(`${name} -> ${target}`));
  const seconds = service.affinitySeconds;
  const sticky = seconds === null ? [] : endpoints;
  return [
    ...sticky.map(endpoint => [
      ...about(endpoint),
      ...wasHere(endpoint, seconds ?? 0, family),
      ...jump(endpoint.chain),
    ]),
    ...endpoints.map((endpoint, index) => {
      const left = endpoints.length - index;
      return [...about(endpoint), ...(left > 1 ? probability(left) : []), ...jump(endpoint.chain)];
    }),
  ];
}

/** An endpoint that reaches itself has to be answered through the node, which is why it sees the node's address. */
function endpointRules(
  { name, protocol, family, service }: ProxiedPort,
  endpoint: ProxiedEndpoint,
  { isLarge }: ProxyNode,
): Words[] {
  const about = isLarge ? [] : comment(name);
  const sticky = service.affinitySeconds === null ? [] : remember(endpoint, family);
  const target = ['--to-destination', endpoint.target];
  return [
    ['-s', host(endpoint.ip), ...about, ...jump(MARK_MASQ)],
    ['-p', protocol, ...about, ...sticky, '-m', protocol, ...jump('DNAT'), ...target],
  ];
}
