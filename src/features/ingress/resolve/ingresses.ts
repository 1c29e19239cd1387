/** Ingresses: defaults filled in, backends found among the Services, and what contradicts itself reported. */

import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import { suggestName } from '../../../language/diagnostic/suggest-name.ts';
import type { IngressBackendEntry, IngressEntry, LabFile } from '../../../language/lab/generated/lab-file.ts';
import { namespacedKey, sortNaturally, splitNamespaced } from '../../../resolve/names.ts';
import type { Problems } from '../../../resolve/problems.ts';
import type { Service } from '../../services/model.ts';
import { INGRESS_CLASS, type Ingress, type IngressBackend, type IngressPath } from '../model.ts';

interface IngressDraft {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly entry: IngressEntry;
  readonly path: Path;
}

export function resolveIngresses(file: LabFile, services: readonly Service[], problems: Problems): Ingress[] {
  const drafts = Object.entries(file.ingresses ?? {}).map(([written, entry]): IngressDraft => {
    const { namespace, name } = splitNamespaced(written);
    return { key: namespacedKey(namespace, name), namespace, name, entry, path: ['ingresses', written] };
  });
  const byKey = new Map(services.map(service => [service.key, service]));
  const sorted = sortNaturally(drafts, ({ key }) => key);
  checkDoubles(sorted, problems);
  return sorted.map(draft => toIngress(draft, byKey, problems));
}

function toIngress(draft: IngressDraft, services: ReadonlyMap<string, Service>, problems: Problems): Ingress {
  const { key, namespace, name, entry, path } = draft;
  const backend = (given: IngressBackendEntry, at: Path) => toBackend(given, at, namespace, services, problems);
  const { rules = [], tls = [], defaultBackend, ingressClassName = INGRESS_CLASS } = entry;
  if (rules.length === 0 && defaultBackend === undefined) {
    const hint = 'add "rules", or a "defaultBackend" for everything';
    problems.errorAtKey(path, 'missing-key', `Ingress "${name}" leads nowhere`, hint);
  }
  if (ingressClassName !== INGRESS_CLASS) {
    const message = `nobody serves Ingresses of class "${ingressClassName}", so "${name}" will not be reached`;
    problems.warn([...path, 'ingressClassName'], 'unknown-name', message, `write "${INGRESS_CLASS}", or leave it out`);
  }
  const hosts = rules.map(({ host = '' }) => host);
  return {
    ...{ key, namespace, name, ingressClassName },
    defaultBackend: defaultBackend ? backend(defaultBackend, [...path, 'defaultBackend']) : null,
    rules: rules.map(({ host = '', http }, index) => ({
      host,
      paths: (http?.paths ?? []).map((item, at): IngressPath => {
        const place = [...path, 'rules', index, 'http', 'paths', at];
        return {
          path: item.path ?? '/',
          pathType: item.pathType,
          backend: backend(item.backend, [...place, 'backend']),
        };
      }),
    })),
    tls: tls.map((item, index) => {
      for (const [at, host] of (item.hosts ?? []).entries())
        if (!hosts.includes(host)) warnHost(host, [...path, 'tls', index, 'hosts', at], hosts, problems);
      return { hosts: item.hosts ?? hosts.filter(host => host !== ''), secretName: item.secretName ?? '' };
    }),
    source: path,
  };
}

function warnHost(host: string, path: Path, hosts: readonly string[], problems: Problems): void {
  const message = `no rule of this Ingress has the host "${host}"`;
  problems.warn(
    path,
    'unknown-name',
    message,
    suggestName(
      host,
      hosts.filter(other => other !== ''),
    ),
  );
}

function toBackend(
  { service: { name, port } }: IngressBackendEntry,
  path: Path,
  namespace: string,
  services: ReadonlyMap<string, Service>,
  problems: Problems,
): IngressBackend {
  const key = namespacedKey(namespace, name);
  const service = services.get(key);
  const wanted = port.number ?? port.name ?? 0;
  if (!service) {
    const known = [...services.values()].filter(other => other.namespace === namespace).map(other => other.name);
    const message = `there is no Service "${name}" in namespace "${namespace}"`;
    problems.error([...path, 'service', 'name'], 'unknown-name', message, suggestName(name, known));
  } else if (service.type === 'ExternalName') {
    const message = `Service "${name}" is only a name, and has no endpoints that could answer`;
    problems.error([...path, 'service', 'name'], 'conflict', message, 'use a Service with a selector or endpoints');
  } else if (!service.ports.some(own => own.port === wanted || own.name === wanted)) {
    const at = [...path, 'service', 'port', port.number === undefined ? 'name' : 'number'];
    const own = service.ports.map(({ name: own, port: number }) =>
      own === '' ? String(number) : `${number} ("${own}")`,
    );
    problems.error(at, 'unknown-name', `Service "${name}" has no port ${wanted}`, `it has ${own.join(', ')}`);
  }
  return { service: key, port: wanted };
}

/** Where two Ingresses claim one path of one host, a cluster takes the older one; a lab file has no age. */
function checkDoubles(drafts: readonly IngressDraft[], problems: Problems): void {
  const owners = new Map<string, string>();
  for (const { name, entry, path } of drafts) {
    if ((entry.ingressClassName ?? INGRESS_CLASS) !== INGRESS_CLASS) continue;
    for (const [index, { host = '', http }] of (entry.rules ?? []).entries()) {
      for (const [at, item] of (http?.paths ?? []).entries()) {
        const kind = item.pathType === 'Exact' ? 'Exact' : 'Prefix';
        const written = item.path ?? '/';
        const place = kind === 'Exact' ? written : written.replace(/(?<=.)\/$/, '');
        const key = `${host} ${kind} ${place}`;
        const owner = owners.get(key);
        owners.set(key, name);
        if (owner === undefined) continue;
        const where = host === '' ? 'of every host' : `of host "${host}"`;
        const message = `the path ${written} ${where} is that of Ingress "${owner}" already`;
        const hint = 'remove one of the two, or give it another path';
        problems.error([...path, 'rules', index, 'http', 'paths', at], 'name-taken', message, hint);
      }
    }
  }
}
