/**
 * The processes of a pod: containers in, files, a pause process and container processes out.
 *
 * A pod without containers is a network namespace and nothing else: it needs no process to keep it.
 */

import type { CompileContext } from '../../../compile/context.ts';
import { bareAddresses } from '../../../compile/pod-addresses.ts';
import {
  type Container,
  hostnameOf,
  isSidecar,
  type Lab,
  type Link,
  networkOf,
  type Pod,
} from '../../../language/lab/lab.ts';
import type { KernelObject } from '../../../state/kinds.ts';
import type { Wanted } from '../../../state/state.ts';
import { dockerOf } from '../../docker/compile/docker.ts';
import { withReferences } from './references.ts';

export function compileContainers(pod: Pod, lab: Lab, links: readonly Link[], context: CompileContext): Wanted[] {
  const { key, ns, source } = pod;
  if (pod.containers.length + pod.initContainers.length === 0) return [];
  const hostname = hostnameOf(pod);
  const network = pod.hostNetwork ? { network: networkOf(pod) } : {};
  const files = context.podFiles(pod);
  const want = (object: KernelObject, why: string, from = source): Wanted => ({ object, why, source: from });
  const { terminationGracePeriodSeconds } = pod;
  const grace = terminationGracePeriodSeconds === null ? {} : { terminationGracePeriodSeconds };
  const toProcess = (container: Container, init: number | null) => {
    const { source: from, ...rest } = withReferences(container);
    const address = bareAddresses(pod, links, lab)[0] ?? '127.0.0.1';
    const why = init === null ? `${container.name} shares the network of pod ${key}` : initReason(container, pod);
    const docker = container.image === undefined ? {} : { docker: dockerOf(lab, pod, Object.keys(files)) };
    return want({ kind: 'container', ns, container: rest, init, hostname, ...grace, ...docker, address }, why, from);
  };
  return [
    ...Object.entries(files).map(([path, text]) =>
      want({ kind: 'file', ns, path, text }, `the containers of ${key} see this as ${path}`),
    ),
    want(
      { kind: 'pause', ns, ...network, hostname, files: [...Object.keys(files), ...context.ownFiles(pod)] },
      `${key} has a hostname, IPC and files of its own; a process that only sleeps keeps them while containers come and go`,
    ),
    ...pod.initContainers.map((container, index) => toProcess(container, index)),
    ...pod.containers.map(container => toProcess(container, null)),
  ];
}

function initReason(container: Container, { key }: Pod): string {
  const { name } = container;
  if (isSidecar(container)) return `${name} has to run before the containers of ${key} start, and ends after them`;
  return `${name} has to end well before the containers of ${key} start`;
}
