/**
 * The cluster's DNS as entries of the lab file: what kubeadm installs in every new cluster, a Service `kube-dns` and a
 * pod `coredns` in the namespace kube-system. From here on they are entries like any others.
 *
 * What the file says of them itself counts, so that one can choose the pod's node or run another server. A pod that is
 * wired by hand has to be in the file, which alone says how.
 */

import { contains, formatIp, ipAt, isUsable } from '../../../address/address.ts';
import type { ContainerEntry, LabFile, PodEntry, ServiceEntry } from '../../../language/lab/generated/lab-file.ts';
import type { Cluster } from '../../../resolve/model.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { DNS_HEALTH_PORT, DNS_POD, DNS_SERVICE, ZONE_FILE } from '../model.ts';

const LABELS = { 'k8s-app': 'kube-dns' };

/** Probed as kubeadm has it, but for readiness, which is asked more often so that `up` is sooner done. */
const CONTAINER: ContainerEntry = {
  command: ['netlab-dns', ZONE_FILE, String(DNS_HEALTH_PORT)],
  ports: [
    { name: 'dns', containerPort: 53, protocol: 'UDP' },
    { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
  ],
  readiness: { http: { port: DNS_HEALTH_PORT, path: '/ready' }, periodSeconds: 1 },
  liveness: {
    http: { port: DNS_HEALTH_PORT, path: '/health' },
    initialDelaySeconds: 60,
    timeoutSeconds: 5,
    failureThreshold: 5,
  },
};

const POD: NonNullable<PodEntry> = { labels: LABELS, dnsPolicy: 'Default', containers: { coredns: CONTAINER } };

/** Whether the lab has a cluster DNS: every cluster with Services has one, where netlab can wire it. */
export function hasClusterDns({ cluster, services, nodes }: LabFile, { fabric }: Cluster): boolean {
  if (cluster?.dns !== undefined) return cluster.dns !== false;
  const hasNode = Object.values(nodes ?? {}).some(node => node?.external !== true);
  const hasServices = Object.keys(services ?? {}).length > 0 || cluster?.apiServer !== undefined;
  return hasServices && !fabric.isByHand && hasNode;
}

export function addClusterDns(file: LabFile, cluster: Cluster, problems: Problems): LabFile {
  if (!hasClusterDns(file, cluster)) return file;
  if (cluster.fabric.isByHand) checkWired(file, problems);
  const { pods = {}, services = {} } = file;
  const isThere = Object.entries(pods).some(([key, pod]) => key !== DNS_POD && isDnsPod(key, pod));
  const pod = { ...POD, ...pods[DNS_POD] };
  return {
    ...file,
    pods: isThere ? pods : { ...pods, [DNS_POD]: { ...pod, labels: { ...LABELS, ...pod.labels } } },
    services: { ...services, [DNS_SERVICE]: dnsService(services[DNS_SERVICE], cluster) },
  };
}

const isDnsPod = (key: string, pod: PodEntry | undefined) =>
  key.startsWith('kube-system/') && pod?.labels?.['k8s-app'] === LABELS['k8s-app'];

function checkWired({ pods }: LabFile, problems: Problems): void {
  const isThere = Object.entries(pods ?? {}).some(([key, pod]) => key === DNS_POD || isDnsPod(key, pod));
  if (isThere) return;
  const message = 'the cluster DNS is a pod, and with "network: none" nobody knows where to plug it in';
  const hint = `wire it by hand: "pods: { ${DNS_POD}: { node: node1, bridge: cbr0 } }", or write "dns: false"`;
  problems.errorAtKey(['cluster', 'dns'], 'missing-key', message, hint);
}

const ADDRESS_KEYS = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const;

function dnsService(given: ServiceEntry | undefined, cluster: Cluster): ServiceEntry {
  const isGiven = ADDRESS_KEYS.some(key => given?.[key] !== undefined);
  const clusterIPs = isGiven ? [] : tenthAddresses(cluster);
  return {
    selector: LABELS,
    ports: [
      { name: 'dns', port: 53, targetPort: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, targetPort: 53, protocol: 'TCP' },
    ],
    ...(clusterIPs.length === 0 ? {} : { clusterIPs }),
    ...(cluster.serviceNets.length > 1 && !isGiven ? { ipFamilyPolicy: 'RequireDualStack' } : {}),
    ...given,
  };
}

/** As kubeadm chooses them, one of each family; in a smaller subnet any address has to do. */
function tenthAddresses({ serviceNets }: Cluster): string[] {
  const tenth = serviceNets.map(subnet => ({ subnet, ip: ipAt(subnet, 10n) }));
  return tenth.every(host => contains(host.subnet, host.ip) && isUsable(host))
    ? tenth.map(({ ip }) => formatIp(ip))
    : [];
}
