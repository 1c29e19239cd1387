/**
 * Addresses: those that the lab file gives are checked, those of a running lab are kept, the rest are the next free
 * ones of their segment's subnets.
 */

import {
  contains,
  formatHost,
  formatIp,
  formatSubnet,
  type Host,
  parseHost,
  type Subnet,
  subnetSize,
} from '../address/address.ts';
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { Lab } from '../language/lab/lab.ts';
import { type AddressBook, type AddressPool, createAddressBook, createAddressPool } from './allocate.ts';
import type { Addresses, BridgeSegment, Port, Segment, Wiring } from './model.ts';
import { sortNaturally, systemLast } from './names.ts';
import { checkSegments } from './overlaps.ts';
import type { Problems } from './problems.ts';
import { addressPath, readHosts } from './read-address.ts';

export function resolveAddresses(wiring: Wiring, previous: Lab | undefined, problems: Problems): Addresses {
  const book = createAddressBook();
  const bridges = new Map(wiring.bridges.map(bridge => [bridge, bridgeAddresses(bridge, book, problems)]));
  const subnets = new Map<Segment, readonly Subnet[]>();
  for (const bridge of wiring.bridges)
    subnets.set(bridge, bridge.subnets ?? (bridges.get(bridge) ?? []).map(host => host.subnet));
  for (const link of wiring.links) subnets.set(link, link.subnets ?? []);
  const ports = new Map<Port, readonly Host[]>();
  for (const port of wiring.ports) {
    const given = givenAddresses(port, subnets.get(port.segment) ?? [], book, problems);
    if (given) ports.set(port, given);
  }
  checkSegments(subnets, ports, problems);
  const kept = keepAddresses(wiring, subnets, ports, book, previous);
  allocateAddresses(wiring.ports, { subnets, kept, ports }, book, problems);
  return {
    ofPort: port => ports.get(port) ?? [],
    ofBridge: bridge => bridges.get(bridge) ?? [],
    subnetsOf: segment => subnets.get(segment) ?? [],
  };
}

function bridgeAddresses(bridge: BridgeSegment, book: AddressBook, problems: Problems): readonly Host[] {
  const hosts = readHosts(bridge.entry.address, [...bridge.path, 'address'], problems);
  for (const { host, path } of hosts) {
    takeAddress(host, `bridge "${bridge.key}"`, path, book, problems);
    if (bridge.subnets && !bridge.subnets.some(subnet => contains(subnet, host.ip))) {
      reportOutside(host, bridge, bridge.subnets, path, problems);
    }
  }
  return hosts.map(({ host }) => host);
}

function givenAddresses(port: Port, subnets: readonly Subnet[], book: AddressBook, problems: Problems) {
  if (port.address === undefined) return undefined;
  const at = addressPath(port);
  if (port.machine.replica) {
    if (port.machine.key.endsWith('-0')) {
      problems.error(
        at,
        'conflict',
        'replicas cannot all have one address',
        'remove "address": each gets the next free one',
      );
    }
    return [];
  }
  const hosts = readHosts(port.address, at, problems);
  for (const { host, path } of hosts) {
    takeAddress(host, ownerOf(port), path, book, problems);
    if (subnets.length > 0 && !subnets.some(subnet => contains(subnet, host.ip))) {
      reportOutside(host, port.segment, subnets, path, problems);
    } else warnPrefix(host, subnets, path, problems);
  }
  return hosts.map(({ host }) => host);
}

function warnPrefix(host: Host, subnets: readonly Subnet[], path: Path, problems: Problems): void {
  const subnet = subnets.find(other => contains(other, host.ip));
  if (!subnet || subnet.prefix === host.subnet.prefix) return;
  const message = `${formatHost(host)} has another prefix length than its subnet ${formatSubnet(subnet)}`;
  problems.warn(path, 'conflict', message, `its neighbours have /${subnet.prefix}`);
}

const ownerOf = (port: Port) => `${port.machine.kind} "${port.machine.key}"`;

function takeAddress(host: Host, owner: string, path: Path, book: AddressBook, problems: Problems): void {
  const other = book.owner(host.ip);
  if (other === undefined) book.take(host.ip, owner);
  else
    problems.error(
      path,
      'address-taken',
      `${formatIp(host.ip)} is the address of ${other} already`,
      'give each interface an address of its own',
    );
}

function reportOutside(host: Host, segment: Segment, subnets: readonly Subnet[], path: Path, problems: Problems): void {
  const where = segment.kind === 'bridge' ? `bridge "${segment.key}"` : 'the link';
  const names = subnets.map(formatSubnet).join(' and ');
  if (!subnets.some(({ family }) => family === host.ip.family)) {
    const message = `${formatHost(host)} is an IPv${host.ip.family} address, but ${where} has only IPv${subnets[0]?.family} (${names})`;
    problems.error(path, 'wrong-family', message, `use an address of ${names}`);
  } else {
    problems.error(
      path,
      'address-outside',
      `${formatHost(host)} is not in the subnet of ${where}, ${names}`,
      `use an address of ${names}`,
    );
  }
}

/** Interfaces of a running lab keep their addresses, one per subnet, as long as it is a subnet of theirs. */
function keepAddresses(
  wiring: Wiring,
  subnets: ReadonlyMap<Segment, readonly Subnet[]>,
  given: ReadonlyMap<Port, readonly Host[]>,
  book: AddressBook,
  previous: Lab | undefined,
): Map<Port, readonly Host[]> {
  const kept = new Map<Port, readonly Host[]>();
  if (!previous) return kept;
  const earlier = earlierAddresses(previous);
  for (const port of wiring.ports) {
    if (given.has(port)) continue;
    const hosts = (earlier.get(`${port.machine.key} ${port.name}`) ?? []).flatMap(text => parseHost(text) ?? []);
    const own = (subnets.get(port.segment) ?? []).flatMap(
      subnet => hosts.find(host => isIn(subnet, host) && !book.owner(host.ip)) ?? [],
    );
    for (const host of own) book.take(host.ip, ownerOf(port));
    kept.set(port, own);
  }
  return kept;
}

const isIn = (subnet: Subnet, host: Host) => formatSubnet(host.subnet) === formatSubnet(subnet);

function earlierAddresses(lab: Lab): Map<string, readonly string[]> {
  const earlier = new Map<string, readonly string[]>();
  for (const { key, interfaces } of [...lab.nodes, ...lab.pods]) {
    for (const { name, addresses } of interfaces) earlier.set(`${key} ${name}`, addresses);
  }
  for (const { on, interface: name, addresses } of lab.links.flatMap(link => link.ends))
    earlier.set(`${on} ${name}`, addresses);
  return earlier;
}

interface Allocation {
  readonly subnets: ReadonlyMap<Segment, readonly Subnet[]>;
  /** Addresses of a running lab. */
  readonly kept: ReadonlyMap<Port, readonly Host[]>;
  /** Those that have their addresses. */
  readonly ports: Map<Port, readonly Host[]>;
}

function allocateAddresses(
  all: readonly Port[],
  { subnets, kept, ports }: Allocation,
  book: AddressBook,
  problems: Problems,
): void {
  const pools = new Map<Segment, AddressPool[]>();
  const full = new Set<Segment>();
  for (const port of sortNaturally(all, ({ machine, name }) => `${systemLast(machine.key)} ${name}`)) {
    if (ports.has(port)) continue;
    const { segment } = port;
    const own =
      pools.get(segment) ??
      (subnets.get(segment) ?? []).map(subnet => createAddressPool(subnet, book, firstOffset(segment, subnet)));
    pools.set(segment, own);
    const earlier = kept.get(port) ?? [];
    const hosts = own.flatMap(pool => earlier.find(host => isIn(pool.subnet, host)) ?? pool.next() ?? []);
    for (const host of hosts) book.take(host.ip, ownerOf(port));
    ports.set(port, hosts);
    if (hosts.length < own.length && !full.has(segment)) {
      full.add(segment);
      reportFull(
        port,
        own.map(pool => pool.subnet),
        problems,
      );
    }
  }
}

/** A switch's first address is kept for a gateway as long as there are others; the two ends of a link count from it. */
function firstOffset(segment: Segment, subnet: Subnet): bigint {
  if (subnetSize(subnet) <= 2n) return 0n;
  return segment.kind === 'bridge' && subnetSize(subnet) > 4n ? 2n : 1n;
}

function reportFull(port: Port, subnets: readonly Subnet[], problems: Problems): void {
  const where = port.segment.kind === 'bridge' ? `bridge "${port.segment.key}"` : 'the link';
  const message = `no address is left for ${ownerOf(port)}: ${subnets.map(formatSubnet).join(' and ')} of ${where} is full`;
  problems.errorAtKey(port.path, 'subnet-full', message, 'use a larger subnet, or fewer pods on this node');
}
