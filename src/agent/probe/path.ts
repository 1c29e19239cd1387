/**
 * Where the way to an address ends, for what vanished without a word: followed by the routes of one namespace after the
 * other. A router may be silent about a missing route, as it says so only a few times a second.
 */

import { listNamespaces } from '../../linux/named-namespace.ts';
import { dump, withNetlink } from '../../linux/netlink.ts';
import { ADDRESS_DUMP, decodeAddress } from '../../netlink/address.ts';
import { NETLINK_ROUTE } from '../../netlink/message.ts';
import { unansweredNeighbours } from './neighbour-table.ts';
import { lookUpRoute, type RouteLookup } from './reachability.ts';
import type { Round } from './round.ts';

/** The namespace that has no way on, and why. */
export type DeadEnd =
  | { readonly kind: 'no-route'; readonly ns: string }
  /** It asks for its next hop, and gets no answer. */
  | { readonly kind: 'no-neighbour'; readonly ns: string; readonly address: string };

const MAX_HOPS = 32;

/** What every namespace says of itself, read once. */
interface Network {
  readonly owners: ReadonlyMap<string, string>;
  readonly unanswered: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Finds the end of ways; undefined where it is not to be seen. */
export function makePathFinder(round: Round): (from: string, address: string) => DeadEnd | undefined {
  let network: Network | undefined;
  const ways = new Map<string, RouteLookup | undefined>();
  const wayOf = (ns: string, address: string): RouteLookup | undefined => {
    const key = `${ns} ${address}`;
    if (!ways.has(key)) {
      round.enter(ns);
      ways.set(key, lookUpRoute(address));
    }
    return ways.get(key);
  };
  return (from, address) => {
    network ??= readNetwork(round);
    let ns: string | undefined = from;
    for (let hop = 0; ns !== undefined && hop < MAX_HOPS; hop++) {
      const way = wayOf(ns, address);
      if (way === undefined) return { kind: 'no-route', ns };
      if (way.isLocal) return undefined;
      if (network.unanswered.get(ns)?.has(way.nextHop) === true)
        return { kind: 'no-neighbour', ns, address: way.nextHop };
      ns = network.owners.get(way.nextHop);
    }
    return undefined;
  };
}

function readNetwork(round: Round): Network {
  const owners = new Map<string, string>();
  const unanswered = new Map<string, ReadonlySet<string>>();
  for (const ns of listNamespaces()) {
    try {
      round.enter(ns);
    } catch {
      continue; // It is just being made, or taken away.
    }
    for (const { address, scope } of withNetlink(NETLINK_ROUTE, fd => dump(fd, ADDRESS_DUMP, decodeAddress))) {
      if (scope !== 'host') owners.set(address.replace(/\/.*/, ''), ns);
    }
    unanswered.set(ns, unansweredNeighbours());
  }
  return { owners, unanswered };
}
