/**
 * Veth peers: the links of every namespace come in, and out goes where the other end of each veth is.
 *
 * A link knows its peer's index and a number for the peer's namespace, which means something only in its own one. So
 * candidates are those whose indices match both ways, and the kernel is asked which of them it is.
 */
import type { RawLink } from '../netlink/link.ts';
import type { VethEnd } from '../state/link.ts';

/** Answers that only the kernel has. */
export interface PeerOracle {
  /** The MAC of a link in the namespace that `ns` knows by this number; null where that cannot be asked. */
  macOf(ns: string, nsid: number, index: number): string | null;
  /** The number by which `ns` knows the other namespace; negative where it knows none. */
  nsidOf(ns: string, other: string): number;
}

interface VethLink {
  readonly ns: string;
  readonly link: RawLink;
}

export type Peers = ReadonlyMap<RawLink, VethEnd>;
type Links = ReadonlyMap<string, readonly RawLink[]>;

/** `known` are those that need not be asked about. */
export function resolvePeers(links: Links, oracle: PeerOracle, known: Peers = new Map()): Peers {
  const peers = new Map(known);
  const veths = [...links].flatMap(([ns, all]) => all.filter(isVeth).map(link => ({ ns, link })));
  const byIndices = groupByIndices(veths.filter(veth => veth.link.lowerNsid !== null));
  for (const veth of veths) {
    if (peers.has(veth.link)) continue;
    const peer = veth.link.lowerNsid === null ? peerInside(veth, links) : peerAcross(veth, byIndices, peers, oracle);
    if (peer === undefined) continue;
    peers.set(veth.link, { ns: peer.ns, name: peer.link.name });
    // Being peers is mutual, so the other end is known as well.
    peers.set(peer.link, { ns: veth.ns, name: veth.link.name });
  }
  return peers;
}

/**
 * The ends of cables that are as they were when their peers were found. Being peers is mutual: of one end another MAC may have
 * been set.
 */
export function knownPeers(links: Links, were: Links, peers: Peers): Peers {
  const known = new Map<RawLink, VethEnd>();
  for (const [ns, all] of links) {
    const old = new Map(were.get(ns)?.map(link => [link.index, link]));
    for (const link of all.filter(isVeth)) {
      const before = old.get(link.index);
      const end = before?.mac === link.mac && isWiredAlike(link, before) ? peers.get(before) : undefined;
      const peer = end && links.get(end.ns)?.find(other => other.index === link.lower && other.lower === link.index);
      const peerBefore = peer && were.get(end.ns)?.find(({ index }) => index === peer.index);
      if (!peer || !peerBefore || !isWiredAlike(peer, peerBefore)) continue;
      known.set(link, { ns: end.ns, name: peer.name });
      known.set(peer, { ns, name: link.name });
    }
  }
  return known;
}

const isWiredAlike = (a: RawLink, b: RawLink) => a.lower === b.lower && a.lowerNsid === b.lowerNsid;

function isVeth(link: RawLink): boolean {
  return link.kind === 'veth' && link.lower !== null;
}

/** The peer in the same namespace. */
function peerInside(veth: VethLink, links: Links): VethLink | undefined {
  const link = links.get(veth.ns)?.find(other => other.index === veth.link.lower);
  return link && { ns: veth.ns, link };
}

function peerAcross(
  veth: VethLink,
  byIndices: ReadonlyMap<string, readonly VethLink[]>,
  peers: Peers,
  oracle: PeerOracle,
): VethLink | undefined {
  const nsid = veth.link.lowerNsid;
  if (nsid === null || nsid < 0) return undefined;
  const matching = byIndices.get(`${veth.link.lower}:${veth.link.index}`) ?? [];
  const free = matching.filter(other => other.ns !== veth.ns && !peers.has(other.link));
  return likeliestFirst(veth, free, oracle).find(other => oracle.nsidOf(veth.ns, other.ns) === nsid);
}

/**
 * Many nodes with many pods have many pairs of equal indices: the peer's MAC then says which of them to ask about
 * first.
 */
function likeliestFirst(veth: VethLink, candidates: readonly VethLink[], oracle: PeerOracle): readonly VethLink[] {
  if (candidates.length < 2) return candidates;
  const mac = oracle.macOf(veth.ns, veth.link.lowerNsid ?? 0, veth.link.lower ?? 0);
  if (mac === null) return candidates;
  // Only a link that changed meanwhile has another MAC, so there is no need to ask about the rest.
  return candidates.filter(other => other.link.mac === mac);
}

function groupByIndices(veths: readonly VethLink[]): Map<string, VethLink[]> {
  const groups = new Map<string, VethLink[]>();
  for (const veth of veths) {
    const key = `${veth.link.index}:${veth.link.lower}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [veth]);
    else group.push(veth);
  }
  return groups;
}
