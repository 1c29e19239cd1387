/** What the kernel's table and the lab have to say of an address: a namespace and a destination in, a route or a next hop out. */
import { contains, type Ip, parseHost, parseIp } from '../address/address.ts';
import type { RouteDump } from '../state/route-dump.ts';
import type { PathContext } from './causes.ts';

const MAIN = 254;

/** The route that the kernel would take: of those that cover the address the one with the longest prefix. */
export function coveringRoute(ns: string, address: string, { kernel }: PathContext): RouteDump | undefined {
  return longest(
    kernel.routes(ns).filter(({ table }) => table === MAIN),
    address,
  );
}

interface GivenRoute {
  readonly to: string;
  readonly via?: string;
  readonly type: string;
}

/** The route that the lab gives a machine for an address; a gateway of an interface is one to everywhere. */
export function labRoute(key: string, address: string, { lab }: PathContext): GivenRoute | undefined {
  const machine = [...lab.nodes, ...lab.pods].find(one => one.key === key);
  const gateways = (machine?.interfaces ?? []).flatMap(one => one.gateways);
  const defaults = gateways.map(via => ({ to: via.includes(':') ? '::/0' : '0.0.0.0/0', via, type: 'unicast' }));
  return longest<GivenRoute>(
    [...lab.routes.filter(({ on, table }) => on === key && table === undefined), ...defaults],
    address,
  );
}

/** The next hop that the lab has in mind; the destination itself where it is on a network of its own. */
export function wantedHop(key: string, destination: string, context: PathContext): string | undefined {
  const route = labRoute(key, destination, context);
  if (nearest(key, destination, context) > (route ? prefixOf(route.to) : -1)) return destination;
  return route?.type === 'unicast' ? (route.via ?? destination) : undefined;
}

/** The prefix length of the narrowest network that a machine shares with an address; -1 for none. */
function nearest(key: string, destination: string, { directory }: PathContext): number {
  const ip = parseIp(destination);
  const shared = (directory.get(key)?.addresses ?? []).filter(
    ({ host }) => ip !== undefined && contains(host.subnet, ip),
  );
  return Math.max(-1, ...shared.map(({ host }) => host.subnet.prefix));
}

function longest<R extends { readonly to: string }>(routes: readonly R[], address: string): R | undefined {
  const ip = parseIp(address);
  const covering = ip ? routes.filter(({ to }) => covers(to, ip)) : [];
  return covering.sort((a, b) => prefixOf(b.to) - prefixOf(a.to))[0];
}

function covers(to: string, ip: Ip): boolean {
  const subnet = parseHost(to)?.subnet;
  return subnet !== undefined && contains(subnet, ip);
}

const prefixOf = (to: string) => parseHost(to)?.subnet.prefix ?? 0;
