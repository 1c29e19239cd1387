/** NetworkPolicies: which pods are isolated, and what is let in and out of them. */
import type { Feature } from '../feature.ts';
import { expandPolicies } from './expand.ts';
import { policiesOf } from './model.ts';
import { policyOverview } from './overview.ts';
import { checkPolicies } from './resolve/check-policies.ts';
import { resolvePolicies } from './resolve/policies.ts';

export const networkPolicies: Feature = {
  name: 'network-policies',
  resolve: ({ file, problems }, { pods, namespaces = [] }) => {
    const policies = resolvePolicies(file, problems);
    checkPolicies(policies, { pods, namespaces, problems });
    return { networkPolicies: policies };
  },
  overview: policyOverview,
  expand: lab => expandPolicies(policiesOf(lab)),
};
