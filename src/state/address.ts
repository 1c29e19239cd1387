/** Addresses of interfaces. */
import { familyBits, formatIp, formatSubnet, parseHost, withoutPrefix } from '../address/address.ts';
import { ADDRESS_DUMP, decodeAddress, isKernelDefault, type RawAddress } from '../netlink/address.ts';
import { NETLINK_ROUTE } from '../netlink/message.ts';
import { BY_IP } from './batching.ts';
import { type HostFeature, IPROUTE2, whenever } from './host-feature.ts';
import { devToken, type KindSpec, PHASES } from './kind.ts';
import { type Dump, LINKS, type LinkDump, type SeenNamespace } from './question.ts';
import { KERNEL, ROUTES, type RouteDump } from './route-dump.ts';

export interface Address {
  readonly kind: 'address';
  readonly ns: string;
  readonly dev: string;
  /** With prefix length: `10.244.0.2/24`. */
  readonly address: string;
  /** IPv6: nothing that the kernel sends by itself has it as its source (`preferred_lft 0`). */
  readonly deprecated?: true;
  /** Only ever observed: one of its routes is gone, it expires, or it is not for everybody. It has to be made anew. */
  readonly stale?: true;
  /** Only ever observed: the other end of a point-to-point address. */
  readonly peer?: string;
}

const isIpv6 = (address: string) => address.includes(':');

/** Duplicate address detection would keep an IPv6 address from being used for a second or more. */
function words(verb: string, { ns, dev, address, peer, deprecated }: Address) {
  const nodad = verb !== 'del' && isIpv6(address) ? ['nodad'] : [];
  const lifetime = deprecated && verb !== 'del' ? ['preferred_lft', '0'] : [];
  const ends = peer === undefined ? [address] : [withoutPrefix(address), 'peer', peer];
  return [{ ns, argv: ['ip', 'addr', verb, ...ends, 'dev', dev, ...nodad, ...lifetime] }];
}

function subnetToken({ ns, dev, address }: Address): string {
  const host = parseHost(address);
  return `subnet ${ns} ${dev} ${host ? formatSubnet(host.subnet) : ''}`;
}

export const addressesToken = (ns: string, dev: string) => `ipv4 ${ns} ${dev}`;

/** `ip` without prefix length: what a route may name as its source. */
export const localToken = (ns: string, ip: string) => `local ${ns} ${ip}`;

const IPV6: HostFeature = {
  id: 'ipv6',
  title: 'IPv6',
  use: 'IPv6 and dual-stack labs',
  argv: ['ip', 'addr', 'add', 'fd00::1/64', 'dev', 'lo'],
  package: 'iproute2',
  module: 'ipv6',
};

export interface AddressDump extends Omit<RawAddress, 'index'> {
  readonly dev: string;
}

export const ADDRESSES: Dump<AddressDump> = {
  ...{ by: 'dump', name: 'addresses', none: [], protocol: NETLINK_ROUTE, request: ADDRESS_DUMP },
  decode: (bytes, start, end, nameOf) => {
    const { index, ...address } = decodeAddress(bytes, start, end) ?? { index: null };
    const dev = nameOf(index);
    return dev === null || !('address' in address) ? undefined : { ...address, dev };
  },
};

function readAddresses({ ns, answer }: SeenNamespace): Address[] {
  const links = answer(LINKS);
  const routes = findRoutes(answer(ROUTES));
  return answer(ADDRESSES).flatMap((one): Address[] => {
    const { dev, address, scope, peer, deprecated } = one;
    const link = links.find(({ name }) => name === dev);
    const dynamic = isDynamic(one, link);
    if (!isGiven({ ...one, dynamic })) return [];
    const stale = dynamic || isConfined(address, scope) || !hasItsRoutes(one, link, routes);
    const seen = { kind: 'address', ns, dev, address, ...(peer === undefined ? {} : { peer }) } as const;
    return [{ ...seen, ...(stale ? { stale } : {}), ...(deprecated && isIpv6(address) ? { deprecated } : {}) }];
  });
}

/** Whether the kernel or a router made it. Older kernels do not say what they have made themselves. */
export const isDynamic = ({ dynamic, address }: AddressDump, link: LinkDump | undefined) =>
  dynamic || (link !== undefined && isKernelDefault(address, link.loopback, link.mac));

/** What a router announces comes and goes by itself. */
function isGiven({ scope, dynamic, address, dev }: AddressDump): boolean {
  if (isIpv6(address) && (dynamic || scope === 'link')) return false;
  return !(dev === 'lo' && (address === '127.0.0.1/8' || address === '::1/128'));
}

const isConfined = (address: string, scope: string) =>
  !isIpv6(address) && !address.startsWith('127.') && scope !== 'global';

/** What the kernel makes with addresses. */
interface KernelRoutes {
  /** Addresses that are its own. */
  readonly local: ReadonlySet<string>;
  /** `eth0 10.244.0.0/24` */
  readonly connected: ReadonlySet<string>;
}

function findRoutes(routes: readonly RouteDump[]): KernelRoutes {
  return {
    local: new Set(routes.flatMap(({ type, to }) => (type === 'local' ? [withoutPrefix(to)] : []))),
    connected: new Set(routes.flatMap(({ protocol, dev, to }) => (protocol === KERNEL ? [`${dev} ${to}`] : []))),
  };
}

/**
 * The kernel makes the routes to an address and to its subnet with it, and never again while the interface stays up. That
 * of a point-to-point address leads to its other end.
 */
function hasItsRoutes({ dev, address, peer }: AddressDump, link: LinkDump | undefined, routes: KernelRoutes): boolean {
  const host = parseHost(address);
  if (!host || !link?.up || link.loopback || peer !== undefined) return true;
  if (!routes.local.has(formatIp(host.ip))) return false;
  const isAlone = host.subnet.prefix === familyBits(host.ip.family);
  return isAlone || routes.connected.has(`${dev} ${formatSubnet(host.subnet)}`);
}

/**
 * The kernel keeps the IPv4 addresses of one subnet as a primary one and its secondaries: when the primary goes they
 * may go, and with an interface's last IPv4 address go its routes (fib_disable_ip). With any address go the routes that
 * have it as their source (fib_sync_down_addr; for IPv6 they lose the source). All are put back.
 */
export const addressKind: KindSpec<Address> = {
  key: ({ ns, dev, address, stale, peer }) =>
    `address ${ns} ${dev} ${address}${stale ? ' stale' : ''}${peer === undefined ? '' : ` to ${peer}`}`,
  observing: { questions: [LINKS, ADDRESSES, ROUTES], read: readAddresses },
  same: (seen, wanted) => seen.deprecated === wanted.deprecated,
  needs: ({ ns, dev }) => [devToken(ns, dev)],
  affectedBy: address => (isIpv6(address.address) ? [] : [subnetToken(address)]),
  gives: ({ ns, dev, address }) => [
    localToken(ns, withoutPrefix(address)),
    ...(isIpv6(address) ? [] : [subnetToken({ kind: 'address', ns, dev, address }), addressesToken(ns, dev)]),
  ],
  turn: operation =>
    operation === 'delete' ? { phase: PHASES.deleteInside, rank: 1 } : { phase: PHASES.inside, rank: 1 },
  needsOfHost: whenever([IPROUTE2, IPV6], ({ address }, id) => id === IPROUTE2.id || isIpv6(address)),
  batching: () => BY_IP,
  add: (address, mayExist) => words(mayExist ? 'replace' : 'add', address),
  change: address => words('replace', address),
  delete: address => words('del', address),
  label: ({ address, dev, stale }) =>
    `address ${address} on ${dev}${stale ? ', which expires, has lost a route or is not global' : ''}`,
};
