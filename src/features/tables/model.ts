/** What a lab asks of the kernel's tables besides routes. */
import type { Path } from '../../language/diagnostic/diagnostic.ts';
import type { PolicyRule as KernelRule } from '../../state/policy-rule.ts';

declare module '../../language/lab/lab.ts' {
  interface Lab {
    readonly rules: readonly PolicyRule[];
    readonly neighbours: readonly Neighbour[];
    readonly fdb: readonly ForwardingEntry[];
  }
}

/** A rule of policy routing: the kernel's, on a node or pod in place of a namespace. */
export interface PolicyRule extends Omit<KernelRule, 'kind' | 'ns' | 'further' | 'crowded'> {
  /** Key of the node or pod. */
  readonly on: string;
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
