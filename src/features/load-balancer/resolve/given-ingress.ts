/**
 * What a Service says of its load balancer's addresses: `loadBalancerIP`, or `status.loadBalancer.ingress` as the API has it,
 * with as many addresses of a family as there are.
 *
 * In: a Service, its entry of the lab file, who has which address. Out: the addresses that nodes take for the Service's, and
 * what is elsewhere.
 */

import { parseIp } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { LoadBalancerIngressEntry, ServiceEntry } from '../../../language/lab/generated/lab-file.ts';
import type { Problems } from '../../../resolve/problems.ts';
import type { Service } from '../../services/model.ts';
import { ipFamilyOf } from '../../services/resolve/draft.ts';
import { readReachable } from '../../services/resolve/external.ts';

/** A Service with a load balancer, and what the file says of it. */
export interface Balanced {
  readonly service: Service;
  readonly entry: ServiceEntry;
}

export interface GivenIngress {
  readonly ips: readonly string[];
  /** Addresses and names that nodes know nothing of. */
  readonly elsewhere: readonly string[];
  /** Whether that is all: nothing comes from a pool. */
  readonly isWhole: boolean;
}

type Owners = ReadonlyMap<string, string>;

export function readGiven({ service, entry }: Balanced, owners: Owners, problems: Problems): GivenIngress {
  const items = entry.status?.loadBalancer?.ingress ?? [];
  const path = [...service.source, 'status', 'loadBalancer', 'ingress'];
  const read = items.map((item, index) => readItem(item, [...path, index], service, owners, problems));
  const listed = [...new Set(read.flatMap(({ ips }) => ips))];
  warnTwice(
    read.map(({ ips, elsewhere }) => [...ips, ...elsewhere]),
    path,
    problems,
  );
  const asked = readAsked(entry.loadBalancerIP, service, owners, problems);
  if (asked !== undefined && items.length > 0 && !listed.includes(asked)) {
    const message = `"loadBalancerIP" asks for ${asked}, and the load balancer has another address by its "status", which counts`;
    problems.warn([...service.source, 'loadBalancerIP'], 'conflict', message, 'remove one of the two');
  }
  return {
    ips: items.length > 0 ? listed : [asked ?? []].flat(),
    elsewhere: [...new Set(read.flatMap(({ elsewhere }) => elsewhere))],
    isWhole: items.length > 0,
  };
}

function readAsked(text: string | undefined, service: Service, owners: Owners, problems: Problems): string | undefined {
  if (text === undefined) return undefined;
  return readVip(text, [...service.source, 'loadBalancerIP'], service, owners, problems);
}

function readItem(
  { ip, ipMode, hostname }: LoadBalancerIngressEntry,
  path: Path,
  service: Service,
  owners: Owners,
  problems: Problems,
): Pick<GivenIngress, 'ips' | 'elsewhere'> {
  const names = hostname === undefined ? [] : [readHostname(hostname, [...path, 'hostname'], problems)].flat();
  if (ip === undefined) {
    if (hostname === undefined)
      problems.warn(
        path,
        'missing-key',
        'this says nothing of where the load balancer is reached',
        'give it an "ip" or a "hostname"',
      );
    if (ipMode !== undefined)
      problems.errorAtKey([...path, 'ipMode'], 'conflict', '"ipMode" says what an "ip" is', 'add "ip", or remove it');
    return { ips: [], elsewhere: names };
  }
  const at = [...path, 'ip'];
  if (ipMode === 'Proxy') return { ips: [], elsewhere: [...(readProxy(ip, at, owners, problems) ?? []), ...names] };
  return { ips: [readVip(ip, at, service, owners, problems) ?? []].flat(), elsewhere: names };
}

function readHostname(hostname: string, path: Path, problems: Problems): string | [] {
  if (!parseIp(hostname)) return hostname;
  problems.error(path, 'not-allowed', `${hostname} is an address, not a name`, `write it as "ip: ${hostname}"`);
  return [];
}

/** A packet to it comes to a node, which no machine may take away. */
function readVip(text: string, path: Path, service: Service, owners: Owners, problems: Problems): string | undefined {
  const ip = readReachable(text, path, problems);
  if (ip === undefined) return undefined;
  const owner = owners.get(ip);
  if (owner !== undefined) {
    const isStatus = path.includes('status');
    const hint = `give the load balancer an address that nobody has${isStatus ? ', or write "ipMode: Proxy" where that machine is the load balancer' : ''}`;
    problems.error(path, 'address-taken', `${ip} is the address of ${owner} already`, hint);
  }
  const family = ipFamilyOf(ip);
  if (service.ipFamilies.includes(family)) return ip;
  const hint = `use an ${service.ipFamilies[0]} address, or "ipFamilyPolicy: RequireDualStack"`;
  problems.warn(path, 'wrong-family', `nobody answers at ${ip}: Service "${service.key}" has no ${family}`, hint);
  return undefined;
}

/** The packets stop at the machine that has it, as a proxy does. */
function readProxy(text: string, path: Path, owners: Owners, problems: Problems): string[] | undefined {
  const ip = readReachable(text, path, problems);
  if (ip === undefined) return undefined;
  if (!owners.has(ip)) {
    const message = `no machine of the lab has ${ip}, and nodes do not take the address of a proxy`;
    const hint = 'let a node with "external: true" or a pod have it and run the proxy, or write "ipMode: VIP"';
    problems.warn(path, 'unknown-name', message, hint);
  }
  return [ip];
}

function warnTwice(items: readonly (readonly string[])[], path: Path, problems: Problems): void {
  const seen = new Set<string>();
  for (const [index, texts] of items.entries())
    for (const text of texts) {
      if (seen.has(text)) problems.warn([...path, index], 'conflict', `${text} is there twice`, 'delete one of them');
      seen.add(text);
    }
}
