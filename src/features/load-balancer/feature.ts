/** Load balancers: addresses outside of the cluster that lead to a Service, and the node that answers for each. */
import type { Feature } from '../feature.ts';
import './model.ts';
import { compileAnnouncements } from './compile/announce.ts';
import { expandPool } from './expand.ts';
import { followEndpoints } from './follow.ts';
import { formatRange, readPool } from './resolve/load-balancer-pool.ts';
import { balanceServices } from './resolve/load-balancers.ts';

export const loadBalancer: Feature = {
  name: 'load-balancer',
  readCluster: (entry, cluster, problems) => ({ loadBalancerPool: readPool(entry, cluster, problems) }),
  resolve: (draft, { services = [] }) => ({
    loadBalancerPool: draft.cluster.loadBalancerPool.map(formatRange),
    services: balanceServices(services, draft),
  }),
  compile: (lab, { unready }) => compileAnnouncements(lab, unready),
  expand: expandPool,
  follow: followEndpoints,
};
