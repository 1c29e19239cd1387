/**
 * What the kernel says of one network namespace, decoded but not yet interpreted.
 *
 * Names are the kernel's: indices are already resolved to names, addresses are canonical text.
 */
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

export interface LinkDump {
  readonly index: number;
  readonly name: string;
  /** IFLA_INFO_KIND (`veth`, `bridge`, ...); null for what has none, such as `lo`. */
  readonly kind: string | null;
  readonly loopback: boolean;
  readonly up: boolean;
  readonly mtu: number;
  readonly mac: string | null;
  readonly master: string | null;
  /** The other end of a veth; null where it is not in a named namespace of the sandbox. */
  readonly peer: { readonly ns: string; readonly name: string } | null;
  /** IPv6 address generation: `eui64`, `none`, ...; null where the namespace has no IPv6. */
  readonly addrGenMode: string | null;
  /** For a port of a bridge: whether a frame may leave it again where it came in. */
  readonly hairpin?: boolean;
  /** Kind of the root qdisc. */
  readonly qdisc: string;
}

export interface AddressDump {
  readonly dev: string;
  /** `10.244.0.2/24` */
  readonly address: string;
  /** `global`, `link`, `host`, ... */
  readonly scope: string;
  /** Whether the kernel or a router made it (IPv6 autoconfiguration), not a person. */
  readonly dynamic: boolean;
}

export interface RouteDump {
  /** Canonical subnet; `0.0.0.0/0` and `::/0` for default. */
  readonly to: string;
  readonly table: number;
  /** RTPROT_*: 2 is the kernel itself, 3 boot, 4 static. */
  readonly protocol: number;
  /** `unicast`, `local`, `broadcast`, `blackhole`, `unreachable`, `prohibit`, ... */
  readonly type: string;
  readonly metric: number;
  readonly via: string | null;
  readonly dev: string | null;
  readonly src: string | null;
  readonly mtu: number | null;
}

export interface QdiscDump {
  readonly kind: string;
  readonly dev: string;
  readonly root?: boolean;
  readonly options?: Readonly<Record<string, unknown>>;
}
