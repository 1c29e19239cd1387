/** Addresses of interfaces. */
import { formatSubnet, parseHost, withoutPrefix } from '../address/address.ts';
import { BY_IP } from './batching.ts';
import { devToken, type KindSpec, PHASES } from './kind.ts';

export interface Address {
  readonly kind: 'address';
  readonly ns: string;
  readonly dev: string;
  /** With prefix length: `10.244.0.2/24`. */
  readonly address: string;
  /** Only ever observed: the route to its subnet is gone, or it expires. It has to be made anew. */
  readonly stale?: true;
}

const isIpv6 = (address: string) => address.includes(':');

/** Duplicate address detection would keep an IPv6 address from being used for a second or more. */
function words(verb: string, { ns, dev, address }: Address) {
  const nodad = verb !== 'del' && isIpv6(address) ? ['nodad'] : [];
  return [{ ns, argv: ['ip', 'addr', verb, address, 'dev', dev, ...nodad] }];
}

function subnetToken({ ns, dev, address }: Address): string {
  const host = parseHost(address);
  return `subnet ${ns} ${dev} ${host ? formatSubnet(host.subnet) : ''}`;
}

export const addressesToken = (ns: string, dev: string) => `ipv4 ${ns} ${dev}`;

/** `ip` without prefix length: what a route may name as its source. */
export const localToken = (ns: string, ip: string) => `local ${ns} ${ip}`;

/**
 * The kernel keeps the IPv4 addresses of one subnet as a primary one and its secondaries: when the primary goes they
 * may go, and with an interface's last IPv4 address go its routes (fib_disable_ip). With any address go the routes that
 * have it as their source (fib_sync_down_addr; for IPv6 they lose the source). All are put back.
 */
export const addressKind: KindSpec<Address> = {
  key: ({ ns, dev, address, stale }) => `address ${ns} ${dev} ${address}${stale ? ' stale' : ''}`,
  same: () => true,
  needs: ({ ns, dev }) => [devToken(ns, dev)],
  affectedBy: address => (isIpv6(address.address) ? [] : [subnetToken(address)]),
  gives: ({ ns, dev, address }) => [
    localToken(ns, withoutPrefix(address)),
    ...(isIpv6(address) ? [] : [subnetToken({ kind: 'address', ns, dev, address }), addressesToken(ns, dev)]),
  ],
  turn: operation =>
    operation === 'delete' ? { phase: PHASES.deleteInside, rank: 1 } : { phase: PHASES.inside, rank: 1 },
  batching: () => BY_IP,
  add: (address, mayExist) => words(mayExist ? 'replace' : 'add', address),
  change: () => [],
  delete: address => words('del', address),
  label: ({ address, dev, stale }) =>
    `address ${address} on ${dev}${stale ? ', which expires or has lost its route' : ''}`,
};
