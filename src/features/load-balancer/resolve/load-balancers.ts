/**
 * Load balancers' addresses: given ones, those of a running lab, then the next free ones of the pool, as MetalLB hands them
 * out where there is no cloud to do it.
 */
import { contains, type Family, formatIp, type Ip, isUsable, parseIp } from '../../../address/address.ts';
import type { Lab } from '../../../language/lab/lab.ts';
import type { IpFamily } from '../../../language/lab/service.ts';
import type { Addresses } from '../../../resolve/addresses.ts';
import type { Problems } from '../../../resolve/problems.ts';
import type { Wiring } from '../../../resolve/wiring.ts';
import { fromFamily, ipFamilyOf, type ServiceDraft, toFamily } from '../../services/resolve/draft.ts';
import { readIps } from '../../services/resolve/external.ts';
import { formatRange, type IpRange } from './load-balancer-pool.ts';

export interface LoadBalancerSurroundings {
  readonly pool: readonly IpRange[];
  readonly wiring: Wiring;
  readonly addresses: Addresses;
  readonly previous: Lab | undefined;
  readonly problems: Problems;
}

/** The addresses of a Service's load balancer: one for each of its families, as far as there are any. */
export type LoadBalancerIps = (draft: ServiceDraft) => readonly string[];

type FamiliesOf = (draft: ServiceDraft) => readonly IpFamily[];

export function resolveLoadBalancers(
  drafts: readonly ServiceDraft[],
  familiesOf: FamiliesOf,
  around: LoadBalancerSurroundings,
): LoadBalancerIps {
  const balanced = drafts.filter(({ type }) => type === 'LoadBalancer');
  if (balanced.length === 0) return () => [];
  const owners = ownersOf(around);
  const taken = new Set(owners.keys());
  const own = new Map(balanced.map(draft => [draft, new Map<IpFamily, string>()]));
  const give = (draft: ServiceDraft, ip: string) => {
    own.get(draft)?.set(ipFamilyOf(ip), ip);
    taken.add(ip);
  };
  for (const draft of balanced) for (const ip of readGiven(draft, owners, around.problems)) give(draft, ip);
  checkShared(balanced, own, around.problems);
  const lacks = (draft: ServiceDraft, family: IpFamily) =>
    familiesOf(draft).includes(family) && !own.get(draft)?.has(family);
  const earlier = new Map(around.previous?.services.map(service => [service.key, service.loadBalancerIPs]));
  for (const draft of balanced)
    for (const ip of earlier.get(draft.key) ?? [])
      if (lacks(draft, ipFamilyOf(ip)) && !taken.has(ip) && isInPool(ip, around.pool)) give(draft, ip);
  for (const family of ['IPv4', 'IPv6'] as const) {
    const next = createRangePool(around, toFamily(family), taken);
    for (const draft of balanced.filter(one => lacks(one, family))) {
      const ip = next();
      if (ip !== undefined) give(draft, ip);
      else reportNone(draft, family, around);
    }
  }
  return draft => familiesOf(draft).flatMap(family => own.get(draft)?.get(family) ?? []);
}

function isInPool(text: string, pool: readonly IpRange[]): boolean {
  const ip = parseIp(text);
  return (
    ip !== undefined &&
    pool.some(({ family, first, last }) => family === ip.family && first <= ip.value && ip.value <= last)
  );
}

/** Who has an address already, by its text. */
function ownersOf({ wiring, addresses }: LoadBalancerSurroundings): Map<string, string> {
  return new Map([
    ...wiring.ports.flatMap(port =>
      addresses.ofPort(port).map(({ ip }) => [formatIp(ip), `${port.machine.kind} "${port.machine.key}"`] as const),
    ),
    ...wiring.bridges.flatMap(bridge =>
      addresses.ofBridge(bridge).map(({ ip }) => [formatIp(ip), `bridge "${bridge.key}"`] as const),
    ),
  ]);
}

function readGiven({ entry, path }: ServiceDraft, owners: ReadonlyMap<string, string>, problems: Problems): string[] {
  if (entry.loadBalancerIP === undefined) return [];
  const at = [...path, 'loadBalancerIP'];
  const ips = readIps(entry.loadBalancerIP, at, problems);
  for (const ip of ips) {
    const owner = owners.get(ip);
    const hint = 'give the load balancer an address that nobody has';
    if (owner !== undefined) problems.error(at, 'address-taken', `${ip} is the address of ${owner} already`, hint);
  }
  return ips;
}

/** One address may serve several Services, but each port of it only one. */
function checkShared(
  drafts: readonly ServiceDraft[],
  own: ReadonlyMap<ServiceDraft, ReadonlyMap<IpFamily, string>>,
  problems: Problems,
): void {
  const owners = new Map<string, string>();
  for (const draft of drafts) {
    for (const ip of own.get(draft)?.values() ?? []) {
      for (const { port, protocol } of draft.ports) {
        const key = `${protocol} port ${port} of ${ip}`;
        const other = owners.get(key);
        owners.set(key, draft.key);
        if (other === undefined || other === draft.key) continue;
        const hint = 'give one of them another address or another port';
        problems.error(
          [...draft.path, 'loadBalancerIP'],
          'address-taken',
          `${key} is that of Service "${other}" already`,
          hint,
        );
      }
    }
  }
}

/** Goes through the ranges of a family once; what a subnet needs for itself is left out. */
function createRangePool({ pool, wiring, addresses }: LoadBalancerSurroundings, family: Family, taken: Set<string>) {
  const ranges = pool.filter(range => range.family === family);
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

function reportNone({ key, path }: ServiceDraft, family: IpFamily, { pool, problems }: LoadBalancerSurroundings): void {
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
