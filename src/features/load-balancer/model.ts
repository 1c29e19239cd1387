/** What load balancers add to a lab; each one's addresses are a part of its Service. */
import type { Family } from '../../address/address.ts';

declare module '../../language/lab/lab.ts' {
  interface Lab {
    /** Where load balancers' addresses come from: ranges `first-last`. */
    readonly loadBalancerPool: readonly string[];
  }
}

declare module '../../resolve/model.ts' {
  interface Cluster {
    readonly loadBalancerPool: readonly IpRange[];
  }
}

/** From the first to the last address, both included. */
export interface IpRange {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}
