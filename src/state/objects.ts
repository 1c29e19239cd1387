/**
 * The kernel objects that a lab is made of, as plain data.
 *
 * Wanted and observed state have the same shape: sets of these. An optional field that is absent in a wanted object
 * means that the lab does not care; in an observed one that the kernel has no such value.
 */
import type { Family } from '../address/address.ts';

/** A network namespace, named under /run/netns. */
export interface Namespace {
  readonly kind: 'namespace';
  readonly ns: string;
}

export interface Bridge {
  readonly kind: 'bridge';
  readonly ns: string;
  readonly name: string;
}

export interface VethEnd {
  readonly ns: string;
  readonly name: string;
}

/** A pair of virtual Ethernet interfaces: what goes in at one comes out at the other. */
export interface Veth {
  readonly kind: 'veth';
  /** The end whose namespace the pair is made from. */
  readonly a: VethEnd;
  /** Null for an observed pair whose other end is in no namespace of the lab. */
  readonly b: VethEnd | null;
}

/** A link of a kind netlab does not make; only ever observed. */
export interface ForeignLink {
  readonly kind: 'foreign-link';
  readonly ns: string;
  readonly name: string;
  readonly type: string;
}

/** The settings of one network interface. */
export interface Device {
  readonly kind: 'device';
  readonly ns: string;
  readonly name: string;
  readonly up: boolean;
  readonly mtu?: number;
  readonly mac?: string;
  /** The bridge that the interface is a port of; null for none. */
  readonly master: string | null;
  /** `none` keeps the kernel from giving the interface an IPv6 link-local address. */
  readonly addrGenMode?: string;
}

export interface Address {
  readonly kind: 'address';
  readonly ns: string;
  readonly dev: string;
  /** With prefix length: `10.244.0.2/24`. */
  readonly address: string;
  /** Only ever observed: the route to its subnet is gone, or it expires. It has to be made anew. */
  readonly stale?: true;
}

export interface Route {
  readonly kind: 'route';
  readonly ns: string;
  readonly to: string;
  readonly type: string;
  readonly via?: string;
  readonly dev?: string;
  readonly src?: string;
  readonly metric?: number;
  readonly mtu?: number;
}

export interface Sysctl {
  readonly kind: 'sysctl';
  readonly ns: string;
  readonly name: string;
  readonly value: string;
}

/** An iptables chain: that it exists and, for a built-in one, its policy. */
export interface Chain {
  readonly kind: 'chain';
  readonly ns: string;
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  /** `ACCEPT`, `DROP`; null for a user chain, which has none. */
  readonly policy: string | null;
}

/** The rules of one iptables chain, in order. */
export interface Rules {
  readonly kind: 'rules';
  readonly ns: string;
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  /** Each the words after `-A CHAIN`. */
  readonly rules: readonly (readonly string[])[];
}

/** Traffic control at the root of one interface: what happens to packets that leave. */
export interface Qdisc {
  readonly kind: 'qdisc';
  readonly ns: string;
  readonly dev: string;
  readonly type: 'netem' | 'tbf';
  /** Bits a second. */
  readonly rate?: number;
  /** Microseconds. */
  readonly delay?: number;
  /** Microseconds. */
  readonly jitter?: number;
  /** Percent. */
  readonly loss?: number;
}

/** A qdisc of a kind netlab does not make; only ever observed. */
export interface ForeignQdisc {
  readonly kind: 'foreign-qdisc';
  readonly ns: string;
  readonly dev: string;
  readonly type: string;
}

export type KernelObject =
  | Namespace
  | Bridge
  | Veth
  | ForeignLink
  | Device
  | Address
  | Route
  | Sysctl
  | Chain
  | Rules
  | Qdisc
  | ForeignQdisc;

export type Kind = KernelObject['kind'];
