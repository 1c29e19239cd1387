/** Ingresses as the lab file writes them; the controller's pod and Service are entries like others. */
import type { IngressBackendEntry, IngressEntry } from '../../language/lab/generated/lab-file.ts';
import {
  CLASS_ANNOTATION,
  type Ingress,
  type IngressBackend,
  type IngressPath,
  type IngressRule,
  type IngressTls,
} from './model.ts';

export function expandIngresses(ingresses: readonly Ingress[]): { readonly ingresses?: Record<string, IngressEntry> } {
  if (ingresses.length === 0) return {};
  return { ingresses: Object.fromEntries(ingresses.map(ingress => [ingress.key, expandIngress(ingress)])) };
}

function expandIngress({ labels, annotations, ingressClassName, defaultBackend, rules, tls }: Ingress): IngressEntry {
  return {
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    // Where the annotation says it, it may be any text.
    ...(annotations[CLASS_ANNOTATION] === undefined ? { ingressClassName } : {}),
    ...(defaultBackend ? { defaultBackend: expandBackend(defaultBackend) } : {}),
    ...(rules.length === 0 ? {} : { rules: rules.map(expandRule) }),
    ...(tls.length === 0 ? {} : { tls: tls.map(expandTls) }),
  };
}

/** A rule without paths is one for the default backend. */
const expandRule = ({ host, paths }: IngressRule) => ({
  ...(host === '' ? {} : { host }),
  ...(paths.length === 0 ? {} : { http: { paths: paths.map(expandPath) } }),
});

const expandTls = ({ hosts, secretName }: IngressTls) => ({
  ...(hosts.length === 0 ? {} : { hosts }),
  ...(secretName === '' ? {} : { secretName }),
});

const expandPath = ({ path, pathType, backend }: IngressPath) => ({
  path,
  pathType,
  backend: expandBackend(backend),
});

function expandBackend({ service, port }: IngressBackend): IngressBackendEntry {
  const name = service.slice(service.indexOf('/') + 1);
  return { service: { name, port: typeof port === 'number' ? { number: port } : { name: port } } };
}
