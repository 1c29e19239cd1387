/** NetworkPolicies: which pods are isolated, and what is let in and out of them. */
import type { Feature } from '../feature.ts';
import { expandPolicies } from './expand.ts';
import { policiesOf } from './model.ts';
import { resolvePolicies } from './resolve/policies.ts';

export const networkPolicies: Feature = {
  name: 'network-policies',
  resolve: ({ file, problems }) => ({ networkPolicies: resolvePolicies(file, problems) }),
  expand: lab => expandPolicies(policiesOf(lab)),
};
