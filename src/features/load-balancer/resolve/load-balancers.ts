/**
 * Load balancers' addresses: given ones, those of a running lab, then the next free ones of the pool, as MetalLB hands
 * them out where there is no cloud to do it.
 */

import { contains, type Family, formatIp, type Ip, type IpRange, isUsable, parseIp } from '../../../address/address.ts';
import type { LabDraft } from '../../../resolve/model.ts';
import type { Problems } from '../../../resolve/problems.ts';
import type { IpFamily, Service } from '../../services/model.ts';
import { fromFamily, ipFamilyOf, toFamily } from '../../services/resolve/draft.ts';
import { type Balanced, type GivenIngress, readGiven } from './given-ingress.ts';
import { formatRange } from './load-balancer-pool.ts';

type Ips = readonly string[];

/** The Services with the addresses of their load balancers: those given, or one for each of their families, as far as there are any. */
export function balanceServices(services: readonly Service[], draft: LabDraft): readonly Service[] {
  const balanced = services.flatMap(service => findEntry(service, draft));
  if (balanced.length === 0) return services;
  const owners = ownersOf(draft);
  const given = new Map(balanced.map(one => [one.service, readGiven(one, owners, draft.problems)]));
  const own = findAddresses(balanced, given, new Set(owners.keys()), draft);
  return services.map(service => ({
    ...service,
    loadBalancerIPs: own.get(service) ?? [],
    loadBalancerElsewhere: given.get(service)?.elsewhere ?? [],
  }));
}

function findAddresses(
  balanced: readonly Balanced[],
  given: ReadonlyMap<Service, GivenIngress>,
  taken: Set<string>,
  draft: LabDraft,
): ReadonlyMap<Service, Ips> {
  const own = new Map<Service, Ips>();
  const { cluster, options, problems } = draft;
  const pool = cluster.loadBalancerPool;
  const give = (service: Service, ip: string) => {
    own.set(service, [...(own.get(service) ?? []), ip]);
    taken.add(ip);
  };
  for (const { service } of balanced) for (const ip of given.get(service)?.ips ?? []) give(service, ip);
  checkShared(balanced, own, problems);
  const open = balanced.filter(({ service }) => service.loadBalancerClass === null && !given.get(service)?.isWhole);
  const lacks = (service: Service, family: IpFamily) =>
    service.ipFamilies.includes(family) && !own.get(service)?.some(ip => ipFamilyOf(ip) === family);
  const earlier = new Map(options.previous?.services.map(service => [service.key, service.loadBalancerIPs]));
  for (const { service } of open)
    for (const ip of earlier.get(service.key) ?? [])
      if (lacks(service, ipFamilyOf(ip)) && !taken.has(ip) && isInPool(ip, pool)) give(service, ip);
  for (const family of ['IPv4', 'IPv6'] as const) {
    const next = createRangePool(draft, toFamily(family), taken);
    for (const { service } of open.filter(one => lacks(one.service, family))) {
      const ip = next();
      if (ip !== undefined) give(service, ip);
      else reportNone(service, family, pool, problems);
    }
  }
  return new Map([...own].map(([service, ips]) => [service, inOrder(service, ips)]));
}

/** In the order of the Service's families. */
const inOrder = ({ ipFamilies }: Service, ips: Ips) =>
  ipFamilies.flatMap(family => ips.filter(ip => ipFamilyOf(ip) === family));

function findEntry(service: Service, { file }: LabDraft): Balanced[] {
  const entry = file.services?.[String(service.source[1])];
  return service.type === 'LoadBalancer' && entry ? [{ service, entry }] : [];
}

function isInPool(text: string, pool: readonly IpRange[]): boolean {
  const ip = parseIp(text);
  return (
    ip !== undefined &&
    pool.some(({ family, first, last }) => family === ip.family && first <= ip.value && ip.value <= last)
  );
}

/** The owner of each address that is taken, by its text. */
function ownersOf({ wiring, addresses }: LabDraft): Map<string, string> {
  return new Map([
    ...wiring.ports.flatMap(port =>
      addresses.ofPort(port).map(({ ip }) => [formatIp(ip), `${port.machine.kind} "${port.machine.key}"`] as const),
    ),
    ...wiring.bridges.flatMap(bridge =>
      addresses.ofBridge(bridge).map(({ ip }) => [formatIp(ip), `bridge "${bridge.key}"`] as const),
    ),
  ]);
}

/** One address may serve several Services, but each port of it only one. */
function checkShared(balanced: readonly Balanced[], own: ReadonlyMap<Service, Ips>, problems: Problems): void {
  const owners = new Map<string, string>();
  for (const { service, entry } of balanced) {
    for (const ip of own.get(service) ?? []) {
      for (const { port, protocol } of service.ports) {
        const key = `${protocol} port ${port} of ${ip}`;
        const other = owners.get(key);
        owners.set(key, service.key);
        if (other === undefined || other === service.key) continue;
        const hint = 'give one of them another address or another port';
        const at = [...service.source, entry.loadBalancerIP === undefined ? 'status' : 'loadBalancerIP'];
        problems.error(at, 'address-taken', `${key} is that of Service "${other}" already`, hint);
      }
    }
  }
}

/** Goes through the ranges of a family once; what a subnet needs for itself is left out. */
function createRangePool({ cluster, wiring, addresses }: LabDraft, family: Family, taken: Set<string>) {
  const ranges = cluster.loadBalancerPool.filter(range => range.family === family);
  const subnets = [...wiring.bridges, ...wiring.links].flatMap(segment => addresses.subnetsOf(segment));
  let [index, value] = [0, ranges[0]?.first ?? 0n];
  return (): string | undefined => {
    for (;;) {
      const range = ranges[index];
      if (!range) return undefined;
      if (value > range.last) {
        value = ranges[++index]?.first ?? 0n;
        continue;
      }
      const ip: Ip = { family, value: value++ };
      const isFree = !taken.has(formatIp(ip));
      if (isFree && subnets.every(subnet => !contains(subnet, ip) || isUsable({ ip, subnet }))) return formatIp(ip);
    }
  };
}

function reportNone(
  { key, source: path }: Service,
  family: IpFamily,
  pool: readonly IpRange[],
  problems: Problems,
): void {
  const ranges = pool.filter(range => fromFamily(range.family) === family).map(formatRange);
  if (ranges.length > 0) {
    const message = `no address is left for the load balancer of Service "${key}": ${ranges.join(' and ')} is full`;
    problems.errorAtKey(path, 'subnet-full', message, 'use a larger pool: cluster.loadBalancerPool');
  } else {
    const hint = 'say where from with "loadBalancerPool" of "cluster", or which with "loadBalancerIP"';
    problems.warn(
      path,
      'missing-key',
      `the load balancer of Service "${key}" gets no ${family} address: there is no pool`,
      hint,
    );
  }
}
