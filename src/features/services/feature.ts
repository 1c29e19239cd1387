/** Services, as kube-proxy's iptables mode has them on each node. */
import type { Feature } from '../feature.ts';
import { contributeServices } from './compile/contribute.ts';
import { compileServices } from './compile/kube-proxy.ts';
import { expandNodeBlock, expandServiceNetwork, expandServices } from './expand.ts';
import { explainServices } from './explain.ts';
import { followEndpoints } from './follow/follow.ts';
import { FEATURE_NAME, makeFindFrontend, serviceTargets } from './frontends.ts';
import { serviceNeeds } from './host.ts';
import { serviceOverview } from './overview.ts';
import { addApiServer } from './resolve/api-server.ts';
import { checkKubeProxy } from './resolve/check-kube-proxy.ts';
import { readKubeProxy } from './resolve/kube-proxy.ts';
import { checkServiceNets, readNodePorts, readServiceNets } from './resolve/ranges.ts';
import { serviceRoutes } from './resolve/routes.ts';
import { resolveServices, toServiceNetwork } from './resolve/services.ts';
import { proxySysctls } from './resolve/sysctls.ts';

export const services: Feature = {
  name: FEATURE_NAME,
  readCluster: (entry, cluster, problems) => ({
    serviceNets: readServiceNets(entry, cluster, problems),
    nodePorts: readNodePorts(entry, problems),
    kubeProxy: readKubeProxy(entry, cluster, problems),
  }),
  addEntries: addApiServer,
  needSysctls: proxySysctls,
  resolve: (draft, soFar) => {
    checkServiceNets(draft);
    checkKubeProxy(draft, soFar);
    return {
      routes: [...soFar.routes, ...serviceRoutes(draft, soFar)],
      serviceNetwork: toServiceNetwork(draft),
      kubeProxy: draft.cluster.kubeProxy,
      services: resolveServices(draft, soFar),
    };
  },
  contribute: contributeServices,
  needsOfHost: serviceNeeds,
  sample: lab => ({ services: lab.services.slice(0, 1) }),
  compileRules: (lab, { unready }) => ({ before: [], after: compileServices(lab, unready) }),
  expand: lab => ({ ...expandServiceNetwork(lab), ...expandServices(lab.services) }),
  expandNode: expandNodeBlock,
  follow: followEndpoints,
  frontends: makeFindFrontend,
  targets: serviceTargets,
  explain: explainServices,
  overview: serviceOverview,
};
