/**
 * The zone file of the cluster's DNS: a lab and its pods' readiness in, text out, one record a line (RFC 1035, section 5).
 *
 * Lines with a `$` that RFC 1035 does not know are the server's own (`src/dns-server/zone.ts`).
 */

import type { Lab } from '../../../language/lab/lab.ts';
import type { UnreadyPods } from '../../../language/lab/readiness.ts';
import type { KernelObject } from '../../../state/kinds.ts';
import type { Wanted } from '../../../state/state.ts';
import { type ClusterDns, DNS_SERVICE, ZONE_FILE } from '../model.ts';
import { type DnsRecord, listRecords } from './records.ts';

/** The names of addresses: that of the cluster's own are known here, and those of no others. */
const REVERSE_ZONES = ['in-addr.arpa', 'ip6.arpa'];

/** Namespaces that every cluster has. */
const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** The file for each pod that answers from it; none where the lab has no cluster DNS. */
export function compileZoneFiles(lab: Lab, unready: UnreadyPods = new Set()): Wanted[] {
  if (!lab.dns) return [];
  const text = zoneFile(lab, lab.dns, unready);
  const servers = dnsServers(lab);
  return lab.pods.flatMap(({ key, ns, source }) => {
    const why = `${key} answers the names of the cluster from this zone`;
    return servers.has(key) ? [{ object: { kind: 'file', ns, path: ZONE_FILE, text }, why, source }] : [];
  });
}

/** A zone changes with the readiness of pods. */
export const isZoneFile = (object: KernelObject) => object.kind === 'file' && object.path === ZONE_FILE;

/** Keys of the pods that answer: the endpoints of the DNS Service, as far as they are programs of this lab. */
export function dnsServers({ dns, services, pods }: Lab): ReadonlySet<string> {
  const endpoints = dns ? (services.find(({ key }) => key === DNS_SERVICE)?.endpoints ?? []) : [];
  const keys = new Set(endpoints.map(({ pod }) => pod));
  return new Set(pods.filter(({ key, containers }) => keys.has(key) && containers.length > 0).map(({ key }) => key));
}

function zoneFile(lab: Lab, dns: ClusterDns, unready: UnreadyPods): string {
  const { domain, ttl, upstream } = dns;
  const write = ({ name, type, data }: DnsRecord) => `${name} ${ttl} IN ${type} ${data}`;
  return [
    `; the zone of ${domain}, as netlab has written it; it is written anew when an endpoint comes or goes`,
    `$TTL ${ttl}`,
    ...upstream.map(address => `$FORWARD ${address}`),
    ...authorityRecords(lab, dns).map(write),
    ...namespacesOf(lab).flatMap(namespace => [
      `$NAME ${namespace}.svc.${domain}.`,
      `$PODS ${namespace}.pod.${domain}.`,
    ]),
    ...listRecords(lab, dns, unready).map(write),
    '',
  ].join('\n');
}

/** As CoreDNS has them: for how long to believe that there is no such name is the last number. */
function authorityRecords({ services }: Lab, { domain, ttl }: ClusterDns): DnsRecord[] {
  const server = `ns.dns.${domain}.`;
  const own = services.find(({ key }) => key === DNS_SERVICE)?.clusterIPs.filter(ip => ip !== 'None') ?? [];
  const data = `${server} hostmaster.${domain}. 1 7200 1800 86400 ${ttl}`;
  return [
    ...[domain, ...REVERSE_ZONES].map((zone): DnsRecord => ({ name: `${zone}.`, type: 'SOA', data })),
    { name: `${domain}.`, type: 'NS', data: server },
    ...own.map((ip): DnsRecord => ({ name: server, type: ip.includes(':') ? 'AAAA' : 'A', data: ip })),
  ];
}

function namespacesOf({ pods, services }: Lab): string[] {
  return [...new Set([...NAMESPACES, ...[...pods, ...services].map(({ namespace }) => namespace)])].sort();
}
