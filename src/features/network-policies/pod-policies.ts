/**
 * A lab in, for each of its pods which policies select it and what these let through out: as tables show it. Alike pods
 * are one entry.
 */
import { type AlikePods, foldAlike } from '../../language/lab/alike-pods.ts';
import type { Lab, Pod } from '../../language/lab/lab.ts';
import { createJudge, type Judge } from './judge.ts';
import { type Direction, type NetworkPolicy, policiesOf } from './model.ts';

export const DIRECTIONS: readonly Direction[] = ['Ingress', 'Egress'];

export interface PodPolicies {
  /** More than one where many are alike. */
  readonly pods: AlikePods;
  /** Those that isolate each of them; where there are none, everything passes. */
  readonly by: Readonly<Record<Direction, readonly NetworkPolicy[]>>;
}

export interface SelectedPods {
  readonly policy: NetworkPolicy;
  readonly pods: readonly Pod[];
}

export interface PolicyTable {
  readonly pods: readonly PodPolicies[];
  readonly policies: readonly SelectedPods[];
}

export interface Narrow {
  /** Which pods are shown. */
  readonly hasPod: (pod: Pod) => boolean;
  readonly hasPolicy: (policy: NetworkPolicy) => boolean;
}

/** Of pods only those that a policy selects which is shown, unless all are. */
export function tabulate(lab: Lab, { hasPod, hasPolicy }: Narrow): PolicyTable {
  const judge = createJudge(lab);
  const all = policiesOf(lab);
  const isNarrowed = !all.every(hasPolicy);
  const by = (pod: Pod) => isolationOf(pod, judge, hasPolicy);
  const isShown = (pod: Pod) => hasPod(pod) && (!isNarrowed || DIRECTIONS.some(one => by(pod)[one].length > 0));
  const pods = lab.pods.filter(isShown);
  const groups = foldAlike(pods, pod => likenessOf(pod, by(pod)));
  const shown = new Set(pods);
  const policies = all.filter(hasPolicy).map(policy => ({ policy, pods: judge.select.of(policy) }));
  return {
    pods: groups.map(group => ({ pods: group, by: by(group[0]) })),
    policies: policies.filter(one => lab.pods.every(hasPod) || one.pods.some(pod => shown.has(pod))),
  };
}

function isolationOf(pod: Pod, { isolating }: Judge, hasPolicy: Narrow['hasPolicy']): PodPolicies['by'] {
  const of = (direction: Direction) => isolating(pod, direction).filter(hasPolicy);
  return { Ingress: of('Ingress'), Egress: of('Egress') };
}

function likenessOf({ namespace, hostNetwork }: Pod, by: PodPolicies['by']): string {
  return JSON.stringify([namespace, hostNetwork, ...DIRECTIONS.map(direction => by[direction].map(({ key }) => key))]);
}
