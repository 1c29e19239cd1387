/**
 * A *segment* is what shares a wire, and therefore subnets: a bridge with all that is plugged into it, or a link. A
 * *port* is one interface of one node or pod on a segment.
 */
import type { Subnet } from '../address/address.ts';
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { BridgeEntry, LinkEntry } from '../language/lab/generated/lab-file.ts';
import type { Shaping } from '../language/lab/lab.ts';
import type { MachineEntry } from './machines.ts';

export type Texts = string | readonly string[] | undefined;

export interface BridgeSegment {
  readonly kind: 'bridge';
  /** `lan`, `node1/cbr0` */
  readonly key: string;
  readonly name: string;
  readonly ns: string;
  readonly node: string | null;
  readonly entry: NonNullable<BridgeEntry>;
  readonly subnets: readonly Subnet[] | undefined;
  readonly path: Path;
}

export interface LinkSegment {
  readonly kind: 'link';
  readonly key: string;
  readonly entry: LinkEntry;
  readonly subnets: readonly Subnet[] | undefined;
  readonly path: Path;
}

export type Segment = BridgeSegment | LinkSegment;

export interface Port {
  readonly machine: MachineEntry;
  readonly name: string;
  readonly segment: Segment;
  readonly address: Texts;
  readonly gateway: Texts;
  readonly mtu: number | undefined;
  readonly mac: string | undefined;
  readonly shaping: Shaping;
  readonly path: Path;
}
