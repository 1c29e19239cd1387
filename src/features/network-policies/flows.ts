/**
 * A lab in, who may open connections to whom on which ports out, as a picture shows it: alike pods are one member, and a
 * flow is there where a policy isolates one of its ends. What nothing isolates takes and sends everything.
 */
import { contains, type Ip, parseHost, rangeOf, type Subnet } from '../../address/address.ts';
import { type AlikePods, foldAlike } from '../../language/lab/alike-pods.ts';
import { makeDirectory } from '../../language/lab/directory.ts';
import type { Lab, Pod } from '../../language/lab/lab.ts';
import { createJudge, type End, endOfPod, type Judge, rulesOf } from './judge.ts';
import { type BlockPeer, type Direction, policiesOf } from './model.ts';
import { DIRECTIONS, type Narrow } from './pod-policies.ts';
import { isNone, type PortSet, portSetText } from './port-set.ts';
import { namedPorts } from './select-pods.ts';

export type Member = PodMember | BlockMember | OutsideMember;

export interface PodMember {
  readonly kind: 'pods';
  readonly pods: AlikePods;
  readonly isolated: readonly Direction[];
}

export interface BlockMember {
  readonly kind: 'block';
  readonly block: BlockPeer;
  /** Nodes whose addresses are in it. */
  readonly machines: readonly string[];
}

/** Whatever is no pod of the cluster, and in no block that a policy names. */
interface OutsideMember {
  readonly kind: 'outside';
}

export interface Flow {
  readonly from: Member;
  readonly to: Member;
  /** `tcp 80, 443` */
  readonly ports: string;
}

export interface Flows {
  readonly members: readonly Member[];
  readonly flows: readonly Flow[];
}

interface Candidate {
  readonly member: Member;
  readonly end: End;
}

const OUTSIDE: Candidate = { member: { kind: 'outside' }, end: { pod: null, addresses: [] } };

/** Where pods are chosen, their flows and those at the other ends. */
export function findFlows(lab: Lab, { hasPod, hasPolicy }: Narrow): Flows {
  const narrowed = { ...lab, networkPolicies: policiesOf(lab).filter(hasPolicy) };
  const judge = createJudge(narrowed);
  const blocks = listBlocks(narrowed);
  const pods = foldPods(narrowed, judge);
  const all = [...pods, ...blocks.flatMap(block => blockCandidate(block, blocks, lab)), OUTSIDE];
  const isChosen = ({ end }: Candidate) => end.pod !== null && hasPod(end.pod);
  const flows = pods.flatMap(one =>
    all.flatMap(other => {
      if (!isChosen(one) && !isChosen(other)) return [];
      const pairs = other.end.pod === null ? [[one, other] as const, [other, one] as const] : [[one, other] as const];
      return pairs.flatMap(([from, to]) => flowOf(from, to, judge));
    }),
  );
  const needed = withoutEcho(flows);
  const ends = new Set(needed.flatMap(({ from, to }) => [from, to]));
  const members = all.filter(one => isChosen(one) || ends.has(one.member)).map(({ member }) => member);
  return { members, flows: needed };
}

function flowOf(from: Candidate, to: Candidate, judge: Judge): Flow[] {
  const isIsolated = ({ member }: Candidate, direction: Direction) =>
    member.kind === 'pods' && member.isolated.includes(direction);
  if (!isIsolated(from, 'Egress') && !isIsolated(to, 'Ingress')) return [];
  if (from === to && from.member.kind === 'pods' && from.member.pods.length === 1) return [];
  const ports: PortSet = judge.flow(from.end, to.end);
  return isNone(ports) ? [] : [{ from: from.member, to: to.member, ports: portSetText(ports) }];
}

/** What every address outside may, a block may as well. */
function withoutEcho(flows: readonly Flow[]): Flow[] {
  const isOutside = ({ kind }: Member) => kind === 'outside';
  const isSaid = ({ from, to, ports }: Flow) =>
    flows.some(
      other =>
        other.ports === ports &&
        ((from.kind === 'block' && isOutside(other.from) && other.to === to) ||
          (to.kind === 'block' && isOutside(other.to) && other.from === from)),
    );
  return flows.filter(flow => !isSaid(flow));
}

/** Alike are those of a namespace for which no policy makes a difference. A pod in its node's network is traffic of that. */
function foldPods(lab: Lab, judge: Judge): Candidate[] {
  const policies = policiesOf(lab);
  const rules = policies.flatMap(policy => DIRECTIONS.flatMap(direction => rulesOf(policy, direction)));
  const peers = rules.flatMap(({ policy, rule }) => (rule.peers ?? []).map(peer => ({ policy, peer })));
  const named = rules.flatMap(({ rule }) => rule.ports ?? []).filter(({ port }) => typeof port === 'string');
  const isolatedBy = (pod: Pod) => DIRECTIONS.map(direction => judge.isolating(pod, direction).map(({ key }) => key));
  const likenessOf = (pod: Pod) => {
    const end = endOfPod(pod);
    const peerOf = peers.flatMap(({ policy, peer }, index) => (judge.isPeer(peer, policy, end) ? [index] : []));
    return JSON.stringify([pod.namespace, isolatedBy(pod), peerOf, named.map(port => namedPorts(pod, port))]);
  };
  const own = lab.pods.filter(({ hostNetwork }) => !hostNetwork);
  return foldAlike(own, likenessOf).map(pods => {
    const isolated = DIRECTIONS.filter(direction => judge.isolating(pods[0], direction).length > 0);
    return { member: { kind: 'pods', pods, isolated }, end: endOfPod(pods[0]) };
  });
}

function listBlocks(lab: Lab): BlockPeer[] {
  const rules = policiesOf(lab).flatMap(({ ingress, egress }) => [...ingress, ...egress]);
  const blocks = rules.flatMap(({ peers }) => peers ?? []).filter(peer => peer.kind === 'block');
  return [...new Map(blocks.map(block => [`${block.cidr} ${block.except.join()}`, block])).values()];
}

/** None where others of the blocks are all that is in it. */
function blockCandidate(block: BlockPeer, others: readonly BlockPeer[], lab: Lab): Candidate[] {
  const within = subnetsOf([block.cidr])[0];
  const except = subnetsOf(block.except);
  if (!within) return [];
  const smaller = subnetsOf(others.map(({ cidr }) => cidr)).filter(({ prefix }) => prefix > within.prefix);
  const address = freeAddress(within, [...except, ...smaller]) ?? freeAddress(within, except);
  if (!address) return [];
  const isIn = (ip: Ip) => contains(within, ip) && !except.some(subnet => contains(subnet, ip));
  const directory = makeDirectory(lab);
  const machines = lab.nodes.filter(({ key }) => directory.get(key)?.addresses.some(({ host }) => isIn(host.ip)));
  const member = { kind: 'block', block, machines: machines.map(({ key }) => key) } as const;
  return [{ member, end: { pod: null, addresses: [address] } }];
}

const subnetsOf = (texts: readonly string[]): Subnet[] => texts.flatMap(text => parseHost(text)?.subnet ?? []);

/** The first address that is in none of the others. */
function freeAddress(within: Subnet, others: readonly Subnet[]): Ip | undefined {
  let value = within.base;
  for (;;) {
    const ip = { family: within.family, value };
    if (!contains(within, ip)) return undefined;
    const other = others.find(subnet => contains(subnet, ip));
    if (!other) return ip;
    value = rangeOf(other).last + 1n;
  }
}
