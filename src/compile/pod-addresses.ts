/** The addresses of nodes and pods, in any order of the file. */
import { type Family, familyOf, withoutPrefix } from '../address/address.ts';
import type { CoreLab, Link, Machine, Node, Pod } from '../language/lab/lab.ts';

type Around = Pick<CoreLab, 'nodes' | 'links' | 'bridges'>;

/**
 * With prefix length; those of eth0 first, as the first one is the pod's. In the network of its node a pod has the node's
 * first one of each family. `links` may be those of others too.
 */
export function podAddresses(pod: Pod, links: readonly Link[], lab: Around): string[] {
  return pod.hostNetwork ? hostAddresses(pod, lab) : ownAddresses(pod, links);
}

/** Without. */
export function bareAddresses(pod: Pod, links: readonly Link[], lab: Around): string[] {
  return podAddresses(pod, links, lab).map(address => withoutPrefix(address));
}

function ownAddresses({ key, interfaces }: Machine, links: readonly Link[]): string[] {
  const ends = links.flatMap(link => link.ends).filter(({ on }) => on === key);
  const all = [...interfaces, ...ends.map(end => ({ ...end, name: end.interface }))];
  const rank = ({ name }: { readonly name: string }) => (name === 'eth0' ? '' : name);
  const sorted = all.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  return sorted.flatMap(({ addresses }) => addresses);
}

function hostAddresses(pod: Pod, lab: Around): string[] {
  const node = lab.nodes.find(({ key }) => key === pod.node);
  if (!node) return [];
  return ([4, 6] as const).flatMap(family => nodeAddresses(node, lab, family).slice(0, 1));
}

/** With prefix length: the node's own first address of a family comes first, those of its bridges last. */
export function nodeAddresses({ key, interfaces }: Node, { links, bridges }: Around, family: Family): string[] {
  const wired = links.flatMap(({ ends }) => ends).filter(({ on }) => on === key);
  const inside = bridges.filter(({ node }) => node === key);
  const all = [...interfaces, ...wired, ...inside].flatMap(({ addresses }) => addresses);
  return all.filter(address => familyOf(address) === family);
}
