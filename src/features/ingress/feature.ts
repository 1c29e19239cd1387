/** Ingresses, served by a controller that is a pod of the lab. */
import type { Feature } from '../feature.ts';
import { expandIngresses } from './expand.ts';
import { addIngressController } from './resolve/add.ts';

export const ingress: Feature = {
  name: 'ingress',
  addEntries: addIngressController,
  expand: lab => expandIngresses(lab.ingresses),
};
