/**
 * The containers of a lab on the `docker` backend: nodes, the pause containers of pods, and which node needs which image.
 *
 * A node outside of the cluster has no pods and so no Docker: it is a network namespace, as a switch is.
 */
import { hostnameOf, type Lab, type Machine, type Node, type Pod } from '../../../language/lab/lab.ts';
import { isKeener } from '../../../language/lab/pull-policy.ts';
import type { DockerPlace } from '../../../state/container.ts';
import { type DockerHost, type NodeImage, nodeContainerName } from '../../../state/docker.ts';
import type { Wanted } from '../../../state/state.ts';

/** As where nothing is asked of a host. */
const ANY_HOST: DockerHost = { owner: '0', nodeFlags: ['--privileged'] };

const isExternal = (machine: Machine) => 'external' in machine && (machine as Node).external;

/** Whether its network namespace is that of a container. */
export function isContained({ backend }: Lab, machine: Machine): boolean {
  return backend === 'docker' && !isExternal(machine);
}

export function compileDocker(lab: Lab, host: DockerHost = ANY_HOST): Wanted[] {
  if (lab.backend !== 'docker') return [];
  const nodes = lab.nodes.filter(node => !node.external);
  return [
    ...nodes.map(node => wantNode(lab, node, host)),
    ...lab.pods.map(pod => wantPod(lab, pod)),
    ...onceEach(lab.pods.flatMap(pod => wantImages(lab, pod))),
  ];
}

function wantNode({ name, nodeImage = '' }: Lab, { key, ns, source }: Node, { owner, nodeFlags }: DockerHost): Wanted {
  return {
    object: { kind: 'node-container', ns, lab: name, owner, image: nodeImage, flags: nodeFlags },
    why: `node ${key} is a container that runs a Docker of its own`,
    source,
  };
}

function wantPod(lab: Lab, pod: Pod): Wanted {
  const { key, ns, node, source } = pod;
  const hostNetwork = pod.hostNetwork ? { hostNetwork: true as const } : {};
  const what = pod.hostNetwork ? 'what its containers share' : 'the network';
  return {
    object: { kind: 'pod-container', ns, ...hostOf(lab, node), hostname: hostnameOf(pod), ...hostNetwork },
    why: `a container that does nothing keeps ${what} of pod ${key} open, on ${node}`,
    source,
  };
}

type WantedNodeImage = Wanted & { readonly object: NodeImage };

/** Several containers of a node may want one image; it is loaded once, and asked for as often as any of them says. */
function onceEach(wanted: readonly WantedNodeImage[]): WantedNodeImage[] {
  const found = new Map<string, WantedNodeImage>();
  for (const one of wanted) {
    const { ns, image, pull } = one.object;
    const before = found.get(`${ns} ${image}`);
    if (!before || isKeener(pull, before.object.pull)) found.set(`${ns} ${image}`, one);
  }
  return [...found.values()];
}

function wantImages(lab: Lab, pod: Pod): WantedNodeImage[] {
  const { ns, host } = { ...hostOf(lab, pod.node), ns: nsOf(lab, pod.node) };
  return [...pod.initContainers, ...pod.containers].flatMap(({ name, image, imagePullPolicy, source }) => {
    if (image === undefined) return [];
    const object: NodeImage = { kind: 'image', ns, host, image, pull: imagePullPolicy ?? 'IfNotPresent' };
    return [{ object, why: `${name} of pod ${pod.key} runs from it on ${pod.node}`, source }];
  });
}

export function dockerOf(lab: Lab, { node }: Pod, files: readonly string[]): DockerPlace {
  return { ...hostOf(lab, node), files };
}

function hostOf(lab: Lab, node: string) {
  const ns = nsOf(lab, node);
  return { node: ns, host: nodeContainerName(lab.name, ns) };
}

const nsOf = ({ nodes }: Lab, key: string) => nodes.find(node => node.key === key)?.ns ?? key;
