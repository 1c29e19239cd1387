/**
 * The kernel's neighbour tables: how full they are for the whole machine, and which entries this thread's namespace has.
 */
import { send } from '../../linux/libc.ts';
import { dump, withNetlink } from '../../linux/netlink.ts';
import { AF_INET6, addressText } from '../../netlink/ip-text.ts';
import { dumpRequest, getRequest, NETLINK_ROUTE, readAttributes, readU32 } from '../../netlink/message.ts';

/** One of the two tables, for the whole machine. */
export interface Fill {
  readonly family: number;
  readonly entries: number;
  readonly limit: number;
  /** How often it was full, and a packet lost by that. */
  readonly overflows: number;
}

/** One namespace's entry, and the request that takes it out. */
export interface NeighbourTableEntry {
  readonly address: string;
  readonly state: number;
  readonly flags: number;
  readonly removal: Buffer;
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

const FILL_DUMP = dumpRequest(RTM_GETNEIGHTBL, Buffer.alloc(NDTMSG));
const NEIGHBOUR_DUMP = dumpRequest(RTM_GETNEIGH, Buffer.alloc(NDMSG));

/** By a netlink socket of the first namespace, which alone tells of the machine. */
export function readFills(fd: number): readonly Fill[] {
  return dump(fd, FILL_DUMP, decodeFill);
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

/** Addresses that this thread's namespace asked for by ARP or neighbour discovery, and that no machine has claimed. */
export function unansweredNeighbours(): ReadonlySet<string> {
  const all = withNetlink(NETLINK_ROUTE, fd => dump(fd, NEIGHBOUR_DUMP, decodeNeighbour));
  return new Set(all.filter(({ state }) => (state & (NUD_INCOMPLETE | NUD_FAILED)) !== 0).map(one => one.address));
}

/** Takes out entries that have served; the kernel asks again when it needs them. */
export function forgetServed(): void {
  withNetlink(NETLINK_ROUTE, fd => {
    for (const one of dump(fd, NEIGHBOUR_DUMP, decodeNeighbour).filter(hasServed)) {
      // Whether it worked is not read: without a request for it the kernel answers with errors only.
      send(fd, one.removal, one.removal.length, 0);
    }
  });
}

export function decodeNeighbour(bytes: Buffer, start: number, end: number): NeighbourTableEntry | undefined {
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
export function hasServed({ state, flags }: NeighbourTableEntry): boolean {
  return (state & NUD_RESOLVED) !== 0 && (flags & NTF_EXT_LEARNED) === 0;
}
