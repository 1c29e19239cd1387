/** Routes: those of host-gw between the nodes' blocks, then those that the lab file names. */
import {
  contains,
  defaultSubnet,
  type Family,
  familyBits,
  formatIp,
  formatSubnet,
  type Ip,
  parseHost,
  parseIp,
  type Subnet,
  subnetOf,
} from '../address/address.ts';
import { hasErrors, type Path } from '../diagnostic/diagnostic.ts';
import type { LabFile, RouteEntry } from '../lab/generated/lab-file.ts';
import type { Route } from '../lab/lab.ts';
import type { Blocks } from './blocks.ts';
import type { Cluster } from './cluster.ts';
import { type MachineEntry, type Machines, type NodeMachine, suggestName } from './machines.ts';
import type { Neighbourhood } from './neighbourhood.ts';
import type { Problems } from './problems.ts';
import { IPV6_MIN_MTU } from './settings.ts';
import type { Wiring } from './wiring.ts';

interface Surroundings {
  readonly machines: Machines;
  readonly wiring: Wiring;
  readonly near: Neighbourhood;
  readonly problems: Problems;
}

export function resolveRoutes(file: LabFile, cluster: Cluster, blocks: Blocks, around: Surroundings): Route[] {
  const given = (file.routes ?? []).flatMap((entry, index) => routesOf(entry, ['routes', index], around));
  checkDoubles(given, around.problems);
  return [...(cluster.network === 'none' ? [] : hostGatewayRoutes(blocks, given, around)), ...given];
}

/** Every node reaches every other node's block through that node, as flannel's host-gw backend has it. */
function hostGatewayRoutes(blocks: Blocks, given: readonly Route[], around: Surroundings): Route[] {
  const nodes = [...around.machines.nodes.values()].filter(node => !node.external);
  const routed = new Set(given.map(({ on, to }) => `${on} ${to}`));
  const targets = nodes.flatMap(node => blocks.of(node.key).map(block => ({ node, block, to: formatSubnet(block) })));
  return nodes.flatMap(on =>
    targets.flatMap(({ node, block, to }) => {
      if (node === on || routed.has(`${on.key} ${to}`)) return [];
      const hop = sharedHop(on.key, node.key, block.family, around);
      if (hop)
        return [{ on: on.key, to, via: formatIp(hop.ip), dev: hop.dev, type: 'unicast' as const, source: node.path }];
      if (!hasErrors(around.problems.found)) warnUnreachable(on, node, to, around.problems);
      return [];
    }),
  );
}

function warnUnreachable(on: NodeMachine, node: NodeMachine, to: string, problems: Problems): void {
  const message = `"${on.key}" shares no subnet with "${node.key}" and has no route to its pods (${to})`;
  problems.warn(on.path, 'unreachable-block', message, `add one: routes: [{ on: ${on.key}, to: ${to}, via: … }]`);
}

interface Hop {
  readonly ip: Ip;
  readonly dev: string;
}

/** The first address of `to` that `from` reaches directly. */
function sharedHop(from: string, to: string, family: Family, { near }: Surroundings): Hop | undefined {
  return sharedHops(from, to, family, near)[0];
}

function sharedHops(from: string, to: string, family: Family, near: Neighbourhood): Hop[] {
  return near.of(to).flatMap(({ host }) => {
    const connection = host.ip.family === family ? near.onLink(from, host.ip) : undefined;
    return connection ? [{ ip: host.ip, dev: connection.dev }] : [];
  });
}

function routesOf(entry: RouteEntry, path: Path, around: Surroundings): Route[] {
  const names = typeof entry.on === 'string' ? [entry.on] : entry.on;
  const type = entry.type ?? 'unicast';
  if (type !== 'unicast' && (entry.via ?? entry.dev ?? entry.src) !== undefined) {
    const key = entry.via !== undefined ? 'via' : entry.dev !== undefined ? 'dev' : 'src';
    around.problems.error(
      [...path, key],
      'conflict',
      `a ${type} route leads nowhere and has no "${key}"`,
      `remove "${key}" or "type"`,
    );
    return [];
  }
  return names.flatMap((name, index) => {
    const at = typeof entry.on === 'string' ? [...path, 'on'] : [...path, 'on', index];
    const machine = around.machines.get(name);
    if (machine) return routesOn(machine, entry, type, path, around);
    around.problems.error(
      at,
      'unknown-name',
      `there is no node or pod "${name}"`,
      suggestName(name, around.machines.keys()),
    );
    return [];
  });
}

function routesOn(
  machine: MachineEntry,
  entry: RouteEntry,
  type: Route['type'],
  path: Path,
  around: Surroundings,
): Route[] {
  const to = readDestination(entry.to, [...path, 'to'], around.problems);
  if (to === undefined) return [];
  if (to !== 'default' && to.family === 6 && entry.mtu !== undefined && entry.mtu < IPV6_MIN_MTU) {
    around.problems.error(
      [...path, 'mtu'],
      'out-of-range',
      `an MTU of ${entry.mtu} is too small for IPv6`,
      `IPv6 needs ${IPV6_MIN_MTU} or more`,
    );
  }
  const dev = checkDevice(machine, entry, path, around);
  if (type === 'unicast' && entry.via === undefined && entry.dev === undefined) {
    around.problems.error(
      path,
      'missing-key',
      'this route leads nowhere',
      'say where with "via" or "dev", or that it drops packets with "type: blackhole"',
    );
    return [];
  }
  const hops = entry.via === undefined ? undefined : readHops(machine, entry.via, to, dev, [...path, 'via'], around);
  const src = readSource(machine, entry.src, [...path, 'src'], around);
  const rest = {
    ...(src === undefined ? {} : { src }),
    ...(entry.metric === undefined ? {} : { metric: entry.metric }),
    ...(entry.mtu === undefined ? {} : { mtu: entry.mtu }),
    ...{ type, source: path },
  };
  const subnetsOf = (family: Family) => (to === 'default' ? defaultSubnet(family) : to);
  if (!hops) {
    const families: Family[] = to === 'default' ? familiesOf(machine, dev, around) : [to.family];
    const device = dev === undefined ? {} : { dev };
    return families.map(family => ({ on: machine.key, to: formatSubnet(subnetsOf(family)), ...device, ...rest }));
  }
  return hops.map(hop => ({
    on: machine.key,
    to: formatSubnet(subnetsOf(hop.ip.family)),
    via: formatIp(hop.ip),
    dev: hop.dev,
    ...rest,
  }));
}

/** `default` without a next hop means the families that the interface, or the whole machine, has. */
function familiesOf(machine: MachineEntry, dev: string | undefined, { near }: Surroundings): Family[] {
  const found = near.of(machine.key).filter(connection => dev === undefined || connection.dev === dev);
  const families = new Set(found.map(({ host }) => host.ip.family));
  return families.size === 0 ? [4] : [...families].sort();
}

function readDestination(text: string, path: Path, problems: Problems): Subnet | 'default' | undefined {
  if (text === 'default') return 'default';
  const ip = parseIp(text);
  if (ip) return subnetOf(ip, familyBits(ip.family));
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
  machine: MachineEntry,
  entry: RouteEntry,
  path: Path,
  { near, problems }: Surroundings,
): string | undefined {
  if (entry.dev === undefined || near.devicesOf(machine.key).has(entry.dev)) return entry.dev;
  const known = [...near.devicesOf(machine.key)];
  problems.error(
    [...path, 'dev'],
    'unknown-name',
    `"${machine.key}" has no interface "${entry.dev}"`,
    suggestName(entry.dev, known),
  );
  return undefined;
}

function readSource(
  machine: MachineEntry,
  src: string | undefined,
  path: Path,
  { near, problems }: Surroundings,
): string | undefined {
  if (src === undefined) return undefined;
  const ip = parseIp(src);
  if (!ip)
    problems.error(path, 'bad-address', `"${src}" is not an address`, 'write it without a prefix length: 10.244.1.1');
  else if (!near.of(machine.key).some(({ host }) => host.ip.family === ip.family && host.ip.value === ip.value)) {
    problems.error(
      path,
      'off-link',
      `${src} is not an address of "${machine.key}"`,
      'the kernel accepts only an address of its own as source',
    );
  } else return formatIp(ip);
  return undefined;
}

function readHops(
  machine: MachineEntry,
  via: string,
  to: Subnet | 'default',
  dev: string | undefined,
  path: Path,
  around: Surroundings,
): Hop[] {
  const ip = parseIp(via);
  if (ip) return readHopAddress(machine, ip, to, dev, path, around);
  const target = hopTarget(machine, via, around);
  if (!target) {
    const hint = suggestName(via, [...around.machines.keys(), ...around.wiring.bridges.map(bridge => bridge.key)]);
    around.problems.error(path, 'unknown-name', `there is no node, pod or bridge "${via}"`, hint);
    return [];
  }
  if (target.self) {
    around.problems.error(
      path,
      'off-link',
      `"${machine.key}" cannot be its own next hop`,
      'name the next machine on the way',
    );
    return [];
  }
  const families: readonly Family[] = to === 'default' ? [4, 6] : [to.family];
  const found = families.map(family => target.hops(family).filter(hop => dev === undefined || hop.dev === dev));
  if (found.every(hops => hops.length === 0)) {
    const hint = 'a next hop must be in a subnet of one of its own interfaces';
    around.problems.error(path, 'off-link', `"${machine.key}" shares no subnet with "${via}"`, hint);
  }
  return found.flatMap(hops => pickHop(hops, via, path, around.problems));
}

function hopTarget(machine: MachineEntry, via: string, { machines, wiring, near }: Surroundings) {
  const other = machines.get(via);
  if (other)
    return { self: other === machine, hops: (family: Family) => sharedHops(machine.key, other.key, family, near) };
  const node = machine.kind === 'pod' ? machine.node : machine.key;
  const bridge =
    wiring.bridges.find(({ key }) => key === `${node}/${via}`) ?? wiring.bridges.find(({ key }) => key === via);
  if (!bridge || bridge.node === null) return undefined;
  const own = near.of(bridge.node).filter(({ dev }) => dev === bridge.name);
  return {
    self: machine.key === bridge.node,
    hops: (family: Family): Hop[] =>
      own.flatMap(({ host }) => {
        const connection = host.ip.family === family ? near.onLink(machine.key, host.ip) : undefined;
        return connection ? [{ ip: host.ip, dev: connection.dev }] : [];
      }),
  };
}

function pickHop(hops: readonly Hop[], via: string, path: Path, problems: Problems): Hop[] {
  const [first, second] = hops;
  if (!first) return [];
  if (second) {
    const all = hops.map(({ ip }) => formatIp(ip));
    problems.error(
      path,
      'ambiguous-name',
      `"${via}" can be reached at ${all.join(' and ')}`,
      `write the one you mean: via: ${all[0]}`,
    );
  }
  return [first];
}

function readHopAddress(
  machine: MachineEntry,
  ip: Ip,
  to: Subnet | 'default',
  dev: string | undefined,
  path: Path,
  { near, problems }: Surroundings,
): Hop[] {
  const text = formatIp(ip);
  if (to !== 'default' && to.family !== ip.family) {
    problems.error(
      path,
      'wrong-family',
      `${text} is IPv${ip.family}, the destination ${formatSubnet(to)} is IPv${to.family}`,
      'both must be of one family',
    );
    return [];
  }
  if (isLinkLocal(ip) && dev !== undefined) return [{ ip, dev }];
  const connection = near.onLink(machine.key, ip, dev);
  if (!connection) {
    const own = near.of(machine.key).map(({ host }) => formatSubnet(host.subnet));
    const hint =
      own.length === 0
        ? `"${machine.key}" has no address at all`
        : `"${machine.key}" is in ${[...new Set(own)].join(', ')}`;
    problems.error(
      path,
      'off-link',
      `the next hop ${text} is in no subnet of "${machine.key}"${dev === undefined ? '' : ` on ${dev}`}`,
      hint,
    );
    return [];
  }
  if (connection.host.ip.value === ip.value) {
    problems.error(
      path,
      'off-link',
      `${text} is an address of "${machine.key}" itself`,
      'name the next machine on the way',
    );
    return [];
  }
  return [{ ip, dev: connection.dev }];
}

const LINK_LOCAL: Subnet = { family: 6, base: 0xfe80n << 112n, prefix: 10 };
const isLinkLocal = (ip: Ip) => contains(LINK_LOCAL, ip);

function checkDoubles(routes: readonly Route[], problems: Problems): void {
  const seen = new Set<string>();
  for (const { on, to, metric, source } of routes) {
    const key = `${on} ${to} ${metric ?? ''}`;
    if (seen.has(key))
      problems.error(
        source,
        'conflict',
        `"${on}" has two routes to ${to}`,
        'remove one, or give them different metrics',
      );
    seen.add(key);
  }
}
