/**
 * Keeping the kernel's neighbour table from overflowing: all namespaces of the machine share one for ARP and one for
 * IPv6, by default of 1,024 entries, and ten thousand probes need more. A packet that finds the table full is lost.
 *
 * When it is getting full, entries that have served are taken out of the lab's namespaces; the kernel, which would do
 * the same after five seconds, asks again when it needs them. Entries that somebody set are left alone.
 *
 * What fills it may be another lab's. Then probes begin a few at a time: before the kernel lets an entry not be made
 * (neigh_alloc), it takes out those that have failed, or have neither been confirmed nor changed for five seconds. Whether it
 * had to lose a packet all the same, it counts.
 */
import { closeSync } from 'node:fs';
import { send } from '../../linux/libc.ts';
import { enterNamespace, listNamespaces } from '../../linux/named-namespace.ts';
import { dump, openNetlink, withNetlink } from '../../linux/netlink.ts';
import { AF_INET6, addressText } from '../../netlink/ip-text.ts';
import { dumpRequest, getRequest, NETLINK_ROUTE, readAttributes, readU32 } from '../../netlink/message.ts';
import { now } from './event-loop.ts';
import type { Round } from './round.ts';
import type { InternetFamily } from './sockaddr.ts';

/** One of the two tables, for the whole machine. */
export interface Fill {
  readonly family: number;
  readonly entries: number;
  readonly limit: number;
  /** How often it was full, and a packet lost by that. */
  readonly overflows: number;
}

/** One namespace's entry, and the request that takes it out. */
export interface Neighbour {
  readonly address: string;
  readonly state: number;
  readonly flags: number;
  readonly removal: Buffer;
}

export interface NeighbourKeeper {
  /** How many further probes may begin now; makes room where there is little. */
  readonly mayBegin: () => number;
  /** How often the table of a family of addresses has lost somebody's packet: by the last look at it, or by now. */
  readonly overflows: (family: InternetFamily, at: 'last look' | 'now') => number;
  /** Until when it is worth trying again what may have been lost like that; a time of `now()`. */
  readonly until: number;
  readonly close: () => void;
}

const RTM_DELNEIGH = 29;
const RTM_GETNEIGH = 30;
const RTM_GETNEIGHTBL = 66;
const NDTMSG = 4;
const NDTA_THRESH3 = 4;
const NDTA_CONFIG = 5;
const NDTA_STATS = 7;
const TABLE_FULLS_AT = 80;
const NDMSG = 12;
const NDA_DST = 1;
const NUD_INCOMPLETE = 0x01;
const NUD_RESOLVED = 0x02 | 0x04 | 0x08 | 0x10;
const NUD_FAILED = 0x20;
const NTF_EXT_LEARNED = 0x10;

/** What begins within one turn of the loop needs no more than that. */
const RESERVE = 384;
/** What one probe needs: at its sender, its receiver and the nodes between them, there and back. */
const ENTRIES_A_PROBE = 6;
/** As many may begin in a table that is full. */
const FEW = 4;
const CHECK_MS = 2;
/** How long it is left alone where little could be taken out. */
const PAUSE_MS = 50;
/** Entries of our own have served by then; so what is tight for longer is so by others. */
const OWN_MS = 500;
/** By then the kernel takes entries for old that were in use when the first packet was lost: it trusts them for 15 to 45 s. */
const RETRY_FOR_MS = 50_000;

const FILL_DUMP = dumpRequest(RTM_GETNEIGHTBL, Buffer.alloc(NDTMSG));
const NEIGHBOUR_DUMP = dumpRequest(RTM_GETNEIGH, Buffer.alloc(NDMSG));

export function makeNeighbourKeeper(round: Round): NeighbourKeeper {
  enterNamespace(null);
  const fd = openNetlink(NETLINK_ROUTE);
  round.forgetNamespace();
  let fills = dump(fd, FILL_DUMP, decodeFill);
  let checkedAt = Number.NEGATIVE_INFINITY;
  let tightSince: number | undefined;
  let pace = FEW;
  const look = (): number => {
    fills = dump(fd, FILL_DUMP, decodeFill);
    return roomFor(fills);
  };
  const mayBegin = (): number => {
    if (now() - checkedAt < (tightSince === undefined ? CHECK_MS : PAUSE_MS))
      return tightSince === undefined ? Number.POSITIVE_INFINITY : 0;
    const before = fills;
    let room = look();
    if (room !== Number.POSITIVE_INFINITY) {
      forgetResolved(round);
      room = look();
    }
    checkedAt = now();
    tightSince = room === Number.POSITIVE_INFINITY ? undefined : (tightSince ?? checkedAt);
    pace = nextPace(pace, before, fills);
    return tightSince === undefined || checkedAt - tightSince >= OWN_MS ? Math.max(room, pace) : 0;
  };
  const overflows: NeighbourKeeper['overflows'] = (family, at) => {
    if (at === 'now') look();
    return fills.find(fill => fill.family === family)?.overflows ?? 0;
  };
  return { mayBegin, overflows, until: now() + RETRY_FOR_MS, close: () => closeSync(fd) };
}

/** How many probes may begin at once: as many as like, where there is room enough. */
export function roomFor(fills: readonly Fill[]): number {
  const tight = fills.filter(isNearlyFull).map(({ limit, entries }) => Math.floor((limit - entries) / ENTRIES_A_PROBE));
  return tight.length === 0 ? Number.POSITIVE_INFINITY : Math.max(FEW, Math.min(...tight));
}

/**
 * Entries that somebody has set are counted, but not held against the limit. There may be more than that of them: then
 * only trying tells how many probes there is room for.
 */
export function nextPace(pace: number, before: readonly Fill[], fills: readonly Fill[]): number {
  const isCountMoot = fills.some(({ entries, limit }) => entries > limit);
  const isLost = fills.some(({ overflows }, index) => overflows !== before[index]?.overflows);
  return isCountMoot && !isLost ? Math.min(pace * 2, RESERVE / ENTRIES_A_PROBE) : FEW;
}

function isNearlyFull({ entries, limit }: Fill): boolean {
  return entries > Math.max(limit - RESERVE, limit / 2);
}

/** Of the table itself; what follows it for each device has no thresholds. */
export function decodeFill(bytes: Buffer, start: number, end: number): Fill | undefined {
  const attributes = readAttributes(bytes, start + NDTMSG, end);
  const limit = readU32(bytes, attributes.get(NDTA_THRESH3));
  const config = attributes.get(NDTA_CONFIG);
  if (limit === undefined || config === undefined) return undefined;
  const statistics = attributes.get(NDTA_STATS);
  return {
    family: bytes[start] ?? 0,
    entries: bytes.readUInt32LE(config.at + 4),
    limit,
    overflows: statistics === undefined ? 0 : Number(bytes.readBigUInt64LE(statistics.at + TABLE_FULLS_AT)),
  };
}

/** Addresses that this thread's namespace asked for by ARP or neighbour discovery, and that nobody has claimed. */
export function unansweredNeighbours(): ReadonlySet<string> {
  const all = withNetlink(NETLINK_ROUTE, fd => dump(fd, NEIGHBOUR_DUMP, decodeNeighbour));
  return new Set(all.filter(({ state }) => (state & (NUD_INCOMPLETE | NUD_FAILED)) !== 0).map(one => one.address));
}

export function decodeNeighbour(bytes: Buffer, start: number, end: number): Neighbour | undefined {
  const address = readAttributes(bytes, start + NDMSG, end).get(NDA_DST);
  const family = bytes[start] ?? 0;
  if (address === undefined || address.end - address.at !== (family === AF_INET6 ? 16 : 4)) return undefined;
  const body = Buffer.concat([bytes.subarray(start, start + NDMSG), bytes.subarray(address.at - 4, address.end)]);
  return {
    address: addressText(family, bytes, address.at),
    state: bytes.readUInt16LE(start + 8),
    flags: bytes[start + 10] ?? 0,
    removal: getRequest(RTM_DELNEIGH, body),
  };
}

/** An entry that is still being asked for holds packets back, which would be lost with it. */
export function hasServed({ state, flags }: Neighbour): boolean {
  return (state & NUD_RESOLVED) !== 0 && (flags & NTF_EXT_LEARNED) === 0;
}

function forgetResolved(round: Round): void {
  for (const ns of listNamespaces()) {
    try {
      round.enter(ns);
    } catch {
      continue; // It is just being made, or taken away.
    }
    withNetlink(NETLINK_ROUTE, fd => {
      for (const one of dump(fd, NEIGHBOUR_DUMP, decodeNeighbour).filter(hasServed)) {
        // Nobody reads whether it worked: without a request for it the kernel answers with errors only.
        send(fd, one.removal, one.removal.length, 0);
      }
    });
  }
}
