/** Pods of one node in, groups of alike ones out, so that a thousand replicas are one box and not a thousand. Pure. */
import type { Pod } from '../language/lab/lab.ts';

/** Fewer than this are drawn one by one. */
const WORTH_GROUPING = 5;

type AlikePods = readonly [Pod, ...Pod[]];

/** Numbered pods of one name that are plugged in alike, in the order of first mention. */
export function groupAlike(pods: readonly Pod[]): AlikePods[] {
  const groups = new Map<string, [Pod, ...Pod[]]>();
  for (const pod of pods) {
    const group = groups.get(likenessOf(pod));
    if (group) group.push(pod);
    else groups.set(likenessOf(pod), [pod]);
  }
  return [...groups.values()].flatMap(group =>
    group.length < WORTH_GROUPING ? group.map((pod): AlikePods => [pod]) : [group],
  );
}

function likenessOf({ key, interfaces, labels, iptables, ip6tables }: Pod): string {
  const plugged = interfaces.map(({ name, bridge, shaping }) => [name, bridge, shaping]);
  const rules = [...iptables, ...ip6tables].map(({ text }) => text);
  return JSON.stringify([stemOf(key), plugged, labels, rules]);
}

/** `web-12` → `web`: how replicas are named. What has no number is alike to nothing else. */
function stemOf(key: string): string {
  return /^(.*)-\d+$/.exec(key)?.[1] ?? key;
}

/** `web`, or `web-0 … web-99 (100 pods)`. */
export function nameGroup(group: AlikePods): string {
  const [first] = group;
  const last = group.at(-1) ?? first;
  return group.length === 1 ? first.key : `${first.key} … ${last.key} (${group.length} pods)`;
}
