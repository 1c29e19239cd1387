/** Pods in, groups of alike ones out, so that a thousand replicas are shown once and not a thousand times. */
import type { Pod } from './lab.ts';

/** Fewer than this are shown one by one. */
const WORTH_GROUPING = 5;

export type AlikePods = readonly [Pod, ...Pod[]];

/** Those whose likeness is the same text, in the order of first mention. */
export function foldAlike(pods: readonly Pod[], likenessOf: (pod: Pod) => string): AlikePods[] {
  const groups = new Map<string, [Pod, ...Pod[]]>();
  for (const pod of pods) {
    const likeness = likenessOf(pod);
    const group = groups.get(likeness);
    if (group) group.push(pod);
    else groups.set(likeness, [pod]);
  }
  return [...groups.values()].flatMap(group =>
    group.length < WORTH_GROUPING ? group.map((pod): AlikePods => [pod]) : [group],
  );
}

/** `web`, or `web-0 … web-99 (100 pods)`. */
export function nameGroup(group: AlikePods): string {
  const [first] = group;
  const last = group.at(-1) ?? first;
  return group.length === 1 ? first.key : `${first.key} … ${last.key} (${group.length} pods)`;
}
