/** NetworkPolicies of a running lab as `status` shows them. */
import type { Overview } from '../feature.ts';
import { policiesOf } from './model.ts';
import { createPodSelector } from './select-pods.ts';
import { podsText, WAYS } from './words.ts';

export const policyOverview: Overview = {
  name: 'networkPolicies',
  columns: ['POLICY', 'ISOLATES', 'PODS'],
  list: lab => {
    const select = createPodSelector(lab);
    const shown = policiesOf(lab).map(policy => ({ policy, pods: select.of(policy).map(({ key }) => key) }));
    return {
      entries: shown.map(({ policy: { key, policyTypes }, pods }) => ({ name: key, policyTypes, pods })),
      rows: shown.map(({ policy: { key, policyTypes, podSelector, namespace }, pods }) => [
        key,
        policyTypes.map(direction => WAYS[direction]).join(', '),
        `${podsText(podSelector)} of ${namespace}: ${pods.length}`,
      ]),
    };
  },
};
