/** Names: their natural order, their namespaces, and what the kernel allows. */
import { naturalKey } from '../language/diagnostic/natural-order.ts';
import { hash, identifier } from '../language/lab/identifier.ts';

/** The kernel's limit for an interface's name (IFNAMSIZ less the closing zero). */
const IFNAME_MAX = 15;

export function sortNaturally<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
  return items
    .map(item => ({ item, key: naturalKey(nameOf(item)) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ item }) => item);
}

/** The cluster's own pods come after those of the file, so that they take no address and no place from them. */
export function systemLast(key: string): string {
  return key.startsWith('kube-system/') ? `\uffff${key}` : key;
}

/** `web`, `team-a/web`, as the lab file writes them. */
export function splitNamespaced(written: string): { readonly namespace: string; readonly name: string } {
  const slash = written.indexOf('/');
  if (slash < 0) return { namespace: 'default', name: written };
  return { namespace: written.slice(0, slash), name: written.slice(slash + 1) };
}

/** A pod in `default` goes by its name alone. */
export function namespacedKey(namespace: string, name: string): string {
  return namespace === 'default' ? name : `${namespace}/${name}`;
}

/** A name for an interface: its parts with dashes between them, where that is short enough and none that is taken. */
export const kernelName = (parts: readonly string[], taken: ReadonlySet<string>) =>
  identifier(parts, { separator: '-', longest: IFNAME_MAX, taken });

/**
 * A MAC address that stays the same: `0a:58` as CNI plugins mark theirs, then the IPv4 address or a hash of the name.
 */
export function stableMac(name: string, ipv4: bigint | undefined): string {
  const tail = ipv4 === undefined ? hash(name) : Number(ipv4);
  const bytes = [0x0a, 0x58, tail >>> 24, (tail >>> 16) & 255, (tail >>> 8) & 255, tail & 255];
  return bytes.map(byte => byte.toString(16).padStart(2, '0')).join(':');
}
