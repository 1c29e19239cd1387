/** What load balancers add to a lab; each one's addresses are a part of its Service. */
import type { IpRange } from '../../address/address.ts';

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
