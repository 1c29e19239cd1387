/**
 * Policies in, the chains of table filter out by which a node enforces them. They are the same on each node, and depend on no
 * pod: which pods and addresses are meant is in the sets that the rules look at (`sets.ts`).
 *
 * FORWARD asks NETPOL first, behind the translation of Services. What nobody isolates costs two looks at sets. An isolated
 * pod's packet goes to the chain of its namespace, where each policy that selects the pod may mark it; what has no mark is
 * dropped there. What has, goes back to FORWARD without it: a policy allows, and whatever else is in FORWARD still counts.
 */
import type { Family } from '../../../address/address.ts';
import { familyOf } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import { comment, jump, type Words } from '../../../netfilter/rule-words.ts';
import { groupBy } from '../../../resolve/group.ts';
import { type Direction, type NetworkPolicy, type Peer, type PolicyRule, rulesFor } from '../model.ts';
import {
  ALLOW,
  blockSet,
  directionChain,
  fullName,
  isolatedSet,
  LINK_LOCAL_SET,
  namespaceChain,
  namespaceSet,
  PASS,
  peerSet,
  policyChain,
  policySet,
  ROOT,
  ruleComment,
} from './names.ts';
import { portMatches } from './port-matches.ts';

export interface PolicyChain {
  readonly chain: string;
  readonly rules: readonly Words[];
  /** What a node does there. */
  readonly why: string;
  readonly source: Path;
}

/** Which end of a packet is the isolated pod, in the words of a set's match. */
const OWN_END: Readonly<Record<Direction, 'src' | 'dst'>> = { Ingress: 'dst', Egress: 'src' };
const OTHER_END: Readonly<Record<Direction, 'src' | 'dst'>> = { Ingress: 'src', Egress: 'dst' };
const SECTION: Path = ['networkPolicies'];

export const inSet = (name: string, end: string): Words => ['-m', 'set', '--match-set', name, end];
const goTo = (chain: string): Words => ['-g', chain];

export interface ChainContext {
  readonly family: Family;
  /** A bit of the packet's mark that nobody else uses: `0x10000`. */
  readonly mark: string;
}

/** In the order of their names, as iptables keeps them. */
export function toChains(policies: readonly NetworkPolicy[], context: ChainContext): PolicyChain[] {
  const directions = (['Ingress', 'Egress'] as const).filter(direction =>
    policies.some(({ policyTypes }) => policyTypes.includes(direction)),
  );
  const chains = [
    ...commonChains(directions, context),
    ...directions.flatMap(direction => chainsFor(direction, policies, context)),
  ];
  return chains.sort((a, b) => (a.chain < b.chain ? -1 : 1));
}

/** A packet has to be let out before it is asked whether it is let in. */
function commonChains(directions: readonly Direction[], { family, mark }: ChainContext): PolicyChain[] {
  const asked = (['Egress', 'Ingress'] as const).filter(direction => directions.includes(direction));
  const dispatch = asked.map(direction => [
    ...inSet(isolatedSet(family, direction), OWN_END[direction]),
    ...comment(`isolated for ${direction.toLowerCase()}`),
    ...jump(directionChain(direction)),
  ]);
  return [
    common('FORWARD', [[...comment('network policies'), ...jump(ROOT)]], 'asks the policies first'),
    common(
      ROOT,
      [REPLIES, ...(family === 6 ? [...NEIGHBOURS, ...LINK_LOCAL] : []), ...dispatch],
      'finds out whether a pod is isolated',
    ),
    common(ALLOW, [[...comment('allowed'), ...setMark(mark, mark)]], 'marks what a policy lets through'),
    common(
      PASS,
      [[...comment('other rules may follow'), ...setMark('0x0', mark)]],
      'takes the mark off what may go on',
    ),
  ];
}

const common = (chain: string, rules: readonly Words[], why: string): PolicyChain => ({
  ...{ chain, rules, why, source: SECTION },
});

const REPLIES: Words = [
  ...['-m', 'conntrack', '--ctstate', 'RELATED,ESTABLISHED'],
  ...comment('replies and open connections'),
  ...jump('RETURN'),
];

/** Without these nobody finds his neighbour on a bridge: multicast listeners, routers and neighbours (RFC 4890, 4.4.1). */
const NEIGHBOURS: readonly Words[] = [130, 131, 132, 133, 134, 135, 136, 143].map(type => [
  ...['-p', 'ipv6-icmp', '-m', 'icmp6', '--icmpv6-type', String(type)],
  ...comment('neighbour discovery'),
  ...jump('RETURN'),
]);

/** Nobody's in the eyes of a policy, they would be a way around it for pods on one bridge. */
const LINK_LOCAL: readonly Words[] = ['src', 'dst'].map(end => [
  ...inSet(LINK_LOCAL_SET, end),
  ...comment('no policy knows link-local addresses'),
  ...jump('DROP'),
]);

function chainsFor(direction: Direction, all: readonly NetworkPolicy[], context: ChainContext): PolicyChain[] {
  const policies = all.filter(({ policyTypes }) => policyTypes.includes(direction));
  const namespaces = [...groupBy(policies, ({ namespace }) => namespace)];
  const { family, mark } = context;
  const dispatch = namespaces.map(([namespace]) => [
    ...inSet(namespaceSet(family, direction, namespace), OWN_END[direction]),
    ...comment(namespace),
    ...goTo(namespaceChain(direction, namespace)),
  ]);
  // Whatever else has set this bit must not open a pod.
  const unmark: Words = [...comment('nothing is allowed yet'), ...setMark('0x0', mark)];
  return [
    common(directionChain(direction), [unmark, ...dispatch], 'looks for the namespace of the isolated pod'),
    ...namespaces.map(([namespace, own]) => namespaceRules(direction, namespace, own, context)),
    ...policies.map(policy => policyRules(direction, policy, context)),
  ];
}

function namespaceRules(
  direction: Direction,
  namespace: string,
  policies: readonly NetworkPolicy[],
  { family, mark }: ChainContext,
): PolicyChain {
  const way = direction === 'Ingress' ? 'in' : 'out';
  const ask = policies.map(policy => [
    ...inSet(policySet(family, policy), OWN_END[direction]),
    ...comment(trim(fullName(policy))),
    ...jump(policyChain(direction, policy)),
  ]);
  const pass = [...['-m', 'mark', '--mark', `${mark}/${mark}`], ...comment(`a policy lets it ${way}`), ...goTo(PASS)];
  const drop = [...comment(`no policy of ${namespace} lets it ${way}`), ...jump('DROP')];
  const why = `asks each policy of ${namespace} that selects the pod, and drops what none lets ${way}`;
  const [first] = policies;
  return {
    ...{ chain: namespaceChain(direction, namespace), rules: [...ask, pass, drop], why },
    source: first?.source ?? SECTION,
  };
}

function policyRules(direction: Direction, policy: NetworkPolicy, context: ChainContext): PolicyChain {
  const rules = rulesFor(policy, direction).flatMap((rule, index) => {
    const text = comment(trim(ruleComment(policy, index + 1)));
    return toMatches(rule, direction, policy, context).map(match => [...match, ...text, ...goTo(ALLOW)]);
  });
  const way = direction === 'Ingress' ? 'in' : 'out';
  return {
    ...{ chain: policyChain(direction, policy), rules: withoutTwins(rules), source: policy.source },
    why: `has what ${policy.key} lets ${way}${rules.length === 0 ? ': nothing' : ''}`,
  };
}

const setMark = (bits: string, mark: string): Words => [...jump('MARK'), '--set-xmark', `${bits}/${mark}`];

/** A comment has at most 255 characters. */
const trim = (text: string) => (text.length <= 255 ? text : `${text.slice(0, 253)}...`);

function withoutTwins(rules: readonly Words[]): Words[] {
  return [...new Map(rules.map(words => [words.join('\0'), words])).values()];
}

/** One of the peers and one of the ports. */
function toMatches({ peers, ports }: PolicyRule, direction: Direction, policy: NetworkPolicy, context: ChainContext) {
  const { family } = context;
  const ends = peers?.flatMap(peer => peerMatch(peer, direction, policy, family)) ?? [NO_MATCH];
  const targets = portMatches(ports, family);
  return ends.flatMap(end => targets.map(target => [...end.address, ...target.protocol, ...end.set, ...target.port]));
}

interface PeerMatch {
  /** Stands first in a rule. */
  readonly address: Words;
  readonly set: Words;
}

const NO_MATCH: PeerMatch = { address: [], set: [] };

/** None where a block is of the other family. */
function peerMatch(peer: Peer, direction: Direction, policy: NetworkPolicy, family: Family): PeerMatch[] {
  const end = OTHER_END[direction];
  if (peer.kind === 'pods') return [{ address: [], set: inSet(peerSet(family, peer, policy), end) }];
  if (familyOf(peer.cidr) !== family) return [];
  if (peer.except.length > 0) return [{ address: [], set: inSet(blockSet(family, peer), end) }];
  // iptables does not print an address that everything has.
  const isAny = peer.cidr.endsWith('/0');
  return [{ address: isAny ? [] : [end === 'src' ? '-s' : '-d', peer.cidr], set: [] }];
}
