/** Ingresses, served by a controller that is a pod of the lab. */

import { formatIp } from '../../address/address.ts';
import type { Feature } from '../feature.ts';
import { compileIngressFiles, ingressControllers } from './compile/nginx.ts';
import { expandIngresses } from './expand.ts';
import { explainIngresses } from './explain.ts';
import { followEndpoints } from './follow.ts';
import { ingressNeeds } from './host.ts';
import { CONTROLLER, INGRESS_FILE } from './model.ts';
import { addIngressController } from './resolve/add.ts';
import { resolveIngresses } from './resolve/ingresses.ts';

export const ingress: Feature = {
  name: 'ingress',
  addEntries: addIngressController,
  resolve: ({ file, near, problems }, { nodes, services = [], dns = null }) => {
    const byKey = new Map(services.map(service => [service.key, service]));
    const inside = nodes.filter(({ external }) => !external);
    const nodeAddresses = inside.flatMap(({ key }) => near.of(key).map(({ host }) => formatIp(host.ip)));
    return { ingresses: resolveIngresses(file, { services: byKey, dns, nodeAddresses, problems }) };
  },
  contribute: lab => {
    const controllers = ingressControllers(lab);
    return { ownFiles: ({ key }) => (controllers.has(key) ? [INGRESS_FILE] : []) };
  },
  sample: (lab, { services }) => {
    const own = lab.services.find(({ key }) => key === CONTROLLER);
    return { services: own && !services.includes(own) ? [...services, own] : services };
  },
  needsOfHost: ingressNeeds,
  compile: (lab, { unready }) => compileIngressFiles(lab, unready),
  expand: lab => expandIngresses(lab.ingresses),
  follow: followEndpoints,
  explain: explainIngresses,
};
