/** A command and a place in, the same command among the pod's own files, or in one of its containers, out. */

import { podView } from '../features/dns/compile/pod-view.ts';
import type { DirectoryEntry } from '../language/lab/directory.ts';
import type { Pod } from '../language/lab/lab.ts';
import { hostnameOf } from '../language/lab/lab.ts';
import { containerEnv, containerName } from '../state/container.ts';
import { nodeContainerName } from '../state/docker.ts';
import type { CommandJob } from '../state/job.ts';
import { containerNamespaces, enterArgv, podNamespaces } from '../state/pod-folder.ts';
import { viewArgv } from '../state/pod-view.ts';

/** The pod itself where the container is null. `bounds` is the beginning of a command that keeps another in bounds. */
export function enterPod(
  entry: DirectoryEntry,
  container: string | null,
  bounds: readonly string[],
  command: readonly string[],
): CommandJob {
  const { ns, pod, lab } = entry;
  const hasFiles = pod !== undefined && pod.containers.length + pod.initContainers.length > 0;
  const argv = [...bounds, ...command];
  const view = pod && podView(pod, lab);
  if (container === null || !pod)
    return hasFiles
      ? { ns: null, argv: [...enterArgv(podNamespaces(ns), ['net', 'uts', 'ipc', 'mnt']), ...argv] }
      : { ns, argv: [...(view ? viewArgv(view) : []), ...argv] };
  if (findContainer(pod, container)?.image !== undefined) {
    const host = nodeContainerName(lab.name, pod.node);
    const enter = [
      'docker',
      'exec',
      '--env',
      MARK,
      host,
      'docker',
      'exec',
      '--env',
      MARK,
      containerName(ns, container),
    ];
    return { ns: null, argv: ['sh', '-c', RUN_MARKED, 'sh', host, ...bounds, ...enter, ...command] };
  }
  const enter = enterArgv(containerNamespaces(ns, container), ['net', 'uts', 'ipc', 'mnt', 'pid']);
  return { ns: null, argv: [...enter, ...environmentOf(pod, container), ...argv] };
}

/**
 * An image need not have what keeps commands in bounds: Docker's client is kept in them instead, and what it has started in
 * the container, which goes on without it, is found by a mark in its environment.
 */
const MARK = 'LAB_CHECK';
const END_MARKED = 'kill -9 $(grep -ls "$0" /proc/[0-9]*/environ | cut -d/ -f3)';
const RUN_MARKED = `
export ${MARK}=$(cat /proc/sys/kernel/random/uuid); node=$1; shift
"$@"; code=$?
case $code in 124 | 137) docker exec "$node" sh -c '${END_MARKED}' "$${MARK}" >/dev/null 2>&1 ;; esac
exit $code`;

const findContainer = ({ containers }: Pod, name: string) => containers.find(one => one.name === name);

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The command finds the environment that the container has, and no other. */
function environmentOf(pod: Pod, container: string): string[] {
  const found = findContainer(pod, container);
  const settings = { PATH: SYSTEM_PATH, ...containerEnv(hostnameOf(pod), { env: found?.env ?? {} }) };
  const words = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  return ['env', '-i', '-C', found?.workingDir ?? '/', ...words];
}
