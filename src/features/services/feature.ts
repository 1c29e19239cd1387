/** Services, as kube-proxy's iptables mode has them on each node. */
import type { Feature } from '../feature.ts';
import { contributeServices } from './compile/contribute.ts';
import { compileServices } from './compile/kube-proxy.ts';
import { expandServiceNetwork, expandServices } from './expand.ts';
import { explainServices } from './explain.ts';
import { followEndpoints } from './follow/follow.ts';
import { FEATURE_NAME, makeFindFrontend, serviceTargets } from './frontends.ts';
import { serviceNeeds } from './host.ts';
import { serviceOverview } from './overview.ts';
import { checkServiceNets, readNodePorts, readServiceNets } from './resolve/ranges.ts';
import { serviceRoutes } from './resolve/routes.ts';
import { resolveServices, toServiceNetwork } from './resolve/services.ts';
import { proxySysctls } from './resolve/sysctls.ts';

export const services: Feature = {
  name: FEATURE_NAME,
  readCluster: (entry, cluster, problems) => ({
    serviceNets: readServiceNets(entry, cluster, problems),
    nodePorts: readNodePorts(entry, problems),
  }),
  needSysctls: proxySysctls,
  resolve: (draft, soFar) => {
    checkServiceNets(draft);
    return {
      routes: [...soFar.routes, ...serviceRoutes(draft, soFar)],
      serviceNetwork: toServiceNetwork(draft),
      services: resolveServices(draft, soFar),
    };
  },
  contribute: contributeServices,
  needsOfHost: serviceNeeds,
  sample: lab => ({ services: lab.services.slice(0, 1) }),
  compileRules: (lab, { unready }) => ({ before: [], after: compileServices(lab, unready) }),
  expand: lab => ({ ...expandServiceNetwork(lab), ...expandServices(lab.services) }),
  follow: followEndpoints,
  frontends: makeFindFrontend,
  targets: serviceTargets,
  explain: explainServices,
  overview: serviceOverview,
};
