/**
 * Pause processes: what a pod's containers share besides the network is kept open by a process that only sleeps.
 *
 * Containers come and go; the pod's hostname, its System V and POSIX queues and semaphores, and its own files under
 * /etc stay as long as this process does.
 */

import { dequal } from 'dequal/lite';
import { BY_SANDBOX } from './batching.ts';
import { always, IPROUTE2 } from './host-feature.ts';
import { type KindSpec, machineToken, PHASES } from './kind.ts';
import { killBehind, podFilePath, podFolder, podNamespaces } from './pod-folder.ts';

/** The process that keeps a pod's hostname (UTS), IPC and mount namespaces open. */
export interface Pause {
  readonly kind: 'pause';
  readonly ns: string;
  /** The network namespace that it is in; absent where that is the pod's own. */
  readonly network?: string;
  readonly hostname: string;
  /** Paths of the pod's own files. */
  readonly files: readonly string[];
}

export const pauseNetworkOf = ({ ns, network }: Pause) => network ?? ns;

export const PAUSE_ARGV = ['sleep', 'infinity'] as const;

/** What a container runtime gives a container's /dev/shm; without a limit a tmpfs may fill half of the host's memory. */
const MEMORY = 'size=64m,nr_inodes=16k';

/**
 * What happens in the new namespaces before the pause process is there. A /dev/shm of its own, as the host's is open to
 * everybody.
 */
export function pauseSetup({ ns, hostname, files }: Pause): string[][] {
  return [
    ['hostname', hostname],
    ...files.filter(path => !isInRun(path)).map(path => ['mount', '--bind', podFilePath(ns, path), path]),
    tmpfs('shm', 'mode=1777', '/dev/shm'),
  ];
}

/**
 * Afterwards, as it hides the folder that the above is taken from: nor may two pods meet in /run. Where files of the pod
 * belong into it, it is made beside, and moved into its place with them.
 */
export function pauseLastSetup({ ns, files }: Pause): string[][] {
  const inRun = files.filter(isInRun);
  if (inRun.length === 0) return [tmpfs('run', 'mode=755', RUN)];
  const draft = `${podFolder(ns)}/new-run`;
  return [
    ['mkdir', '-p', draft],
    tmpfs('run', 'mode=755', draft),
    ...inRun.flatMap(path => {
      const target = `${draft}${path.slice(RUN.length)}`;
      return [
        ['install', '-D', '/dev/null', target],
        ['mount', '--bind', podFilePath(ns, path), target],
      ];
    }),
    ['mount', '--rbind', draft, RUN],
  ];
}

const RUN = '/run';
const isInRun = (path: string) => path.startsWith(`${RUN}/`);

const tmpfs = (name: string, mode: string, target: string) => [
  ...['mount', '-t', 'tmpfs', '-o', `${mode},nosuid,nodev,${MEMORY}`],
  ...[name, target],
];

/** Its words hold nothing that a shell would not take literally: names and paths of netlab's own. */
function pauseScript(pause: Pause): string {
  return [
    ...pauseSetup(pause).map(words => words.join(' ')),
    `setsid ${PAUSE_ARGV.join(' ')} </dev/null >/dev/null 2>&1 &`,
    `ln -sfn "/proc/$!/ns" ${podNamespaces(pause.ns)}`,
    ...pauseLastSetup(pause).map(words => words.join(' ')),
  ].join('\n');
}

export const pauseKind: KindSpec<Pause> = {
  key: ({ ns }) => `pause ${ns}`,
  same: dequal,
  /** A process outlives the name of its network namespace: it has to be ended by itself. */
  needs: () => [],
  affectedBy: pause => [machineToken(pause.ns), machineToken(pauseNetworkOf(pause))],
  gives: () => [],
  turn: operation => ({ phase: operation === 'delete' ? PHASES.deleteProcesses : PHASES.pauses, rank: 1 }),
  needsOfHost: always(IPROUTE2),
  batching: () => BY_SANDBOX,
  add: pause => [
    { ns: pauseNetworkOf(pause), argv: ['unshare', '--uts', '--ipc', '--mount', 'sh', '-ec', pauseScript(pause)] },
  ],
  change: pause => [...pauseKind.delete(pause), ...pauseKind.add(pause, false)],
  delete: ({ ns }) => [{ ns: null, argv: killBehind(podNamespaces(ns)) }],
  label: () => 'pause process',
};
