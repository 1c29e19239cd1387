/** Which of two policies for one image asks a registry for it more often. */
import type { ImagePullPolicy } from './lab.ts';

const FROM_CALM_TO_KEEN: readonly ImagePullPolicy[] = ['Never', 'IfNotPresent', 'Always'];

export function isKeener(one: ImagePullPolicy, other: ImagePullPolicy): boolean {
  return FROM_CALM_TO_KEEN.indexOf(one) > FROM_CALM_TO_KEEN.indexOf(other);
}
