/** Services, as kube-proxy's iptables mode has them on each node. */
import type { Feature } from '../feature.ts';
import { expandServices } from './expand.ts';

export const services: Feature = {
  name: 'services',
  expand: lab => expandServices(lab.services),
};
