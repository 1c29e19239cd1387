/**
 * Addresses: those that the lab file gives are checked, those of a running lab are kept, the rest are the next free
 * ones of their segment's subnets.
 */
import {
  contains,
  familyBits,
  formatHost,
  formatIp,
  formatSubnet,
  type Host,
  isUsable,
  overlaps,
  parseHost,
  parseIp,
  type Subnet,
  subnetSize,
} from '../address/address.ts';
import type { Path } from '../diagnostic/diagnostic.ts';
import type { Lab } from '../lab/lab.ts';
import { type AddressBook, type AddressPool, createAddressBook, createAddressPool } from './allocate.ts';
import { sortNaturally } from './names.ts';
import type { Problems } from './problems.ts';
import type { BridgeSegment, Port, Segment, Texts, Wiring } from './wiring.ts';

export interface Addresses {
  ofPort(port: Port): readonly Host[];
  ofBridge(bridge: BridgeSegment): readonly Host[];
  subnetsOf(segment: Segment): readonly Subnet[];
}

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
  keepAddresses(wiring, subnets, ports, book, previous);
  allocateAddresses(wiring, subnets, ports, book, problems);
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

/** A pod's `address` stands beside its other keys, and so does that of `interfaces.eth0`. */
const addressPath = (port: Port): Path => [...port.path, 'address'];

function readHosts(texts: Texts, path: Path, problems: Problems): { host: Host; path: Path }[] {
  const list = texts === undefined ? [] : typeof texts === 'string' ? [texts] : texts;
  return list.flatMap((text, index) => {
    const at = typeof texts === 'string' ? path : [...path, index];
    const host = readHost(text, at, problems);
    return host ? [{ host, path: at }] : [];
  });
}

function readHost(text: string, path: Path, problems: Problems): Host | undefined {
  const host = parseHost(text);
  const fault = host ? whyUnusable(host) : undefined;
  if (!host) problems.error(path, 'bad-address', ...explainAddress(text));
  else if (fault) problems.error(path, 'bad-address', `"${text}" is ${fault}, which no interface can be given`);
  return fault ? undefined : host;
}

function explainAddress(text: string): [message: string, hint: string] {
  const [address = '', prefix] = text.split('/');
  const ip = parseIp(address);
  const example = 'write it as 10.244.1.10/24 or fd00:10:244:1::10/64';
  if (ip && prefix === undefined)
    return [`"${text}" has no prefix length`, `add it: ${text}/${ip.family === 4 ? 24 : 64}`];
  if (ip)
    return [
      `"/${prefix}" is not a prefix length of an IPv${ip.family} address`,
      `use a number from 0 to ${familyBits(ip.family)}`,
    ];
  const plain = address.replace(/(^|\.)0+(?=\d)/g, '$1');
  if (parseIp(plain))
    return [`"${text}" has leading zeros, which some programs read as octal`, `write it as ${plain}/${prefix ?? 24}`];
  if (address.includes(':') && address.includes('.'))
    return [`"${text}" is an IPv4 address inside an IPv6 one`, 'write the IPv4 address by itself'];
  return [`"${text}" is not an address with a prefix length`, example];
}

const SPECIAL: readonly (readonly [subnet: Subnet, name: string])[] = [
  ['127.0.0.0/8', 'a loopback address'],
  ['224.0.0.0/4', 'a multicast address'],
  ['0.0.0.0/8', 'an address of "this network"'],
  ['240.0.0.0/4', 'a reserved address'],
  ['fe80::/10', 'a link-local address, which the kernel gives by itself'],
  ['ff00::/8', 'a multicast address'],
  ['::/127', 'the unspecified or the loopback address'],
].flatMap(([text = '', name = '']) => {
  const host = parseHost(text);
  return host ? [[host.subnet, name] as const] : [];
});

function whyUnusable(host: Host): string | undefined {
  const special = SPECIAL.find(([subnet]) => contains(subnet, host.ip));
  if (special) return special[1];
  if (isUsable(host)) return undefined;
  return `the ${host.ip.value === host.subnet.base ? 'network' : 'broadcast'} address of ${formatSubnet(host.subnet)}`;
}

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

interface Claim {
  readonly subnet: Subnet;
  readonly segment: Segment;
  readonly path: Path;
}

/** No two wires may share addresses: neither could be reached from the other's hosts. */
function checkSegments(
  subnets: ReadonlyMap<Segment, readonly Subnet[]>,
  ports: ReadonlyMap<Port, readonly Host[]>,
  problems: Problems,
): void {
  const claims = new Map<string, Claim>();
  const claim = (segment: Segment, subnet: Subnet, path: Path) => {
    const key = `${segment.key} ${formatSubnet(subnet)}`;
    if (!claims.has(key)) claims.set(key, { subnet, segment, path });
  };
  for (const [segment, list] of subnets) {
    for (const subnet of list) claim(segment, subnet, subnetPath(segment));
  }
  for (const [port, hosts] of ports) {
    if ((subnets.get(port.segment) ?? []).length > 0) continue;
    for (const host of hosts) claim(port.segment, host.subnet, addressPath(port));
  }
  reportOverlaps([...claims.values()], problems);
}

function subnetPath(segment: Segment): Path {
  if (segment.entry.subnet !== undefined) return [...segment.path, 'subnet'];
  return segment.kind === 'bridge' && segment.entry.address !== undefined ? [...segment.path, 'address'] : segment.path;
}

/** Sorted by first address and then from wide to narrow, each is compared with the widest one before it. */
function reportOverlaps(claims: readonly Claim[], problems: Problems): void {
  for (const family of [4, 6]) {
    const sorted = claims
      .filter(({ subnet }) => subnet.family === family)
      .sort((a, b) =>
        a.subnet.base < b.subnet.base ? -1 : a.subnet.base > b.subnet.base ? 1 : a.subnet.prefix - b.subnet.prefix,
      );
    let wide: Claim | undefined;
    for (const claim of sorted) {
      if (wide && overlaps(wide.subnet, claim.subnet)) {
        if (wide.segment !== claim.segment) reportOverlap(wide, claim, problems);
      } else wide = claim;
    }
  }
}

const segmentName = ({ segment }: Claim) =>
  segment.kind === 'bridge' ? `bridge "${segment.key}"` : `link ${Number(segment.path[1]) + 1}`;

/** What the file gives is to blame, not what netlab fills in; and an entry is not blamed twice. */
function reportOverlap(first: Claim, second: Claim, problems: Problems): void {
  const [a, b] = second.path[0] === 'nodes' ? [second, first] : [first, second];
  if (problems.found.some(({ path }) => path.join() === b.path.join())) return;
  const message = `${formatSubnet(b.subnet)} of ${segmentName(b)} overlaps ${formatSubnet(a.subnet)} of ${segmentName(a)}`;
  problems.error(b.path, 'subnet-overlap', message, 'give each bridge and link a subnet of its own');
}

function keepAddresses(
  wiring: Wiring,
  subnets: ReadonlyMap<Segment, readonly Subnet[]>,
  ports: Map<Port, readonly Host[]>,
  book: AddressBook,
  previous: Lab | undefined,
): void {
  if (!previous) return;
  const earlier = earlierAddresses(previous);
  for (const port of wiring.ports) {
    if (ports.has(port)) continue;
    const hosts = (earlier.get(`${port.machine.key} ${port.name}`) ?? []).flatMap(text => parseHost(text) ?? []);
    const wanted = subnets.get(port.segment) ?? [];
    const kept = hosts.filter(
      ({ ip, subnet }) => wanted.some(other => formatSubnet(other) === formatSubnet(subnet)) && !book.owner(ip),
    );
    if (kept.length === 0 || kept.length !== wanted.length) continue;
    for (const host of kept) book.take(host.ip, ownerOf(port));
    ports.set(port, kept);
  }
}

function earlierAddresses(lab: Lab): Map<string, readonly string[]> {
  const earlier = new Map<string, readonly string[]>();
  for (const { key, interfaces } of [...lab.nodes, ...lab.pods]) {
    for (const { name, addresses } of interfaces) earlier.set(`${key} ${name}`, addresses);
  }
  for (const { on, interface: name, addresses } of lab.links.flatMap(link => link.ends))
    earlier.set(`${on} ${name}`, addresses);
  return earlier;
}

function allocateAddresses(
  wiring: Wiring,
  subnets: ReadonlyMap<Segment, readonly Subnet[]>,
  ports: Map<Port, readonly Host[]>,
  book: AddressBook,
  problems: Problems,
): void {
  const pools = new Map<Segment, AddressPool[]>();
  const full = new Set<Segment>();
  for (const port of sortNaturally(wiring.ports, ({ machine, name }) => `${machine.key} ${name}`)) {
    if (ports.has(port)) continue;
    const { segment } = port;
    const own =
      pools.get(segment) ??
      (subnets.get(segment) ?? []).map(subnet => createAddressPool(subnet, book, firstOffset(segment, subnet)));
    pools.set(segment, own);
    const hosts = own.flatMap(pool => pool.next() ?? []);
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
  return segment.kind === 'bridge' && subnetSize(subnet) > 4n ? 2n : 1n;
}

function reportFull(port: Port, subnets: readonly Subnet[], problems: Problems): void {
  const where = port.segment.kind === 'bridge' ? `bridge "${port.segment.key}"` : 'the link';
  const message = `no address is left for ${ownerOf(port)}: ${subnets.map(formatSubnet).join(' and ')} of ${where} is full`;
  problems.errorAtKey(port.path, 'subnet-full', message, 'use a larger subnet, or fewer pods on this node');
}
