/** What a lab asks of the kernel's tables besides routes. */
import type { Path } from '../../language/diagnostic/diagnostic.ts';
import type { Neighbour } from '../../state/neighbour.ts';
import type { PolicyRule } from '../../state/policy-rule.ts';

declare module '../../language/lab/lab.ts' {
  interface Lab {
    readonly rules: readonly LabPolicyRule[];
    readonly neighbours: readonly LabNeighbour[];
    readonly fdb: readonly LabForwardingEntry[];
  }
}

/** A rule of policy routing: the kernel's, on a node or pod in place of a namespace. */
export interface LabPolicyRule extends Omit<PolicyRule, 'kind' | 'ns' | 'further' | 'crowded'> {
  /** Key of the node or pod. */
  readonly on: string;
  readonly source: Path;
}

/** A permanent neighbour entry, likewise. */
export interface LabNeighbour extends Omit<Neighbour, 'kind' | 'ns'> {
  /** Key of the node or pod. */
  readonly on: string;
  readonly source: Path;
}

/** A static entry of a bridge's forwarding table. */
export interface LabForwardingEntry {
  /** Key of the bridge. */
  readonly bridge: string;
  readonly mac: string;
  /** Key of the node or pod behind the port, and the interface that is plugged in. */
  readonly to: string;
  readonly interface: string;
  readonly source: Path;
}
