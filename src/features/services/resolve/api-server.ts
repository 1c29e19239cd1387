/**
 * The Service `kubernetes`, which every cluster has in the namespace `default` for its API server: at the first address of the
 * service CIDR, with endpoints that nobody selects (kubernetes/kubernetes, pkg/controlplane/controller/kubernetesservice).
 *
 * A lab has no API server, so it has the Service where `cluster.apiServer` says who plays it, or where the file has it itself.
 */
import { type Family, formatIp, ipAt, isUsable, parseIp } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { LabFile, ServiceEntry } from '../../../language/lab/generated/lab-file.ts';
import type { Cluster, LabDraft, Topology } from '../../../resolve/model.ts';
import { readOwner } from '../../../resolve/places.ts';
import type { IpFamily } from '../model.ts';
import { type ServiceDraft, toFamily } from './draft.ts';

const NAME = 'kubernetes';
const PORTS = [{ name: 'https', port: 443, targetPort: 6443 }] as const;
const PATH: Path = ['cluster', 'apiServer'];
const ADDRESS_KEYS = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const;

/** What the file says of it itself counts. */
export function addApiServer(file: LabFile, cluster: Cluster): LabFile {
  const { services = {} } = file;
  const written = Object.keys(services).find(key => key === NAME || key === `default/${NAME}`);
  if (written === undefined && file.cluster?.apiServer === undefined) return file;
  const given = written === undefined ? {} : services[written];
  const isPlaced = given?.type === 'ExternalName' || ADDRESS_KEYS.some(key => given?.[key] !== undefined);
  const own: ServiceEntry = {
    ...(isPlaced ? {} : firstAddress(cluster)),
    ...(file.cluster?.apiServer === undefined ? {} : { ports: PORTS }),
  };
  return { ...file, services: { ...services, [written ?? NAME]: { ...own, ...given } } };
}

function firstAddress({ serviceNets: [subnet] }: Cluster): ServiceEntry {
  const host = subnet && { subnet, ip: ipAt(subnet, 1n) };
  return host && isUsable(host) ? { clusterIP: formatIp(host.ip) } : {};
}

/** Whether its endpoints are those of `cluster.apiServer`: it has no others. */
export const isApiServer = ({ key, entry }: ServiceDraft, { file }: LabDraft): boolean =>
  key === NAME &&
  file.cluster?.apiServer !== undefined &&
  entry.endpointSlices === undefined &&
  Object.keys(entry.selector ?? {}).length === 0;

/** One address of a family for each that plays the API server. */
export function apiServerAddresses(families: readonly IpFamily[], draft: LabDraft): string[] {
  const given = draft.file.cluster?.apiServer ?? [];
  const texts = typeof given === 'string' ? [given] : given;
  const [family] = families;
  return texts.flatMap((text, index) => {
    const path = typeof given === 'string' ? PATH : [...PATH, index];
    const owner = readOwner(text, path, draft);
    return owner === undefined || family === undefined ? [] : addressOf(owner, toFamily(family), path, draft);
  });
}

function addressOf(owner: string, family: Family, path: Path, { near, problems }: Topology): string[] {
  const ips = parseIp(owner) ? [parseIp(owner)] : near.of(owner).map(({ host }) => host.ip);
  const ip = ips.find(one => one?.family === family);
  if (ip) return [formatIp(ip)];
  const message = `"${owner}" has no IPv${family} address, and Service "${NAME}" is at an IPv${family} one`;
  problems.error(path, 'wrong-family', message, 'name another, or give Service "kubernetes" other "ipFamilies"');
  return [];
}

/** What a lab needs for that Service to be there. */
export const hintApiServer = (key: string): string | undefined =>
  key === NAME ? 'a lab has no API server by itself: "cluster: { apiServer: node1 }" gives it this Service' : undefined;
