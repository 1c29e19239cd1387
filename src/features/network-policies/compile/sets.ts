/**
 * Policies and pods in, the sets out that the chains (`chains.ts`) look at: on each node those of its own pods that are
 * isolated or selected, and on all nodes alike whom a peer, a block or the name of a port means.
 *
 * Which sets there are follows from the policies alone: a pod that comes, goes or is labelled anew changes members.
 */
import { type Family, familyOf, withoutPrefix } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { Lab, Node, Pod } from '../../../language/lab/lab.ts';
import { groupBy } from '../../../resolve/group.ts';
import {
  type BlockPeer,
  type Direction,
  type NetworkPolicy,
  type PodPeer,
  type PolicyPort,
  policiesOf,
} from '../model.ts';
import { createPodSelector, namedPorts, type SelectPods } from '../select-pods.ts';
import { blockSet, isolatedSet, LINK_LOCAL_SET, namespaceSet, peerSet, policySet, portSet } from './names.ts';

export interface PolicySet {
  readonly name: string;
  readonly type: 'hash:ip' | 'hash:net' | 'hash:ip,port';
  readonly members: readonly string[];
  readonly why: string;
  readonly source: Path;
}

type AddressesOf = (pod: Pod) => readonly string[];
type Labelled = Omit<PolicySet, 'type' | 'members'>;

const DIRECTIONS: readonly Direction[] = ['Ingress', 'Egress'];
const SECTION: Path = ['networkPolicies'];

/** A function of a node: what is the same on all of them is worked out once. */
export function createSets(lab: Lab, family: Family): (node: Node) => readonly PolicySet[] {
  const policies = policiesOf(lab);
  const select = createPodSelector(lab);
  const addressesOf = indexAddresses(lab, family);
  const shared = [...peerSets(policies, select, addressesOf, family), ...portSets(lab, addressesOf, family)];
  const selected = new Map(policies.map(policy => [policy, groupBy(select.of(policy), ({ node }) => node)]));
  return ({ key }) => {
    const here = (policy: NetworkPolicy) => (selected.get(policy)?.get(key) ?? []).flatMap(addressesOf);
    return [...localSets(policies, here, family), ...shared];
  };
}

/** All of a pod's own addresses, in whatever order the file has its interfaces: it is isolated as a whole. */
function indexAddresses({ pods, links }: Lab, family: Family): AddressesOf {
  const wired = groupBy(
    links.flatMap(({ ends }) => ends),
    ({ on }) => on,
  );
  const own = ({ key, interfaces }: Pod) =>
    [...interfaces, ...(wired.get(key) ?? [])]
      .flatMap(({ addresses }) => addresses)
      .filter(address => familyOf(address) === family)
      .map(withoutPrefix)
      .sort();
  const known = new Map(pods.map(pod => [pod.key, own(pod)]));
  return ({ key }) => known.get(key) ?? [];
}

function localSets(policies: readonly NetworkPolicy[], here: (policy: NetworkPolicy) => string[], family: Family) {
  const members = new Map(policies.map(policy => [policy, here(policy)]));
  const union = (some: readonly NetworkPolicy[]) => some.flatMap(policy => members.get(policy) ?? []);
  return [
    ...DIRECTIONS.flatMap(direction => isolatedSets(direction, policies, union, family)),
    ...policies.map(policy =>
      toSet(members.get(policy) ?? [], {
        name: policySet(family, policy),
        why: `the pods of this node that ${policy.key} selects`,
        source: policy.source,
      }),
    ),
    ...(family === 6 ? [linkLocalSet(union(policies).length > 0)] : []),
  ];
}

/** Which of them are an isolated pod's nobody knows: none passes where there is one. */
const linkLocalSet = (hasIsolated: boolean): PolicySet => ({
  ...{ name: LINK_LOCAL_SET, type: 'hash:net', members: hasIsolated ? ['fe80::/10'] : [], source: SECTION },
  why: 'the addresses by which pods on one bridge could go around the policies, if this node has isolated pods',
});

function isolatedSets(
  direction: Direction,
  all: readonly NetworkPolicy[],
  union: (some: readonly NetworkPolicy[]) => string[],
  family: Family,
): PolicySet[] {
  const policies = all.filter(({ policyTypes }) => policyTypes.includes(direction));
  if (policies.length === 0) return [];
  const way = direction.toLowerCase();
  const namespaces = [...groupBy(policies, ({ namespace }) => namespace)];
  return [
    toSet(union(policies), {
      ...{ name: isolatedSet(family, direction), why: `the pods of this node that are isolated for ${way}` },
      source: SECTION,
    }),
    ...namespaces.map(([namespace, own]) =>
      toSet(union(own), {
        name: namespaceSet(family, direction, namespace),
        why: `the pods of this node in ${namespace} that are isolated for ${way}`,
        source: own[0]?.source ?? SECTION,
      }),
    ),
  ];
}

const toSet = (members: readonly string[], labelled: Labelled): PolicySet => ({
  ...labelled,
  ...{ type: 'hash:ip', members: [...new Set(members)] },
});

/** One for each selector or block, however many rules have it. */
function peerSets(
  policies: readonly NetworkPolicy[],
  select: SelectPods,
  addressesOf: AddressesOf,
  family: Family,
): PolicySet[] {
  const sets = new Map<string, PolicySet>();
  const addPods = (peer: PodPeer, policy: NetworkPolicy) => {
    const name = peerSet(family, peer, policy);
    if (sets.has(name)) return;
    const why = `the pods that ${policy.key} means by a peer, wherever they are`;
    sets.set(name, toSet(select.ofPeer(peer, policy).flatMap(addressesOf), { name, why, source: peer.source }));
  };
  for (const policy of policies) {
    for (const peer of listRules(policy).flatMap(({ peers }) => peers ?? [])) {
      if (peer.kind === 'pods') addPods(peer, policy);
      else if (familyOf(peer.cidr) === family && peer.except.length > 0) {
        const name = blockSet(family, peer);
        sets.set(name, toBlock(peer, { name, why: `${peer.cidr} with its exceptions`, source: peer.source }));
      }
    }
  }
  return [...sets.values()];
}

const listRules = ({ ingress, egress }: NetworkPolicy) => [...ingress, ...egress];

/** The narrowest block that has an address decides. A set of blocks cannot have the whole address space in one. */
function toBlock({ cidr, except }: BlockPeer, labelled: Labelled): PolicySet {
  const out = new Set(except.map(inSetSpelling));
  const parts = cidr.endsWith('/0') ? HALVES[familyOf(cidr)] : [inSetSpelling(cidr)];
  const inside = parts.filter(part => !out.has(part));
  const outside = [...out].filter(part => !parts.includes(part)).map(part => `${part} nomatch`);
  return { ...labelled, type: 'hash:net', members: [...inside, ...outside] };
}

const HALVES: Readonly<Record<Family, readonly string[]>> = {
  4: ['0.0.0.0/1', '128.0.0.0/1'],
  6: ['::/1', '8000::/1'],
};

/** A single address stands there without its prefix length. */
const inSetSpelling = (cidr: string) =>
  cidr.endsWith(familyOf(cidr) === 4 ? '/32' : '/128') ? withoutPrefix(cidr) : cidr;

/** What goes by the name of a port, on every pod that has one of this name. */
function portSets(lab: Lab, addressesOf: AddressesOf, family: Family): PolicySet[] {
  const sets = new Map<string, PolicySet>();
  const ports = policiesOf(lab).flatMap(policy => listRules(policy).flatMap(rule => rule.ports ?? []));
  for (const port of ports.filter(({ port }) => typeof port === 'string')) {
    const name = portSet(family, port);
    if (sets.has(name)) continue;
    const labelled = { name, why: `whatever is called ${port.port} over ${port.protocol}`, source: port.source };
    sets.set(name, { ...labelled, type: 'hash:ip,port', members: namedMembers(port, lab, addressesOf) });
  }
  return [...sets.values()];
}

function namedMembers(port: PolicyPort, { pods }: Lab, addressesOf: AddressesOf): string[] {
  const protocol = port.protocol.toLowerCase();
  return pods
    .filter(({ hostNetwork }) => !hostNetwork)
    .flatMap(pod =>
      namedPorts(pod, port).flatMap(number => addressesOf(pod).map(address => `${address},${protocol}:${number}`)),
    );
}
