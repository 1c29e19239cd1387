/**
 * What NetworkPolicies mean: a cluster and a connection in, whether it is let through out. It is written from the documents of
 * networking.k8s.io/v1 and shares nothing with netlab's sources, so that they may be wrong about something without each other.
 */
import { BlockList } from 'node:net';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';
export type Family = 4 | 6;
type Maybe<T> = T | null | undefined;
export type LabelMap = Readonly<Record<string, string>>;

/** Objects as people write them: whatever may be left out may also be null. */
export interface Cluster {
  /** Their labels; `kubernetes.io/metadata.name` comes by itself. */
  readonly namespaces: Readonly<Record<string, Maybe<LabelMap>>>;
  readonly pods: readonly ClusterPod[];
  /** Addresses of nodes, as others see them. */
  readonly nodes: Readonly<Record<string, Addresses>>;
  /** Machines beside the cluster. */
  readonly outside: Readonly<Record<string, Addresses>>;
  readonly policies: readonly PolicyObject[];
}

export type Addresses = readonly string[];

export interface ClusterPod {
  readonly namespace: string;
  readonly name: string;
  readonly labels?: Maybe<LabelMap>;
  readonly node: string;
  readonly addresses: Addresses;
  readonly hostNetwork?: boolean;
  readonly ports?: readonly { readonly name?: string; readonly port: number; readonly protocol?: Protocol }[];
}

export interface PolicyObject {
  readonly namespace: string;
  readonly name: string;
  readonly spec: PolicySpec;
}

export interface PolicySpec {
  readonly podSelector?: Maybe<Selector>;
  readonly policyTypes?: Maybe<readonly Direction[]>;
  readonly ingress?: Maybe<readonly IngressRule[]>;
  readonly egress?: Maybe<readonly EgressRule[]>;
}

export type Direction = 'Ingress' | 'Egress';

export interface IngressRule {
  readonly from?: Maybe<readonly PeerItem[]>;
  readonly ports?: Maybe<readonly PortItem[]>;
}

export interface EgressRule {
  readonly to?: Maybe<readonly PeerItem[]>;
  readonly ports?: Maybe<readonly PortItem[]>;
}

export interface PeerItem {
  readonly podSelector?: Maybe<Selector>;
  readonly namespaceSelector?: Maybe<Selector>;
  readonly ipBlock?: Maybe<{ readonly cidr: string; readonly except?: Maybe<readonly string[]> }>;
}

export interface PortItem {
  readonly protocol?: Maybe<Protocol>;
  readonly port?: Maybe<number | string>;
  readonly endPort?: Maybe<number>;
}

export interface Selector {
  readonly matchLabels?: Maybe<LabelMap>;
  readonly matchExpressions?: Maybe<readonly Expression[]>;
}

export interface Expression {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: Maybe<readonly string[]>;
}

/** Who begins and whom it calls: `shop/db`, `node1`, or a machine outside, at its address of a family. */
export interface Connection {
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly family: Family;
}

type Party =
  | { readonly kind: 'pod'; readonly pod: ClusterPod; readonly node: string; readonly addresses: Addresses }
  | { readonly kind: 'node'; readonly node: string; readonly addresses: Addresses }
  | { readonly kind: 'outside'; readonly node: null; readonly addresses: Addresses };

/** Whether a connection is let through by all policies. Those within one node's network, and of a pod to itself, it knows nothing of. */
export function isLetThrough(cluster: Cluster, connection: Connection): boolean {
  const from = findParty(cluster, connection.from);
  const to = findParty(cluster, connection.to);
  if (from.kind !== 'pod' && to.node === from.node && to.node !== null) return true;
  if (to.kind !== 'pod' && from.node === to.node && from.node !== null) return true;
  return mayLeave(cluster, from, to, connection) && mayEnter(cluster, from, to, connection);
}

/** A pod in its node's network is that node: nothing that is said of pods means it. */
function findParty({ pods, nodes, outside }: Cluster, name: string): Party {
  const pod = pods.find(one => keyOf(one) === name);
  if (pod && !pod.hostNetwork) return { kind: 'pod', pod, node: pod.node, addresses: pod.addresses };
  const node = pod?.node ?? name;
  if (nodes[node]) return { kind: 'node', node, addresses: nodes[node] };
  if (outside[name]) return { kind: 'outside', node: null, addresses: outside[name] };
  throw new Error(`nobody is called ${name}`);
}

export const keyOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }) =>
  `${namespace}/${name}`;

function mayLeave(cluster: Cluster, from: Party, to: Party, connection: Connection): boolean {
  if (from.kind !== 'pod') return true;
  const isolating = policiesOn(cluster, from.pod, 'Egress');
  return (
    isolating.length === 0 ||
    isolating.some(({ namespace, spec }) =>
      (spec.egress ?? []).some(
        rule => isPeer(cluster, namespace, rule.to, to, connection) && isPort(rule.ports, to, connection),
      ),
    )
  );
}

function mayEnter(cluster: Cluster, from: Party, to: Party, connection: Connection): boolean {
  if (to.kind !== 'pod') return true;
  const isolating = policiesOn(cluster, to.pod, 'Ingress');
  return (
    isolating.length === 0 ||
    isolating.some(({ namespace, spec }) =>
      (spec.ingress ?? []).some(
        rule => isPeer(cluster, namespace, rule.from, from, connection) && isPort(rule.ports, to, connection),
      ),
    )
  );
}

/** Those that isolate a pod for a direction. */
export function policiesOn({ policies }: Cluster, pod: ClusterPod, direction: Direction): PolicyObject[] {
  return policies.filter(
    ({ namespace, spec }) =>
      namespace === pod.namespace &&
      typesOf(spec).includes(direction) &&
      isSelected(spec.podSelector ?? {}, pod.labels ?? {}),
  );
}

/** Not said: Ingress always, and Egress where there is a rule for it. */
function typesOf({ policyTypes, egress }: PolicySpec): readonly Direction[] {
  if (policyTypes && policyTypes.length > 0) return policyTypes;
  return egress && egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

function isPeer(
  cluster: Cluster,
  namespace: string,
  peers: Maybe<readonly PeerItem[]>,
  party: Party,
  { family }: Connection,
): boolean {
  if (!peers || peers.length === 0) return true;
  return peers.some(({ ipBlock, namespaceSelector, podSelector }) => {
    if (ipBlock) return isInBlock(ipBlock, addressOf(party.addresses, family));
    if (!namespaceSelector && !podSelector) throw new Error('a peer that says nothing');
    if (party.kind !== 'pod') return false;
    const { pod } = party;
    const isThere = namespaceSelector
      ? isSelected(namespaceSelector, labelsOfNamespace(cluster, pod.namespace))
      : pod.namespace === namespace;
    return isThere && (!podSelector || isSelected(podSelector, pod.labels ?? {}));
  });
}

const labelsOfNamespace = ({ namespaces }: Cluster, name: string): LabelMap => ({
  ...namespaces[name],
  'kubernetes.io/metadata.name': name,
});

function isInBlock(
  { cidr, except }: { readonly cidr: string; readonly except?: Maybe<readonly string[]> },
  address: string,
): boolean {
  return isWithin(cidr, address) && !(except ?? []).some(hole => isWithin(hole, address));
}

/** An address of one family is in no block of the other. */
export function isWithin(cidr: string, address: string): boolean {
  const [network = '', length] = cidr.split('/');
  if (familyOf(network) !== familyOf(address)) return false;
  const block = new BlockList();
  block.addSubnet(network, Number(length), familyOf(network) === 4 ? 'ipv4' : 'ipv6');
  return block.check(address, familyOf(address) === 4 ? 'ipv4' : 'ipv6');
}

export const familyOf = (address: string): Family => (address.includes(':') ? 6 : 4);

export function addressOf(addresses: Addresses, family: Family): string {
  const address = addresses.find(one => familyOf(one) === family);
  if (address === undefined) throw new Error(`no address of IPv${family} among ${addresses}`);
  return address;
}

/** A name is that of a port of the pod that is called, whoever's rule it is. */
function isPort(ports: Maybe<readonly PortItem[]>, to: Party, connection: Connection): boolean {
  if (!ports || ports.length === 0) return true;
  return ports.some(({ protocol, port, endPort }) => {
    if ((protocol ?? 'TCP') !== connection.protocol) return false;
    if (typeof port === 'string') return hasNamedPort(to, port, connection);
    if (port === null || port === undefined) return true;
    return endPort ? port <= connection.port && connection.port <= endPort : port === connection.port;
  });
}

function hasNamedPort(to: Party, name: string, { protocol, port: number }: Connection): boolean {
  if (to.kind !== 'pod') return false;
  return (to.pod.ports ?? []).some(
    own => own.name === name && own.port === number && (own.protocol ?? 'TCP') === protocol,
  );
}

export function isSelected({ matchLabels, matchExpressions }: Selector, labels: LabelMap): boolean {
  const equal = Object.entries(matchLabels ?? {}).map(
    ([key, value]) => ({ key, operator: 'In', values: [value] }) as const,
  );
  return [...equal, ...(matchExpressions ?? [])].every(term => isMet(term, labels));
}

function isMet({ key, operator, values }: Expression, labels: LabelMap): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  const isListed = value !== undefined && (values ?? []).includes(value);
  if (operator === 'In') return isListed;
  if (operator === 'NotIn') return !isListed;
  return operator === 'Exists' ? value !== undefined : value === undefined;
}
