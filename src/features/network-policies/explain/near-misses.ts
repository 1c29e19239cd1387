/**
 * Rules that nearly let a packet through: what one lacks, in words. Those whose peer is right come first, then those whose port
 * is, and of these the ones that ask for two things in one item.
 */
import { contains, parseHost, parseIp } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { Pod } from '../../../language/lab/lab.ts';
import { isEmpty, type LabelSelector, selects } from '../../../language/lab/label-selector.ts';
import type { ExplainContext } from '../../../path/explainer.ts';
import { namespacesOf } from '../../namespaces/model.ts';
import type { Judge, Judgement, RuleOf } from '../judge.ts';
import { rulesOf } from '../judge.ts';
import type { BlockPeer, NetworkPolicy, Peer, PodPeer, PolicyRule } from '../model.ts';
import { hasPort, portsOf } from '../port-set.ts';
import { namedPorts } from '../select-pods.ts';
import { blockText, namespacesText, podsText, rulePortsText } from '../words.ts';
import type { NamedEnd, Packet } from './packet.ts';

export interface NearMissContext {
  readonly judge: Judge;
  readonly namespaceLabels: (namespace: string) => Readonly<Record<string, string>>;
  readonly placeOf: (source: Path) => string;
}

export function createMissContext(
  judge: Judge,
  { lab, placeOf }: Pick<ExplainContext, 'lab' | 'placeOf'>,
): NearMissContext {
  const labels = new Map(namespacesOf(lab).map(({ name, labels: own }) => [name, own]));
  return { judge, placeOf, namespaceLabels: name => labels.get(name) ?? {} };
}

const MOST = 2;
/** From this rank on a rule is about somebody else. */
const FAR = 3;

export function nearMisses(judgement: Judgement, packet: Packet, context: NearMissContext): string[] {
  const rules = judgement.isolatedBy.flatMap(policy => rulesOf(policy, judgement.direction));
  const found = rules.flatMap(rule => nearMiss(rule, packet, context));
  const sorted = found.sort((a, b) => a.rank - b.rank);
  const near = sorted.filter(({ rank }) => rank < FAR);
  return (near.length > 0 ? near.slice(0, MOST) : sorted.slice(0, 1)).map(({ text }) => text);
}

interface NearMiss {
  /** The lower, the nearer. */
  readonly rank: number;
  readonly text: string;
}

function nearMiss(one: RuleOf, packet: Packet, context: NearMissContext): NearMiss[] {
  const { policy, direction, number, rule } = one;
  const other = direction === 'Ingress' ? packet.source : packet.destination;
  const isPeer = rule.peers === null || rule.peers.some(peer => context.judge.isPeer(peer, policy, other));
  const name = `rule ${number} of ${policy.key} (${context.placeOf(rule.source)})`;
  if (isPeer) return [{ rank: 0, text: `${name} lets ${passing(one, packet)}, but ${portLack(rule, packet)}` }];
  if (!hasPort(portsOf(rule, packet.destination.pod), packet.protocol, packet.port)) return [];
  const lacks = (rule.peers ?? []).flatMap(peer => peerLack(peer, one, packet, context));
  return lacks.slice(0, 1).map(({ rank, text }) => ({ rank, text: `${name} ${text}` }));
}

const passing = ({ direction }: RuleOf, { source, destination }: Packet) =>
  direction === 'Ingress' ? `${source.name} in` : `it out to ${destination.name}`;

/** `on tcp 5432, not on tcp 80` */
function portLack(rule: PolicyRule, { destination, protocol, port }: Packet): string {
  const named = (rule.ports ?? []).filter(one => typeof one.port === 'string');
  const wanted = `on ${rulePortsText(rule)}`;
  const { pod } = destination;
  const nameless = named.filter(one => pod === null || namedPorts(pod, one).length === 0);
  if (nameless.length > 0 && nameless.length === rule.ports?.length) {
    const names = nameless.map(one => `${one.port}`).join(', ');
    return `${wanted}, and ${destination.name} has no port of the name ${names}`;
  }
  const numbers = named.flatMap(one => (pod === null ? [] : namedPorts(pod, one)));
  const meaning = numbers.length === 0 ? '' : `, which is ${numbers.join(', ')} there`;
  return `${wanted}${meaning}, not ${portName(protocol, port)}`;
}

export const portName = (protocol: string | null, port: number | null) =>
  protocol === null ? 'what has no ports, such as icmp' : `${protocol.toLowerCase()} ${port}`;

function peerLack(peer: Peer, one: RuleOf, packet: Packet, context: NearMissContext): NearMiss[] {
  const end = one.direction === 'Ingress' ? packet.source : packet.destination;
  if (peer.kind === 'block') return blockLack(peer, end, one, packet);
  return end.pod === null ? nodeLack(end, one) : podLack(peer, end.pod, one, context);
}

const way = ({ direction }: RuleOf) => (direction === 'Ingress' ? 'in' : 'it out to');

/** Only one of the two that an item asks for, or a pod of the right labels elsewhere. */
function podLack(peer: PodPeer, pod: Pod, one: RuleOf, context: NearMissContext): NearMiss[] {
  const { policy } = one;
  const { namespaceSelector, podSelector } = peer;
  const isThere = isNamespace(namespaceSelector, pod.namespace, policy, context);
  const isSuch = podSelector === null || selects(podSelector, pod.labels);
  const text = `lets ${way(one)} ${podsText(podSelector)} of ${namespacesText(namespaceSelector, policy.namespace)}`;
  const needsBoth = namespaceSelector !== null && podSelector !== null;
  if (needsBoth && isThere !== isSuch)
    return [{ rank: 1, text: `${text}, and one item needs both: ${lackOf(pod, isSuch)}` }];
  const isElsewhere = podSelector !== null && !isEmpty(podSelector) && isSuch && !isThere;
  return isElsewhere
    ? [{ rank: 2, text: `${text} alone: ${pod.name} has the labels, and is in ${pod.namespace}` }]
    : [{ rank: FAR, text: `${text}, and ${pod.name} (${pod.namespace}) is none of them` }];
}

const lackOf = ({ name, namespace }: Pod, isSuch: boolean) =>
  isSuch
    ? `${name} is one of the pods, but ${namespace} is none of the namespaces`
    : `${namespace} is one of the namespaces, but ${name} is none of the pods`;

function isNamespace(
  selector: LabelSelector | null,
  namespace: string,
  policy: NetworkPolicy,
  { namespaceLabels }: NearMissContext,
): boolean {
  return selector === null ? namespace === policy.namespace : selects(selector, namespaceLabels(namespace));
}

/** Its labels are no use to a pod in its node's network. */
function nodeLack(end: NamedEnd, one: RuleOf): NearMiss[] {
  return [{ rank: FAR + 1, text: `lets ${way(one)} pods alone, and ${end.name} is none: only an ipBlock means it` }];
}

/** The address that was meant is not the one that the packet bears. */
function blockLack(block: BlockPeer, end: NamedEnd, one: RuleOf, { sentBy, asked }: Packet): NearMiss[] {
  const text = `lets ${way(one)} ${blockText(block)}`;
  const isMeant = (address: string) => {
    const ip = parseIp(address);
    const subnet = parseHost(block.cidr)?.subnet;
    return ip !== undefined && subnet !== undefined && contains(subnet, ip);
  };
  if (one.direction === 'Ingress' && sentBy)
    return [
      {
        rank: 1,
        text: `${text}, but a packet of ${sentBy.name} comes from ${end.name}, which sends it on under its own address`,
      },
    ];
  if (one.direction === 'Egress' && asked !== undefined && isMeant(asked))
    return [{ rank: 1, text: `${text}, which has ${asked}; but policies see what that is translated to: ${end.name}` }];
  return [{ rank: FAR, text: `${text}, where ${end.name} is not` }];
}
