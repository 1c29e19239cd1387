/** Routes: those of the fabric between the nodes' blocks, then those that the lab file names. */

import {
  defaultSubnet,
  type Family,
  familyBits,
  formatIp,
  formatSubnet,
  parseHost,
  parseIp,
  type Subnet,
  subnetOf,
} from '../address/address.ts';
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { LabFile, RouteEntry } from '../language/lab/generated/lab-file.ts';
import type { LabRoute } from '../language/lab/lab.ts';
import type { Blocks, CoreCluster, MachineDraft, Topology } from './model.ts';
import { readHops } from './next-hop.ts';
import type { Problems } from './problems.ts';
import { readIp } from './read-address.ts';
import { IPV6_MIN_MTU } from './settings.ts';
import { suggestInterface } from './suggest-interface.ts';
import { readTable } from './tables.ts';
import { readTargets } from './targets.ts';

export function resolveRoutes(file: LabFile, { fabric }: CoreCluster, blocks: Blocks, topology: Topology): LabRoute[] {
  const given = (file.routes ?? []).flatMap((entry, index) => routesOf(entry, ['routes', index], topology));
  checkDoubles(given, topology.problems);
  return [...fabric.routes(blocks, given, topology), ...given];
}

function routesOf(entry: RouteEntry, path: Path, topology: Topology): LabRoute[] {
  const type = entry.type ?? 'unicast';
  if (type !== 'unicast' && (entry.via ?? entry.dev ?? entry.src) !== undefined) {
    const key = entry.via !== undefined ? 'via' : entry.dev !== undefined ? 'dev' : 'src';
    topology.problems.error(
      [...path, key],
      'conflict',
      `a ${type} route leads nowhere and has no "${key}"`,
      `remove "${key}" or "type"`,
    );
    return [];
  }
  return readTargets(entry.on, [...path, 'on'], topology).flatMap(machine =>
    routesOn(machine, entry, type, path, topology),
  );
}

function routesOn(
  machine: MachineDraft,
  entry: RouteEntry,
  type: LabRoute['type'],
  path: Path,
  topology: Topology,
): LabRoute[] {
  const to = readDestination(entry.to, [...path, 'to'], topology.problems);
  if (to === undefined) return [];
  checkMtu(to, entry.mtu, [...path, 'mtu'], topology.problems);
  const table = readTable(entry.table, [...path, 'table'], topology.problems);
  if (table === undefined) refuseConnected(machine, to, entry.metric, path, topology);
  const dev = checkDevice(machine, entry, path, topology);
  if (type === 'unicast' && entry.via === undefined && entry.dev === undefined) {
    topology.problems.error(
      path,
      'missing-key',
      'this route leads nowhere',
      'say where with "via" or "dev", or that it drops packets with "type: blackhole"',
    );
    return [];
  }
  const nextHops = nextHopsOn(machine, entry, { to, dev }, path, topology);
  const src = readSource(machine, entry.src, [...path, 'src'], topology);
  const rest = {
    ...(src === undefined ? {} : { src }),
    ...(entry.mtu === undefined ? {} : { mtu: entry.mtu }),
    ...(table === undefined ? {} : { table }),
    ...{ type, source: path },
  };
  return nextHops.map(({ family, ...nextHop }) => ({
    on: machine.key,
    to: formatSubnet(to === 'default' ? defaultSubnet(family) : to),
    ...nextHop,
    ...metricOf(entry, family),
    ...rest,
  }));
}

function checkMtu(to: Subnet | 'default', mtu: number | undefined, path: Path, problems: Problems): void {
  if (to === 'default' || to.family === 4 || mtu === undefined || mtu >= IPV6_MIN_MTU) return;
  problems.error(path, 'out-of-range', `an MTU of ${mtu} is too small for IPv6`, `IPv6 needs ${IPV6_MIN_MTU} or more`);
}

type ViaAndDev = Pick<LabRoute, 'via' | 'dev'> & { readonly family: Family };

/** A default route without a next hop is one for each family of the machine. */
function nextHopsOn(
  machine: MachineDraft,
  { via }: RouteEntry,
  { to, dev }: { readonly to: Subnet | 'default'; readonly dev: string | undefined },
  path: Path,
  topology: Topology,
): ViaAndDev[] {
  if (via !== undefined) {
    const hops = readHops({ machine, via, to, dev, path: [...path, 'via'] }, topology);
    return hops.map(hop => ({ family: hop.ip.family, via: formatIp(hop.ip), dev: hop.dev }));
  }
  const families: Family[] = to === 'default' ? familiesOf(machine, dev, topology) : [to.family];
  return families.map(family => ({ family, ...(dev === undefined ? {} : { dev }) }));
}

/** Nothing for what the kernel takes by itself: 0 for IPv4; for IPv6 1024, which is also what it makes of 0. */
function metricOf({ metric }: RouteEntry, family: Family): { metric?: number } {
  if (metric === undefined || metric === 0 || (family === 6 && metric === 1024)) return {};
  return { metric };
}

/** The kernel keeps a route of its own to each IPv4 subnet that an interface is in, with metric 0. */
function refuseConnected(
  machine: MachineDraft,
  to: Subnet | 'default',
  metric: number | undefined,
  path: Path,
  { near, problems }: Topology,
): void {
  if (to === 'default' || to.family === 6 || (metric ?? 0) !== 0) return;
  const text = formatSubnet(to);
  const connection = near.of(machine.key).find(({ host }) => formatSubnet(host.subnet) === text);
  if (!connection) return;
  const message = `"${machine.key}" reaches ${text} directly through ${connection.dev}, and the kernel has a route for it`;
  problems.error([...path, 'to'], 'conflict', message, 'give this one a metric, or another destination');
}

/** `default` without a next hop means the families that the interface, or the whole machine, has. */
function familiesOf(machine: MachineDraft, dev: string | undefined, { near }: Topology): Family[] {
  const found = near.of(machine.key).filter(connection => dev === undefined || connection.dev === dev);
  const families = new Set(found.map(({ host }) => host.ip.family));
  return families.size === 0 ? [4] : [...families].sort();
}

function readDestination(text: string, path: Path, problems: Problems): Subnet | 'default' | undefined {
  if (text === 'default') return 'default';
  const ip = parseIp(text);
  if (ip && ip.value !== 0n) return subnetOf(ip, familyBits(ip.family));
  if (ip) {
    const all = formatSubnet(defaultSubnet(ip.family));
    problems.error(
      path,
      'bad-address',
      `"${text}" is an address that nobody has`,
      `did you mean "${all}", or default?`,
    );
    return undefined;
  }
  const host = parseHost(text);
  if (host && host.ip.value === host.subnet.base) return host.subnet;
  const hint = host ? `did you mean ${formatSubnet(host.subnet)}?` : 'write it as 10.244.1.0/24, fd00::/64 or default';
  problems.error(
    path,
    'bad-address',
    host ? `"${text}" is an address inside a subnet, not the subnet itself` : `"${text}" is not a destination`,
    hint,
  );
  return undefined;
}

function checkDevice(
  machine: MachineDraft,
  entry: RouteEntry,
  path: Path,
  { near, problems }: Topology,
): string | undefined {
  if (entry.dev === undefined || near.devicesOf(machine.key).has(entry.dev)) return entry.dev;
  const known = [...near.devicesOf(machine.key)];
  problems.error(
    [...path, 'dev'],
    'unknown-name',
    `"${machine.key}" has no interface "${entry.dev}"`,
    suggestInterface(entry.dev, known),
  );
  return undefined;
}

function readSource(
  machine: MachineDraft,
  src: string | undefined,
  path: Path,
  { near, problems }: Topology,
): string | undefined {
  if (src === undefined) return undefined;
  const ip = readIp(src, path, problems);
  if (!ip) return undefined;
  if (near.of(machine.key).some(({ host }) => host.ip.family === ip.family && host.ip.value === ip.value))
    return formatIp(ip);
  const hint = 'the kernel accepts only an address of its own as source';
  problems.error(path, 'off-link', `${src} is not an address of "${machine.key}"`, hint);
  return undefined;
}

function checkDoubles(routes: readonly LabRoute[], problems: Problems): void {
  const seen = new Set<string>();
  for (const { on, to, metric, table, source } of routes) {
    const key = `${on} ${to} ${metric ?? ''} ${table ?? ''}`;
    if (seen.has(key))
      problems.error(
        source,
        'conflict',
        `"${on}" has two routes to ${to}${table === undefined ? '' : ` in table ${table}`}`,
        'remove one, or give them different metrics',
      );
    seen.add(key);
  }
}
