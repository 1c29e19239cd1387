/** What Services ask of the core: pods that may be sent back to themselves, and a reason for the routes to cluster IPs. */
import type { Contribution } from '../../../compile/context.ts';
import type { Lab } from '../../../language/lab/lab.ts';

export function contributeServices({ services, serviceNetwork }: Lab): Contribution {
  if (services.length === 0) return {};
  return {
    hairpin: true,
    routeReason: ({ on, to, type }) =>
      type === 'unicast' && serviceNetwork.serviceCIDRs.includes(to)
        ? `what ${on} sends to a cluster IP needs some way before rules rewrite it`
        : undefined,
  };
}
