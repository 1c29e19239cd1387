/** A pod of a lab in, and a container of it or none, or a node: the place out in which a command is there. */
import { FEATURES } from '../features/registry.ts';
import { type Container, hostnameOf, type Lab, networkOf, type Pod } from '../language/lab/lab.ts';
import type { ContainerPlace, NetworkPlace, PodPlace } from '../sandbox/place.ts';
import { containerEnv } from '../state/container.ts';

export function placeOfPod(pod: Pod, lab: Lab): NetworkPlace | PodPlace {
  if (pod.containers.length + pod.initContainers.length > 0) return { kind: 'pod', ns: pod.ns };
  const ns = networkOf(pod);
  const view = FEATURES.map(({ podView }) => podView?.(pod, lab)).find(one => one);
  return view ? { kind: 'network', ns, view } : { kind: 'network', ns };
}

/** Of a node or a switch: its network, among the host's own programs, with the lab's name servers. */
export function placeOfMachine(ns: string, lab: Lab): NetworkPlace {
  const files = Object.assign({}, ...FEATURES.map(({ nodeFiles }) => nodeFiles?.(lab)));
  return { kind: 'network', ns, view: { hostname: ns, files } };
}

export function placeOfContainer(pod: Pod, container: Container, lab: Lab): ContainerPlace {
  return {
    kind: 'container',
    ns: pod.ns,
    node: lab.nodes.find(({ key }) => key === pod.node)?.ns ?? pod.node,
    container: container.name,
    fromImage: container.image !== undefined,
    env: containerEnv(hostnameOf(pod), container),
    workingDir: container.workingDir,
  };
}
