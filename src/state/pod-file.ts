/** Files of a pod: kept in the lab's own memory, and mounted over the host's for the pod alone. */

import { BY_SANDBOX } from './batching.ts';
import { type HostFeature, IPROUTE2, whenever } from './host-feature.ts';
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

/** What nginx reads in the pod that serves Ingresses. */
export const INGRESS_FILE = '/run/ingress/nginx.conf';

/** What the pod that serves Ingresses runs, by its configuration. */
const NGINX: HostFeature = {
  id: 'nginx',
  title: 'nginx',
  use: 'Ingresses',
  argv: ['nginx', '-v'],
  package: 'nginx-light',
};
const OPENSSL: HostFeature = {
  id: 'openssl',
  title: 'openssl',
  use: 'TLS of Ingresses',
  argv: ['openssl', 'version'],
  package: 'openssl',
};

export const podFileKind: KindSpec<PodFile> = {
  key: ({ ns, path }) => `file ${ns} ${path}`,
  same: (observed, wanted) => observed.text === wanted.text,
  needs: () => [],
  gives: () => [],
  turn: operation => ({ phase: operation === 'delete' ? PHASES.deleteProcesses : PHASES.files, rank: 2 }),
  needsOfHost: whenever(
    [IPROUTE2, NGINX, OPENSSL],
    ({ path, text }, id) =>
      id === IPROUTE2.id || (path === INGRESS_FILE && (id === NGINX.id || text.includes('ssl_certificate '))),
  ),
  batching: () => BY_SANDBOX,
  add: ({ ns, path, text }) => [
    { ns: null, argv: ['install', '-Dm', '644', '/dev/stdin', podFilePath(ns, path)], input: text },
  ],
  /** In place: where the file is mounted, the mount shows what was mounted and not what has taken its name. */
  change: ({ ns, path, text }) => [{ ns: null, argv: ['tee', podFilePath(ns, path)], input: text }],
  delete: ({ ns, path }) => [{ ns: null, argv: ['rm', '-f', podFilePath(ns, path)] }],
  label: ({ path }) => `file ${path}`,
};
