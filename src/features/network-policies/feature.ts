/** NetworkPolicies: which pods are isolated, what is let in and out of them, and how each node enforces it. */
import type { Feature } from '../feature.ts';
import { compilePolicyChains, compilePolicySets } from './compile/policies.ts';
import { expandPolicies } from './expand.ts';
import { explainPolicies } from './explain/explain.ts';
import { foretellPolicies } from './explain/foretell.ts';
import { policyNeeds, samplePolicies } from './host.ts';
import { policiesOf } from './model.ts';
import { policyOverview } from './overview.ts';
import { checkPolicies } from './resolve/check-policies.ts';
import { resolvePolicies } from './resolve/policies.ts';
import { policySysctls } from './resolve/sysctls.ts';

export const networkPolicies: Feature = {
  name: 'network-policies',
  needSysctls: policySysctls,
  resolve: (draft, soFar) => {
    const policies = resolvePolicies(draft.file, draft.problems);
    checkPolicies(policies, draft, soFar);
    return { networkPolicies: policies };
  },
  compile: compilePolicySets,
  compileRules: compilePolicyChains,
  sample: samplePolicies,
  needsOfHost: policyNeeds,
  explain: explainPolicies,
  foretell: foretellPolicies,
  overview: policyOverview,
  expand: lab => expandPolicies(policiesOf(lab)),
};
