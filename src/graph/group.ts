/** Pods of one node in, groups of alike ones out, as a picture of the lab has them. Pure. */
import { type AlikePods, foldAlike } from '../language/lab/alike-pods.ts';
import type { Pod } from '../language/lab/lab.ts';

/** Numbered pods of one name that are plugged in alike, in the order of first mention. */
export const groupAlike = (pods: readonly Pod[]): AlikePods[] => foldAlike(pods, likenessOf);

function likenessOf({ key, interfaces, labels, iptables, ip6tables }: Pod): string {
  const plugged = interfaces.map(({ name, bridge, shaping }) => [name, bridge, shaping]);
  const rules = [...iptables, ...ip6tables].map(({ text }) => text);
  return JSON.stringify([stemOf(key), plugged, labels, rules]);
}

/** `web-12` → `web`: how replicas are named. What has no number is alike to nothing else. */
function stemOf(key: string): string {
  return /^(.*)-\d+$/.exec(key)?.[1] ?? key;
}
