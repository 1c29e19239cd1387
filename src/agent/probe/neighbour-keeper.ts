/**
 * Keeping the kernel's neighbour table from overflowing: all namespaces of the machine share one for ARP and one for
 * IPv6, by default of 1,024 entries, and ten thousand probes need more. A packet that finds the table full is lost.
 *
 * When it is getting full, entries that have served are taken out of the lab's namespaces; the kernel, which would do
 * the same after five seconds, asks again when it needs them. Entries that a person or a program has set are left alone.
 *
 * What fills it may be another lab's. Then probes begin a few at a time: before the kernel lets an entry not be made
 * (neigh_alloc), it takes out those that have failed, or have neither been confirmed nor changed for five seconds. Whether it
 * had to lose a packet all the same, it counts.
 */
import { closeSync } from 'node:fs';
import { enterNamespace, listNamespaces } from '../../linux/named-namespace.ts';
import { openNetlink } from '../../linux/netlink.ts';
import { NETLINK_ROUTE } from '../../netlink/message.ts';
import { now } from './event-loop.ts';
import { allowedAfterLook, allowedWithoutLook, look, roomFor, unknownRoom } from './neighbour-room.ts';
import { forgetServed, readFills } from './neighbour-table.ts';
import type { Round } from './round.ts';
import type { InternetFamily } from './sockaddr.ts';

export interface NeighbourKeeper {
  /** How many further probes may begin now; makes room where there is little. */
  readonly mayBegin: () => number;
  /** How often the table of a family of addresses has lost a packet: by the last look at it, or by now. */
  readonly overflows: (family: InternetFamily, at: 'last look' | 'now') => number;
  /** Until when it is worth trying again what may have been lost like that; a time of `now()`. */
  readonly until: number;
  readonly close: () => void;
}

/** By then the kernel takes entries for old that were in use when the first packet was lost: it trusts them for 15 to 45 s. */
const RETRY_FOR_MS = 50_000;

export function makeNeighbourKeeper(round: Round): NeighbourKeeper {
  enterNamespace(null);
  const fd = openNetlink(NETLINK_ROUTE);
  round.forgetNamespace();
  let room = unknownRoom(readFills(fd));
  const lookAgain = () => {
    let fills = readFills(fd);
    if (roomFor(fills) !== Number.POSITIVE_INFINITY) {
      forgetServedEverywhere(round);
      fills = readFills(fd);
    }
    room = look(room, fills, now());
    return allowedAfterLook(room);
  };
  return {
    mayBegin: () => allowedWithoutLook(room, now()) ?? lookAgain(),
    overflows: (family, at) => {
      if (at === 'now') room = { ...room, fills: readFills(fd) };
      return room.fills.find(fill => fill.family === family)?.overflows ?? 0;
    },
    until: now() + RETRY_FOR_MS,
    close: () => closeSync(fd),
  };
}

function forgetServedEverywhere(round: Round): void {
  for (const ns of listNamespaces()) {
    try {
      round.enter(ns);
    } catch {
      continue; // It is just being made, or taken away.
    }
    forgetServed();
  }
}
