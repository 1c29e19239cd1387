/**
 * The controller that serves Ingresses as entries of the lab file: what the manifests of ingress-nginx install, a Service
 * of type LoadBalancer and a pod that runs nginx. From here on they are entries like any others.
 *
 * What the file says of them itself counts, so that one can choose the pod's node, give it host ports, or replicas.
 */

import type {
  ContainerEntry,
  IngressEntry,
  LabFile,
  PodEntry,
  ServiceEntry,
} from '../../../language/lab/generated/lab-file.ts';
import type { Cluster } from '../../../resolve/model.ts';
import { splitNamespaced } from '../../../resolve/names.ts';
import type { Problems } from '../../../resolve/problems.ts';
import {
  CERTIFICATE_FOLDER,
  CONTROLLER,
  certificateName,
  FAKE_CERTIFICATE,
  HEALTH_PORT,
  INGRESS_FILE,
} from '../model.ts';

const LABELS = { 'app.kubernetes.io/name': 'ingress-nginx' };

const HEALTHY = { port: HEALTH_PORT, path: '/healthz' };

export function addIngressController(file: LabFile, cluster: Cluster, problems: Problems): LabFile {
  const entries = Object.entries(file.ingresses ?? {});
  if (entries.length === 0) return file;
  const { pods = {}, services = {} } = file;
  const isThere = Object.entries(pods).some(([key, pod]) => key !== CONTROLLER && isController(key, pod));
  if (!isThere && cluster.fabric.isByHand) checkWired(file, problems);
  const certificates = listCertificates(entries);
  const own = { labels: LABELS, containers: { nginx: controllerContainer(certificates) }, ...pods[CONTROLLER] };
  return {
    ...file,
    pods: isThere ? pods : { ...pods, [CONTROLLER]: { ...own, labels: { ...LABELS, ...own.labels } } },
    services: {
      ...services,
      [CONTROLLER]: { ...controllerService(certificates.length > 0, cluster), ...services[CONTROLLER] },
    },
  };
}

const isController = (key: string, pod: PodEntry | undefined) =>
  key.startsWith('ingress-nginx/') && pod?.labels?.['app.kubernetes.io/name'] === 'ingress-nginx';

function checkWired({ pods }: LabFile, problems: Problems): void {
  if (pods?.[CONTROLLER]) return;
  const message = 'Ingresses are served by a pod, and with "network: none" nobody knows where to plug it in';
  const hint = `wire it by hand: "pods: { ${CONTROLLER}: { node: node1, bridge: cbr0 } }"`;
  problems.errorAtKey(['ingresses'], 'missing-key', message, hint);
}

/** Each as `NAME=DNS:HOST,DNS:HOST`; none where no Ingress has TLS. */
function listCertificates(entries: readonly (readonly [string, IngressEntry])[]): string[] {
  const hosts = new Map<string, Set<string>>();
  for (const [key, { tls = [], rules = [] }] of entries) {
    const { namespace } = splitNamespaced(key);
    for (const { secretName, hosts: given } of tls) {
      const all = given ?? rules.flatMap(({ host }) => host ?? []);
      if (secretName === undefined || all.length === 0) continue;
      const name = certificateName(namespace, secretName);
      hosts.set(name, new Set([...(hosts.get(name) ?? []), ...all]));
    }
  }
  if (entries.every(([, { tls = [] }]) => tls.length === 0)) return [];
  const named = [...hosts].sort(([a], [b]) => (a < b ? -1 : 1));
  const listed = named.map(
    ([name, own]) =>
      `${name}=${[...own]
        .sort()
        .map(host => `DNS:${host}`)
        .join()}`,
  );
  return [`${FAKE_CERTIFICATE}=DNS:ingress.local`, ...listed];
}

function controllerContainer(certificates: readonly string[]): ContainerEntry {
  return {
    command: ['netlab-ingress', INGRESS_FILE, CERTIFICATE_FOLDER, ...certificates],
    ports: [
      { name: 'http', containerPort: 80 },
      ...(certificates.length === 0 ? [] : [{ name: 'https', containerPort: 443 }]),
    ],
    readiness: { http: HEALTHY, periodSeconds: 1 },
    liveness: { http: HEALTHY, initialDelaySeconds: 10, failureThreshold: 5 },
  };
}

/** Local, so that the controller sees who asks, and can tell the backends. */
function controllerService(hasTls: boolean, cluster: Cluster): ServiceEntry {
  const https = { name: 'https', port: 443, targetPort: 443 };
  return {
    type: 'LoadBalancer',
    externalTrafficPolicy: 'Local',
    selector: LABELS,
    ports: [{ name: 'http', port: 80, targetPort: 80 }, ...(hasTls ? [https] : [])],
    ...(cluster.serviceNets.length > 1 ? { ipFamilyPolicy: 'PreferDualStack' } : {}),
  };
}
