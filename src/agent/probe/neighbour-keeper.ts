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
import { type Fill, forgetServed, readFills } from './neighbour-table.ts';
import type { Round } from './round.ts';
import type { InternetFamily } from './sockaddr.ts';

export interface NeighbourKeeper {
  /** How many further probes may begin now; makes room where there is little. */
  readonly mayBegin: () => number;
  /** From here on: whether the table of a family of addresses has lost a packet since then. */
  readonly watchOverflows: (family: InternetFamily) => HasOverflown;
  /** How often entries have been taken out: a packet that was waiting for one of them just then may be lost. */
  readonly timesCleared: () => number;
  /** Until when it is worth trying again what may have been lost like that; a time of `now()`. */
  readonly until: number;
  readonly close: () => void;
}

/**
 * Whether it has in the whole time, or only while a first packet and its answer were under way: TCP sends its own once
 * more after a second, which finds the table full where thousands do, and loses nothing that matters.
 */
export type HasOverflown = (span: 'first packet' | 'all') => boolean;

const FIRST_PACKET_MS = 900;
/** By then the kernel takes entries for old that were in use when the first packet was lost: it trusts them for 15 to 45 s. */
const RETRY_FOR_MS = 50_000;

export function makeNeighbourKeeper(round: Round): NeighbourKeeper {
  enterNamespace(null);
  const fd = openNetlink(NETLINK_ROUTE);
  round.forgetNamespace();
  let room = unknownRoom(readFills(fd));
  let cleared = 0;
  const history = [{ at: Number.NEGATIVE_INFINITY, fills: room.fills }];
  const note = (fills: readonly Fill[]) => {
    if (fills.some(({ family }) => countIn(fills, family) !== countIn(room.fills, family)))
      history.push({ at: now(), fills });
  };
  const lookAgain = () => {
    let fills = readFills(fd);
    if (roomFor(fills) !== Number.POSITIVE_INFINITY) {
      forgetServedEverywhere(round);
      cleared++;
      fills = readFills(fd);
    }
    note(fills);
    room = look(room, fills, now());
    return allowedAfterLook(room);
  };
  return {
    mayBegin: () => allowedWithoutLook(room, now()) ?? lookAgain(),
    watchOverflows: family => {
      const before = countIn(room.fills, family);
      const until = now() + FIRST_PACKET_MS;
      return span => {
        if (span === 'first packet' && now() >= until)
          return countIn(history.findLast(({ at }) => at < until)?.fills ?? [], family) !== before;
        const fills = readFills(fd);
        note(fills);
        room = { ...room, fills };
        return countIn(fills, family) !== before;
      };
    },
    timesCleared: () => cleared,
    until: now() + RETRY_FOR_MS,
    close: () => closeSync(fd),
  };
}

/** How often a packet was lost. */
const countIn = (fills: readonly Fill[], family: number) => fills.find(fill => fill.family === family)?.overflows ?? 0;

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
