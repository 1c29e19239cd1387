/** A pod without containers in, what a command in it should find out: null where that is what the host has. */
import type { Lab, Pod } from '../../../language/lab/lab.ts';
import { hostnameOf } from '../../../language/lab/lab.ts';
import type { PodView } from '../../../state/pod-view.ts';
import { podFiles } from './pod-files.ts';

export function podView(pod: Pod, lab: Lab): PodView | null {
  if (pod.containers.length + pod.initContainers.length > 0) return null;
  const { hostname = null, subdomain = null, dnsPolicy, dnsConfig } = pod;
  const asks =
    hostname !== null || subdomain !== null || dnsPolicy === 'None' || (dnsConfig?.nameservers ?? []).length > 0;
  return asks || lab.dns ? { hostname: hostnameOf(pod), files: podFiles(pod, lab, lab.links) } : null;
}
