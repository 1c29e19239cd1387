/** The addresses of a pod, those of eth0 first, as the first one is the pod's; in any order of the file. */
import { withoutPrefix } from '../address/address.ts';
import type { Link, Machine } from '../language/lab/lab.ts';

type Owner = Pick<Machine, 'key' | 'interfaces'>;

/** With prefix length. `links` may be those of others too. */
export function podAddresses({ key, interfaces }: Owner, links: readonly Link[]): string[] {
  const ends = links.flatMap(link => link.ends).filter(({ on }) => on === key);
  const all = [...interfaces, ...ends.map(end => ({ ...end, name: end.interface }))];
  const rank = ({ name }: { readonly name: string }) => (name === 'eth0' ? '' : name);
  const sorted = all.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  return sorted.flatMap(({ addresses }) => addresses);
}

/** Without. */
export function bareAddresses(pod: Owner, links: readonly Link[]): string[] {
  return podAddresses(pod, links).map(address => withoutPrefix(address));
}
