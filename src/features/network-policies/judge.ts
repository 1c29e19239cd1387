/**
 * What the policies of a lab say of a connection: two ends in, for each direction which policies isolate the end that it is
 * about and which of their rules let the other one through. It knows nothing of chains and sets, nor of who is asked on a
 * node's behalf: packets of a pod's own node are nobody's business here.
 */
import { contains, type Ip, parseHost, parseIp, withoutPrefix } from '../../address/address.ts';
import type { Lab, Pod } from '../../language/lab/lab.ts';
import {
  type BlockPeer,
  type Direction,
  type NetworkPolicy,
  type Peer,
  type PodPeer,
  type PolicyRule,
  policiesOf,
  rulesFor,
} from './model.ts';
import { hasPort, intersect, type PortSet, type Protocol, portsOf, unite } from './port-set.ts';
import { createPodSelector, type SelectPods } from './select-pods.ts';

/** One end of a connection, as packets show it: on their way a pod's may have been replaced by a node's address. */
export interface End {
  /** Null for what no selector means: an address outside, a node, a pod in its node's network. */
  readonly pod: Pod | null;
  readonly addresses: readonly Ip[];
}

export interface Connection {
  readonly source: End;
  readonly destination: End;
  /** Null for what has no ports. */
  readonly protocol: Protocol | null;
  readonly port: number | null;
}

/** A rule of a policy, counted from 1 as people do. */
export interface RuleOf {
  readonly policy: NetworkPolicy;
  readonly direction: Direction;
  readonly number: number;
  readonly rule: PolicyRule;
}

export interface Judgement {
  readonly direction: Direction;
  /** The pod that it is about; null where that is none, which nothing isolates. */
  readonly pod: Pod | null;
  /** None: everything passes. */
  readonly isolatedBy: readonly NetworkPolicy[];
  readonly letBy: readonly RuleOf[];
}

export interface Judge {
  readonly select: SelectPods;
  /** Those that isolate a pod. */
  readonly isolating: (pod: Pod, direction: Direction) => readonly NetworkPolicy[];
  readonly isPeer: (peer: Peer, policy: NetworkPolicy, end: End) => boolean;
  /** Egress, then ingress. */
  readonly judge: (connection: Connection) => readonly [Judgement, Judgement];
  /** What may be opened from one to the other. */
  readonly flow: (source: End, destination: End) => PortSet;
}

export const isAllowed = ({ isolatedBy, letBy }: Judgement) => isolatedBy.length === 0 || letBy.length > 0;

export function createJudge(lab: Lab): Judge {
  const select = createPodSelector(lab);
  const isolating = indexPolicies(lab, select);
  const isPodPeer = rememberPeers(select);
  const isPeer = (peer: Peer, policy: NetworkPolicy, end: End) =>
    peer.kind === 'block' ? isInBlock(peer, end) : end.pod !== null && isPodPeer(peer, policy, end.pod);
  const fits = ({ policy, rule }: RuleOf, other: End) =>
    rule.peers === null || rule.peers.some(peer => isPeer(peer, policy, other));
  const judgeOne = (direction: Direction, { source, destination, protocol, port }: Connection): Judgement => {
    const [own, other] = direction === 'Ingress' ? [destination, source] : [source, destination];
    const isolatedBy = own.pod === null ? [] : isolating(own.pod, direction);
    const rules = isolatedBy.flatMap(policy => rulesOf(policy, direction));
    const isLet = (one: RuleOf) => fits(one, other) && hasPort(portsOf(one.rule, destination.pod), protocol, port);
    return { direction, pod: own.pod, isolatedBy, letBy: rules.filter(isLet) };
  };
  const portsFor = (direction: Direction, own: End, other: End, to: End): PortSet => {
    const isolatedBy = own.pod === null ? [] : isolating(own.pod, direction);
    if (isolatedBy.length === 0) return 'all';
    const rules = isolatedBy.flatMap(policy => rulesOf(policy, direction)).filter(one => fits(one, other));
    return unite(rules.map(({ rule }) => portsOf(rule, to.pod)));
  };
  return {
    ...{ select, isolating, isPeer },
    judge: connection => [judgeOne('Egress', connection), judgeOne('Ingress', connection)],
    flow: (source, destination) =>
      intersect(
        portsFor('Egress', source, destination, destination),
        portsFor('Ingress', destination, source, destination),
      ),
  };
}

export const rulesOf = (policy: NetworkPolicy, direction: Direction): RuleOf[] =>
  rulesFor(policy, direction).map((rule, index) => ({ policy, direction, number: index + 1, rule }));

export const endOfPod = (pod: Pod): End => ({
  pod: pod.hostNetwork ? null : pod,
  addresses: pod.interfaces.flatMap(({ addresses }) => addresses.flatMap(text => parseIp(withoutPrefix(text)) ?? [])),
});

function indexPolicies(lab: Lab, select: SelectPods): Judge['isolating'] {
  const index = new Map<string, NetworkPolicy[]>();
  for (const policy of policiesOf(lab)) {
    for (const { key } of select.of(policy)) index.set(key, [...(index.get(key) ?? []), policy]);
  }
  return ({ key }, direction) => (index.get(key) ?? []).filter(({ policyTypes }) => policyTypes.includes(direction));
}

function rememberPeers(select: SelectPods) {
  const known = new Map<PodPeer, ReadonlySet<string>>();
  return (peer: PodPeer, policy: NetworkPolicy, { key }: Pod): boolean => {
    const keys = known.get(peer) ?? new Set(select.ofPeer(peer, policy).map(pod => pod.key));
    known.set(peer, keys);
    return keys.has(key);
  };
}

function isInBlock({ cidr, except }: BlockPeer, { addresses }: End): boolean {
  const isIn = (text: string, ip: Ip) => {
    const subnet = parseHost(text)?.subnet;
    return subnet !== undefined && contains(subnet, ip);
  };
  return addresses.some(ip => isIn(cidr, ip) && !except.some(text => isIn(text, ip)));
}
