/** The files of a pod as its containers in a node see them: copies in the node, which Docker mounts over the image's. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { nodePodFile } from '../../state/docker.ts';
import { podFilePath } from '../../state/pod-folder.ts';
import { readHolder, rootOf } from './holders.ts';

/** In place: what is mounted is the file, and not its name. Where the pod is in no node there is nothing to do. */
export function copyPodFile(ns: string, path: string): void {
  const pod = readHolder(ns)?.object;
  const node = pod?.kind === 'pod-container' ? readHolder(pod.node) : undefined;
  if (!node) return;
  const target = `${rootOf(node)}${nodePodFile(ns, path)}`;
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, readFileSync(podFilePath(ns, path)));
}
