/**
 * Containers: without an image a container is a process of the host's own programs in the namespaces of its pod; with one
 * it is run by the Docker of its node.
 */
import { dequal } from 'dequal/lite';
import { identifier } from '../language/lab/identifier.ts';
import type { Container } from '../language/lab/lab.ts';
import { BY_SANDBOX } from './batching.ts';
import { inNode, nodePodFile } from './docker.ts';
import { always, IPROUTE2 } from './host-feature.ts';
import { type KindSpec, machineToken, PHASES } from './kind.ts';
import { containerNamespaces, enterArgv, killBehind, podNamespaces } from './pod-folder.ts';

/** The Docker that runs a container. */
export interface DockerPlace {
  /** Namespace of the node, and its name among this host's containers. */
  readonly node: string;
  readonly host: string;
  /** The pod's own files, which are mounted over the image's. */
  readonly files: readonly string[];
}

/** A process in the namespaces of a pod, started again as `restart` says. */
export interface ContainerProcess {
  readonly kind: 'container';
  readonly ns: string;
  readonly container: Omit<Container, 'source'>;
  /** Place among the init containers, from 0; null for one that starts when they have ended. */
  readonly init: number | null;
  readonly hostname: string;
  /** Of its pod; absent for Kubernetes' 30. */
  readonly terminationGracePeriodSeconds?: number;
  /** Who runs its image; absent where it is a program of this host's. */
  readonly docker?: DockerPlace;
  /** Where its probes look for it: the pod's first address, without prefix length. */
  readonly address: string;
}

/** Kubernetes' own. */
export const DEFAULT_GRACE_MS = 30_000;

/** Between SIGTERM and SIGKILL. */
export const graceMsOf = ({ terminationGracePeriodSeconds: seconds }: ContainerProcess) =>
  seconds === undefined ? DEFAULT_GRACE_MS : 1000 * seconds;

/** An init container that runs as long as its pod does. */
export const isSidecarProcess = ({ init, container }: ContainerProcess) =>
  init !== null && container.restart === 'always';

/** What a container finds in its environment besides PATH. */
export function containerEnv(hostname: string, { env }: Pick<Container, 'env'>): Record<string, string> {
  return { HOME: '/', HOSTNAME: hostname, ...env };
}

/**
 * The command that starts it: a PID namespace of its own takes along whatever it has started when it ends, also what
 * has gone into the background.
 */
export function containerArgv(kept: ContainerProcess): string[] {
  const { ns, container, hostname } = kept;
  const env = Object.entries(containerEnv(hostname, container)).map(([name, value]) => `${name}=${value}`);
  return [
    ...enterArgv(podNamespaces(ns), ['net', 'uts', 'ipc', 'mnt']),
    ...['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'],
    ...['env', '-C', container.workingDir, ...env],
    ...container.command,
  ];
}

/** Its name on the Docker of its node, and what its files are called in the lab's memory. */
export const containerName = (ns: string, container: string) => identifier([ns, container], { separator: '.' });

/**
 * The words by which a node's Docker runs it. As in Kubernetes a command takes the place of the image's entrypoint, and
 * arguments that of its own. It joins the network and the IPC of its pod; the pod's hostname comes with the network.
 */
export function runWords(kept: ContainerProcess, { files }: DockerPlace): string[] {
  const { ns, container, hostname } = kept;
  const [program, ...rest] = container.command;
  return [
    ...['run', '--name', containerName(ns, container.name), '--network', `container:${ns}`, '--ipc', `container:${ns}`],
    ...['--pull', 'never', '--log-driver', 'json-file', '--log-opt', 'max-size=1m', '--label', `netlab.pod=${ns}`],
    ...files.flatMap(path => ['--volume', `${nodePodFile(ns, path)}:${path}`]),
    ...Object.entries({ HOSTNAME: hostname, ...container.env }).flatMap(([name, value]) => [
      '--env',
      `${name}=${value}`,
    ]),
    ...(container.workingDir === '' ? [] : ['--workdir', container.workingDir]),
    ...(program === undefined ? [] : ['--entrypoint', program]),
    ...[container.image ?? '', ...rest, ...container.args],
  ];
}

export const containerKind: KindSpec<ContainerProcess> = {
  key: ({ ns, container }) => `container ${ns} ${container.name}`,
  same: dequal,
  /** A process outlives the name of its network namespace: it has to be ended by itself. */
  needs: () => [],
  affectedBy: ({ ns }) => [machineToken(ns)],
  gives: () => [],
  turn: (operation, { init }) =>
    operation === 'delete'
      ? { phase: PHASES.deleteProcesses, rank: 0 }
      : { phase: PHASES.containers, rank: init ?? Number.MAX_SAFE_INTEGER },
  needsOfHost: always(IPROUTE2),
  batching: () => BY_SANDBOX,
  add: kept => [
    {
      ...{ ns: null, argv: kept.docker ? inNode(kept.docker.host, runWords(kept, kept.docker)) : containerArgv(kept) },
      ...(kept.init === null || isSidecarProcess(kept) ? { background: true as const } : {}),
    },
  ],
  change: kept => [...containerKind.delete(kept), ...containerKind.add(kept, false)],
  delete: kept => {
    const { ns, container, docker } = kept;
    const end = docker && inNode(docker.host, ['rm', '--force', containerName(ns, container.name)]);
    return [{ ns: null, argv: end ?? killBehind(containerNamespaces(ns, container.name)) }];
  },
  label: ({ container }) => `container ${container.name}`,
};
