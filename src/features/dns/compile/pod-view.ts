/**
 * A pod without containers in, what a command in it finds out: its own hostname and files, and none of this host's name
 * servers. Null for a pod with containers, which has processes that keep them.
 */
import type { Lab, Pod } from '../../../language/lab/lab.ts';
import { hostnameOf } from '../../../language/lab/lab.ts';
import type { PodView } from '../../../state/pod-view.ts';
import { podFiles } from './pod-files.ts';

export function podView(pod: Pod, lab: Lab): PodView | null {
  if (pod.containers.length + pod.initContainers.length > 0) return null;
  return { hostname: hostnameOf(pod), files: podFiles(pod, lab, lab.links) };
}
