/**
 * The names of a cluster: Services and their endpoints in, the records that Kubernetes' DNS specification asks for out.
 *
 * Which pods are ready is told by the caller. The specification is kubernetes/dns, docs/specification.md; where it leaves
 * a choice (an endpoint without a hostname, weights), this is CoreDNS'; so is that the Service's own name has a SRV record for
 * each of its ports, named or not.
 */

import type { Lab } from '../../../language/lab/lab.ts';
import type { UnreadyPods } from '../../../language/lab/readiness.ts';
import { isReady } from '../../services/compile/readiness.ts';
import type { Endpoint, Service } from '../../services/model.ts';
import type { ClusterDns } from '../model.ts';
import { reverseName } from './reverse-name.ts';

export interface DnsRecord {
  /** With the dot at the end. */
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'CNAME' | 'PTR' | 'SRV' | 'TXT' | 'NS' | 'SOA';
  /** As in a zone file. */
  readonly data: string;
}

/** The version of the specification. */
const SCHEMA_VERSION = '1.1.0';

export function listRecords(lab: Lab, dns: ClusterDns, unready: UnreadyPods): DnsRecord[] {
  const records = lab.services.flatMap(service => serviceRecords(service, dns.domain, unready));
  return withoutDoubles([{ name: `dns-version.${dns.domain}.`, type: 'TXT', data: `"${SCHEMA_VERSION}"` }, ...records]);
}

function serviceRecords(service: Service, domain: string, unready: UnreadyPods): DnsRecord[] {
  const name = `${service.name}.${service.namespace}.svc.${domain}.`;
  if (service.type === 'ExternalName')
    return [{ name, type: 'CNAME', data: `${(service.externalName ?? '').replace(/\.$/, '')}.` }];
  return service.clusterIPs.includes('None')
    ? headlessRecords(service, name, unready)
    : clusterIpRecords(service, name);
}

function clusterIpRecords({ clusterIPs, ports }: Service, name: string): DnsRecord[] {
  return [
    ...clusterIPs.map(ip => addressRecord(name, ip)),
    ...ports.filter(port => port.name !== '').map(port => serviceRecord(portName(port, name), ALONE, port.port, name)),
    ...ports.map(({ port }) => serviceRecord(name, shareOf(ports.length), port, name)),
    ...clusterIPs.map((ip): DnsRecord => ({ name: reverseName(ip), type: 'PTR', data: name })),
  ];
}

/** Nothing stands for the pods: each endpoint is in the name itself, and has one of its own below it. */
function headlessRecords(service: Service, name: string, unready: UnreadyPods): DnsRecord[] {
  const ready = service.endpoints.filter(endpoint => isReady(endpoint, service, unready));
  const named = ready.map(endpoint => ({ endpoint, own: `${labelOf(endpoint)}.${name}` }));
  return [
    ...ready.map(({ address }) => addressRecord(name, address)),
    ...named.map(({ endpoint, own }) => addressRecord(own, endpoint.address)),
    ...service.ports.flatMap((port, index) => {
      const targets = named.filter(({ endpoint }) => (endpoint.ports[index] ?? null) !== null);
      const weight = shareOf(new Set(targets.map(({ own }) => own)).size);
      const all = shareOf(new Set(targets.map(({ own }) => own)).size * service.ports.length);
      return targets.flatMap(({ endpoint, own }) => {
        const number = endpoint.ports[index] ?? 0;
        const ofName = port.name === '' ? [] : [serviceRecord(portName(port, name), weight, number, own)];
        return [...ofName, serviceRecord(name, all, number, own)];
      });
    }),
    ...named.map(({ endpoint, own }): DnsRecord => ({ name: reverseName(endpoint.address), type: 'PTR', data: own })),
  ];
}

/** Its hostname, or its address with dashes: `10-244-0-3`. A label cannot end in a dash. */
function labelOf({ hostname, address }: Endpoint): string {
  if (hostname !== null) return hostname;
  const dashed = address.replace(/[.:]/g, '-');
  return dashed.endsWith('-') ? `${dashed}0` : dashed;
}

const portName = ({ name, protocol }: Service['ports'][number], service: string) =>
  `_${name}._${protocol.toLowerCase()}.${service}`;

/** All weights of one name together are about this. */
const ALONE = 100;
const shareOf = (parts: number) => Math.max(1, Math.floor(ALONE / parts));

function serviceRecord(name: string, weight: number, port: number, target: string): DnsRecord {
  return { name, type: 'SRV', data: `0 ${weight} ${port} ${target}` };
}

function addressRecord(name: string, ip: string): DnsRecord {
  return { name, type: ip.includes(':') ? 'AAAA' : 'A', data: ip };
}

/** Several endpoints may have one hostname, and one endpoint several addresses. */
function withoutDoubles(records: readonly DnsRecord[]): DnsRecord[] {
  return [...new Map(records.map(record => [`${record.name} ${record.type} ${record.data}`, record])).values()];
}
