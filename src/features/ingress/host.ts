/** What Ingresses need of the host: what the pod that serves them runs, as its configuration tells. */
import { type HostFeature, type HostNeeds, whenever } from '../../state/host-feature.ts';
import type { KernelObject } from '../../state/kinds.ts';
import { INGRESS_FILE } from './model.ts';

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

export const ingressNeeds: HostNeeds<KernelObject> = whenever(
  [NGINX, OPENSSL],
  (object, id) =>
    object.kind === 'file' &&
    object.path === INGRESS_FILE &&
    (id === NGINX.id || object.text.includes('ssl_certificate ')),
);
