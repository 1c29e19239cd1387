/**
 * The containers of the `docker` backend: nodes on this host's Docker, pause containers of pods on the Docker of their
 * node, and the images that nodes have.
 *
 * They are where network namespaces come from; what is wired in those is the same on every backend.
 */
import { identifier } from '../language/lab/identifier.ts';
import type { ImagePullPolicy } from '../language/lab/lab.ts';
import { BY_SANDBOX } from './batching.ts';
import { always, IPROUTE2 } from './host-feature.ts';
import { type KindSpec, machineToken, PHASES } from './kind.ts';

/**
 * A node of the `docker` backend: a container of this host's Docker, with a Docker of its own in it. It and all below
 * it are named by the network namespace that they hold.
 */
export interface NodeContainer {
  readonly kind: 'node-container';
  readonly ns: string;
  readonly lab: string;
  /** The user and PID namespace that brought the lab up. */
  readonly owner: string;
  readonly image: string;
  /** What a Docker in a container takes of privileges, as this host can give it. */
  readonly flags: readonly string[];
}

/** What every node takes of this host. */
export interface DockerHost {
  /** As of `NodeContainer`. */
  readonly owner: string;
  readonly nodeFlags: readonly string[];
}

/** Where a lab names no other for its nodes. */
export const DEFAULT_NODE_IMAGE = 'docker:dind';

/** The container that keeps a pod's network namespace open, run by the Docker of its node. */
export interface PodContainer {
  readonly kind: 'pod-container';
  readonly ns: string;
  /** Namespace of its node. */
  readonly node: string;
  /** Name of that node among this host's containers. */
  readonly host: string;
  readonly hostname: string;
  /** Whether it is in the network of its node. */
  readonly hostNetwork?: true;
}

/** An image that the Docker of a node has. */
export interface NodeImage {
  readonly kind: 'image';
  /** Namespace of the node. */
  readonly ns: string;
  readonly host: string;
  readonly image: string;
  readonly pull: ImagePullPolicy;
}

/** The name of a node among this host's containers. No lab's and no node's name has a dot. */
export const nodeContainerName = (lab: string, node: string) => identifier(['netlab', lab, node], { separator: '.' });

/** Labels prove whose a container is: nothing without them is ever touched. */
export const LAB_LABEL = 'netlab.lab';
export const OWNER_LABEL = 'netlab.owner';

/** What netlab puts into each node for the pause containers of pods. */
export const PAUSE_IMAGE = 'netlab/pause';

/** Where a node's Docker listens, inside the node. A path without symbolic links, as it is reached from outside. */
export const NODE_SOCKET = '/run/docker.sock';

/** Inside a node: what is mounted over the files of its pods. */
export const nodePodFile = (ns: string, path: string) => `/run/netlab/pods/${ns}${path}`;

/**
 * The first process of a node: it keeps Docker running, and ends when its standard input does, which the lab holds
 * open. So a node never outlives its lab, however that ended. Docker leaves the node's network to the lab, and its
 * containers go on while it is started anew. The image's own start script, where there is one, prepares control groups.
 * Docker has given the node this host's name servers, which a lab does not ask.
 */
const NODE_SCRIPT = [
  '(: >/etc/resolv.conf) 2>/dev/null',
  'for m in /sys/fs/cgroup /sys/fs/cgroup/*; do mount -o remount,bind,rw $m 2>/dev/null; done',
  `set -- dockerd -H unix://${NODE_SOCKET} --bridge=none --iptables=false --ip-forward=false --ip-masq=false --live-restore`,
  'command -v dockerd-entrypoint.sh >/dev/null && set -- dockerd-entrypoint.sh "$@"',
  'while :; do rm -f /run/docker.pid /run/docker/containerd/containerd.pid; "$@" >/run/dockerd.log 2>&1; sleep 1; done </dev/null &',
  'while read -r _; do :; done',
]
  .join('; ')
  .replaceAll('&;', '&');

/** `NAME=VALUE`, by which a lab's containers and volumes are found again. */
const labels = ({ lab, owner }: NodeContainer) => [`${LAB_LABEL}=${lab}`, `${OWNER_LABEL}=${owner}`];

export function nodeContainerArgv(node: NodeContainer): string[] {
  const [ofLab = '', ofOwner = ''] = labels(node);
  return [
    ...['docker', 'run', '--rm', '--interactive', '--pull', 'never', '--name', nodeContainerName(node.lab, node.ns)],
    ...['--label', ofLab, '--label', ofOwner, '--hostname', node.ns, '--network', 'none', ...node.flags],
    ...['--mount', `type=volume,dst=/var/lib/docker,volume-label=${ofLab},volume-label=${ofOwner}`],
    ...['--entrypoint', 'sh', node.image, '-c', NODE_SCRIPT],
  ];
}

/** A container cannot be changed: of another image it is another container. */
export const nodeContainerKind: KindSpec<NodeContainer> = {
  key: ({ ns, image, flags }) => `node-container ${ns} ${image} ${JSON.stringify(flags)}`,
  same: () => true,
  needs: () => [],
  gives: ({ ns }) => [machineToken(ns)],
  turn: operation => ({ phase: operation === 'delete' ? PHASES.deleteNodes : PHASES.nodes, rank: 0 }),
  needsOfHost: always(IPROUTE2),
  batching: () => BY_SANDBOX,
  add: node => [{ ns: null, argv: nodeContainerArgv(node), background: true }],
  change: () => [],
  delete: ({ lab, ns }) => [{ ns: null, argv: ['docker', 'rm', '--force', '--volumes', nodeContainerName(lab, ns)] }],
  label: ({ ns }) => `node container ${ns}`,
};

/** Words for the Docker of a node, as they are typed on this host. */
export const inNode = (host: string, words: readonly string[]) => ['docker', 'exec', host, 'docker', ...words];

export function podContainerWords({ ns, hostname, hostNetwork }: PodContainer): string[] {
  const network = hostNetwork ? 'host' : 'none';
  return [
    ...['run', '--detach', '--name', ns, '--hostname', hostname, '--network', network, '--ipc', 'shareable'],
    ...['--label', `netlab.pod=${ns}`, PAUSE_IMAGE],
  ];
}

export const podContainerKind: KindSpec<PodContainer> = {
  key: ({ ns, node, hostname, hostNetwork }) => `pod-container ${ns} ${node} ${hostname}${hostNetwork ? ' host' : ''}`,
  same: () => true,
  needs: ({ node }) => [machineToken(node)],
  gives: ({ ns }) => [machineToken(ns)],
  turn: operation => ({ phase: operation === 'delete' ? PHASES.deletePods : PHASES.pods, rank: 0 }),
  needsOfHost: always(IPROUTE2),
  batching: () => BY_SANDBOX,
  add: pod => [{ ns: null, argv: inNode(pod.host, podContainerWords(pod)) }],
  change: () => [],
  delete: ({ ns, host }) => [{ ns: null, argv: inNode(host, ['rm', '--force', ns]) }],
  label: ({ ns }) => `pause container ${ns}`,
};

/** From this host's Docker to that of a node: no registry is asked. */
export const nodeImageKind: KindSpec<NodeImage> = {
  key: ({ ns, image }) => `image ${ns} ${image}`,
  same: () => true,
  needs: ({ ns }) => [machineToken(ns)],
  gives: () => [],
  turn: operation => ({ phase: operation === 'delete' ? PHASES.deletePods : PHASES.images, rank: 1 }),
  needsOfHost: always(IPROUTE2),
  batching: () => BY_SANDBOX,
  add: ({ host, image }) => [
    { ns: null, argv: ['sh', '-c', 'docker save "$1" | docker exec -i "$2" docker load', 'sh', image, host] },
  ],
  change: () => [],
  delete: ({ host, image }) => [{ ns: null, argv: inNode(host, ['rmi', image]) }],
  label: ({ image }) => `image ${image}`,
};
