/** What a policy says, in words: `pods app=back of namespaces team=a`, `10.0.0.0/8 except 10.1.0.0/16`, `tcp 80, udp dns`. */
import { isEmpty, type LabelSelector, selectorText } from '../../language/lab/label-selector.ts';
import type { BlockPeer, Direction, NetworkPolicy, Peer, PolicyPort, PolicyRule } from './model.ts';

/** As tables and pictures have them, where there is little room. */
export const WAYS: Readonly<Record<Direction, string>> = { Ingress: 'in', Egress: 'out' };

/** Of a policy's own namespace where the selector of a peer is null. */
export function peerText(peer: Peer, { namespace }: NetworkPolicy): string {
  if (peer.kind === 'block') return blockText(peer);
  return `${podsText(peer.podSelector)} of ${namespacesText(peer.namespaceSelector, namespace)}`;
}

export const blockText = ({ cidr, except }: BlockPeer) =>
  `${cidr}${except.length === 0 ? '' : ` except ${except.join(', ')}`}`;

export const podsText = (selector: LabelSelector | null) =>
  selector === null || isEmpty(selector) ? 'all pods' : `pods ${selectorText(selector)}`;

export const namespacesText = (selector: LabelSelector | null, own: string) =>
  selector === null ? own : isEmpty(selector) ? 'any namespace' : `namespaces ${selectorText(selector)}`;

export const peersText = ({ peers }: PolicyRule, policy: NetworkPolicy) =>
  peers === null ? 'anyone' : peers.map(peer => peerText(peer, policy)).join(' or ');

/** As they are written: `all ports`, `tcp 80, 8000-8100, udp dns`, `sctp`. */
export function rulePortsText({ ports }: PolicyRule): string {
  if (ports === null) return 'all ports';
  const protocols = [...new Set(ports.map(({ protocol }) => protocol))];
  return protocols.map(protocol => protocolText(ports.filter(port => port.protocol === protocol))).join(', ');
}

/** Of ports of one protocol. */
function protocolText(ports: readonly PolicyPort[]): string {
  const whole = ports.find(({ port }) => port === null);
  const texts = [...new Set((whole ? [whole] : ports).map(portText))];
  return texts.map((text, index) => (index === 0 ? text : text.replace(/^\S+ /, ''))).join(', ');
}

/** `tcp 80`, `udp 8000-8100`, `tcp http`, `sctp` for all ports of it */
export function portText({ protocol, port, endPort }: PolicyPort): string {
  const name = protocol.toLowerCase();
  return port === null ? name : `${name} ${port}${endPort === null ? '' : `-${endPort}`}`;
}

/** `tcp 5432 from pods app=back of shop` */
export const ruleText = (rule: PolicyRule, policy: NetworkPolicy, direction: Direction) =>
  `${rulePortsText(rule)} ${direction === 'Ingress' ? 'from' : 'to'} ${peersText(rule, policy)}`;
