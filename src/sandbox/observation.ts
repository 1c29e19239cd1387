/**
 * What the kernel says of one network namespace, decoded but not yet interpreted.
 *
 * Names are the kernel's: indices are already resolved to names, addresses are canonical text.
 */

import type { RawRoute } from '../linux/route.ts';
import type { RawAddress } from '../netlink/address.ts';
import type { RawLink } from '../netlink/link.ts';

export interface NamespaceDump {
  readonly links: readonly LinkDump[];
  readonly addresses: readonly AddressDump[];
  /** Every table, IPv4 and IPv6. */
  readonly routes: readonly RouteDump[];
  /** Sysctls that were asked for; a key the kernel does not have is left out. */
  readonly sysctls: Readonly<Record<string, string>>;
  /** `tc -j qdisc show`, for a namespace where a link has a qdisc that somebody set; else empty. */
  readonly qdiscs: readonly QdiscDump[];
  /** Output of `iptables-save` and `ip6tables-save`; empty where no table is loaded. */
  readonly iptables: string;
  readonly ip6tables: string;
}

export interface LinkDump extends Omit<RawLink, 'lower' | 'lowerNsid' | 'master'> {
  readonly master: string | null;
  /** The other end of a veth; null where it is not in a named namespace of the sandbox. */
  readonly peer: { readonly ns: string; readonly name: string } | null;
}

export interface AddressDump extends Omit<RawAddress, 'index'> {
  readonly dev: string;
}

export interface RouteDump extends Omit<RawRoute, 'index'> {
  readonly dev: string | null;
}

export interface QdiscDump {
  readonly kind: string;
  readonly dev: string;
  readonly root?: boolean;
  readonly options?: Readonly<Record<string, unknown>>;
}
