/** What a lab asks of the kernel's tables besides routes. */
import type { Family } from '../../address/address.ts';
import type { Path } from '../../language/diagnostic/diagnostic.ts';

declare module '../../language/lab/lab.ts' {
  interface Lab {
    readonly rules: readonly PolicyRule[];
    readonly neighbours: readonly Neighbour[];
    readonly fdb: readonly ForwardingEntry[];
  }
}

/** A rule of policy routing. */
export interface PolicyRule {
  /** Key of the node or pod. */
  readonly on: string;
  readonly family: Family;
  readonly priority: number;
  /** Canonical subnets. */
  readonly from?: string;
  readonly to?: string;
  readonly iif?: string;
  readonly oif?: string;
  /** `0x1`, `0x1/0xff` */
  readonly fwmark?: string;
  /** The table that is looked up, or how the packets end. */
  readonly action: number | 'blackhole' | 'unreachable' | 'prohibit';
  readonly source: Path;
}

/** A permanent neighbour entry. */
export interface Neighbour {
  /** Key of the node or pod. */
  readonly on: string;
  readonly dev: string;
  /** Without prefix length. */
  readonly address: string;
  readonly mac: string;
  readonly source: Path;
}

/** A static entry of a bridge's forwarding table. */
export interface ForwardingEntry {
  /** Key of the bridge. */
  readonly bridge: string;
  readonly mac: string;
  /** Key of the node or pod behind the port, and the interface that is plugged in. */
  readonly to: string;
  readonly interface: string;
  readonly source: Path;
}
