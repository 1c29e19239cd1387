/** Which pods of a running lab are not ready, where anything follows that. */

import { type Lab, lastingContainers } from '../language/lab/lab.ts';
import type { UnreadyPods } from '../language/lab/readiness.ts';
import { hasFollowing } from '../pipeline/follow.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { isSame } from './same-lab.ts';

/** Keys of pods, as the kubelet judges them. One without containers has no probe, and counts as ready. */
export async function findUnready(lab: Lab, sandbox: Pick<Sandbox, 'readProcesses'>): Promise<UnreadyPods> {
  if (!hasFollowing(lab)) return new Set();
  const ready = new Set((await sandbox.readProcesses()).readyPods);
  const isUp = (pod: Lab['pods'][number]) => lastingContainers(pod).length === 0 || ready.has(pod.ns);
  return new Set(lab.pods.filter(pod => !isUp(pod)).map(({ key }) => key));
}

/** Pods that are about to be made or changed will be ready, or `up` fails; the others are as they are now. */
export function findStillUnready(before: Lab, unready: UnreadyPods, lab: Lab): UnreadyPods {
  const earlier = new Map(before.pods.map(pod => [pod.key, lastingContainers(pod)]));
  const isKept = (pod: Lab['pods'][number]) => isSame(earlier.get(pod.key), lastingContainers(pod));
  return new Set(lab.pods.filter(pod => unready.has(pod.key) && isKept(pod)).map(({ key }) => key));
}
