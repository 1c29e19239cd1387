/** Files of a pod: kept in the lab's own memory, and mounted over the host's for the pod alone. */

import { BY_SANDBOX } from './batching.ts';
import { always, IPROUTE2 } from './host-feature.ts';
import { type KindSpec, PHASES } from './kind.ts';
import { podFilePath } from './pod-folder.ts';

/** A file that the containers of one pod see in place of the host's own. */
export interface PodFile {
  readonly kind: 'file';
  readonly ns: string;
  /** `/etc/hosts` */
  readonly path: string;
  readonly text: string;
}

export const podFileKind: KindSpec<PodFile> = {
  key: ({ ns, path }) => `file ${ns} ${path}`,
  same: (observed, wanted) => observed.text === wanted.text,
  needs: () => [],
  gives: () => [],
  turn: operation => ({ phase: operation === 'delete' ? PHASES.deleteProcesses : PHASES.files, rank: 2 }),
  needsOfHost: always(IPROUTE2),
  batching: () => BY_SANDBOX,
  add: ({ ns, path, text }) => [
    { ns: null, argv: ['install', '-Dm', '644', '/dev/stdin', podFilePath(ns, path)], input: text },
  ],
  /** In place: where the file is mounted, the mount shows what was mounted and not what has taken its name. */
  change: ({ ns, path, text }) => [{ ns: null, argv: ['tee', podFilePath(ns, path)], input: text }],
  delete: ({ ns, path }) => [{ ns: null, argv: ['rm', '-f', podFilePath(ns, path)] }],
  label: ({ path }) => `file ${path}`,
};
