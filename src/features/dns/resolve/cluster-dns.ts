/** What the cluster's DNS is asked to do, with every default, and its upstream as addresses. */

import { formatIp, type Host, parseIp } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { LabFile } from '../../../language/lab/generated/lab-file.ts';
import type { LabDraft, Topology } from '../../../resolve/model.ts';
import { readOwner } from '../../../resolve/places.ts';
import type { Service } from '../../services/model.ts';
import { type ClusterDns, DNS_POD, DNS_SERVICE } from '../model.ts';
import { hasClusterDns } from './add.ts';

/** kubeadm's. */
const DOMAIN = 'cluster.local';
const TTL = 30;

export function domainOf({ cluster }: LabFile): string {
  const dns = cluster?.dns;
  const { domain = DOMAIN } = typeof dns === 'object' ? dns : {};
  return domain.toLowerCase().replace(/\.$/, '');
}

export function resolveClusterDns(draft: LabDraft): ClusterDns | null {
  const { file, cluster } = draft;
  if (!hasClusterDns(file, cluster)) return null;
  const dns = file.cluster?.dns;
  const { ttl = TTL, upstream = [] } = typeof dns === 'object' ? dns : {};
  const path: Path = ['cluster', 'dns', 'upstream'];
  const servers = typeof upstream === 'string' ? [upstream] : upstream;
  return {
    domain: domainOf(file),
    ttl,
    upstream: servers.flatMap((text, index) =>
      readServer(text, typeof upstream === 'string' ? path : [...path, index], draft),
    ),
  };
}

/** Of what it does not know the server would ask itself, until nobody waits any more. */
export function warnOwnUpstream({ problems }: LabDraft, dns: ClusterDns | null, services: readonly Service[]): void {
  const own = services.find(({ key }) => key === DNS_SERVICE);
  const addresses = [...(own?.clusterIPs ?? []), ...(own?.endpoints ?? []).map(({ address }) => address)];
  const itself = dns?.upstream.find(address => addresses.includes(address));
  if (itself === undefined) return;
  const message = `${itself} is the cluster DNS itself: whatever it does not know, it would ask itself`;
  const hint = 'name another server, or none, so that such names are refused';
  problems.warn(['cluster', 'dns', 'upstream'], 'cycle', message, hint);
}

function readServer(text: string, path: Path, topology: Topology): string[] {
  const owner = readOwner(text, path, topology);
  if (owner === undefined || parseIp(owner)) return owner === undefined ? [] : [owner];
  const [nearest] = addressesOf(owner, topology);
  if (nearest) return [formatIp(nearest.ip)];
  topology.problems.error(path, 'missing-key', `"${owner}" has no address to be asked at`, 'give it one');
  return [];
}

/** Those that the node of the DNS pod reaches directly first. */
function addressesOf(owner: string, { machines, near }: Topology): Host[] {
  const node = machines.pods.get(DNS_POD)?.node ?? [...machines.nodes.keys()][0] ?? '';
  const hosts = near.of(owner).map(({ host }) => host);
  return hosts.sort(
    (a, b) => Number(near.onLink(node, b.ip) !== undefined) - Number(near.onLink(node, a.ip) !== undefined),
  );
}
