/** Next hops of routes: by address, or by the name of a node, pod or bridge that shares a subnet. */

import { contains, type Family, formatIp, formatSubnet, type Ip, parseIp, type Subnet } from '../address/address.ts';
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { Adjacency, MachineDraft, Topology } from './model.ts';
import type { Problems } from './problems.ts';

export interface NextHop {
  readonly ip: Ip;
  readonly dev: string;
}

/** The first address of `to` that `from` reaches directly. */
export function sharedHop(from: string, to: string, family: Family, { near }: Topology): NextHop | undefined {
  return sharedHops(from, to, family, near)[0];
}

function sharedHops(from: string, to: string, family: Family, near: Adjacency): NextHop[] {
  return near.of(to).flatMap(({ host }) => {
    const connection = host.ip.family === family ? near.onLink(from, host.ip) : undefined;
    return connection ? [{ ip: host.ip, dev: connection.dev }] : [];
  });
}

/** The next hop of a route as it is written. */
export interface WrittenHop {
  readonly machine: MachineDraft;
  readonly via: string;
  readonly to: Subnet | 'default';
  readonly dev: string | undefined;
  readonly path: Path;
}

const INSTEAD_OF_HOP = {
  switch: 'a switch has no address; name the node or pod on it that is the next hop',
  Service: 'packets to a Service go where its node sends them; name a node, a pod or a bridge',
};

export function readHops(written: WrittenHop, topology: Topology): NextHop[] {
  const { machine, via, to, dev, path } = written;
  const ip = parseIp(via);
  if (ip) return readHopAddress(ip, written, topology);
  const target = hopTarget(machine, via, topology);
  if (!target) {
    const known = () => [...topology.machines.keys(), ...topology.wiring.bridges.map(bridge => bridge.key)];
    topology.problems.unknownName(path, { what: 'node, pod or bridge', known, advice: INSTEAD_OF_HOP }, via);
    return [];
  }
  if (target.self) {
    topology.problems.error(
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
    topology.problems.error(path, 'off-link', `"${machine.key}" shares no subnet with "${via}"`, hint);
  }
  return found.flatMap(hops => pickHop(hops, via, path, topology.problems));
}

function hopTarget(machine: MachineDraft, via: string, { machines, wiring, near }: Topology) {
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
    hops: (family: Family): NextHop[] =>
      own.flatMap(({ host }) => {
        const connection = host.ip.family === family ? near.onLink(machine.key, host.ip) : undefined;
        return connection ? [{ ip: host.ip, dev: connection.dev }] : [];
      }),
  };
}

function pickHop(hops: readonly NextHop[], via: string, path: Path, problems: Problems): NextHop[] {
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

function readHopAddress(ip: Ip, { machine, to, dev, path }: WrittenHop, { near, problems }: Topology): NextHop[] {
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
export const isLinkLocal = (ip: Ip) => contains(LINK_LOCAL, ip);
