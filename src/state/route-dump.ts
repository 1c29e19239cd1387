/** The question for the routes of every table: RTM_NEWROUTE messages come in, routes go out. */

import { AF_INET, AF_INET6, addressText } from '../netlink/ip-text.ts';
import {
  type Attributes,
  dumpRequest,
  NETLINK_ROUTE,
  readAttributes,
  readNested,
  readU32,
  type Span,
} from '../netlink/message.ts';
import type { Dump, NameOf } from './question.ts';

export interface RouteDump {
  /** Canonical subnet; `0.0.0.0/0` and `::/0` for default. */
  readonly to: string;
  readonly table: number;
  /** RTPROT_*: 2 is the kernel itself, 3 boot, 4 static. */
  readonly protocol: number;
  /** `unicast`, `local`, `broadcast`, `blackhole`, `unreachable`, `prohibit`, ... */
  readonly type: string;
  /** `0x10`; absent where it is for every packet. */
  readonly tos?: string;
  readonly metric: number;
  readonly via: string | null;
  readonly dev: string | null;
  readonly src: string | null;
  readonly mtu: number | null;
}

/** RTPROT_KERNEL: what the kernel makes with an address. */
export const KERNEL = 2;

const RTM_GETROUTE = 26;
const RTMSG = 12;
const RTM_F_CLONED = 0x200;
const RTA_DST = 1;
const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const RTA_PRIORITY = 6;
const RTA_PREFSRC = 7;
const RTA_METRICS = 8;
const RTA_MULTIPATH = 9;
const RTA_TABLE = 15;
const RTA_VIA = 18;
const RTAX_MTU = 2;
const RTNEXTHOP = 8;
const TYPES = [
  'unspec',
  'unicast',
  'local',
  'broadcast',
  'anycast',
  'multicast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
  'nat',
] as const;

export const ROUTES: Dump<RouteDump> = {
  ...{ by: 'dump', name: 'routes', none: [], protocol: NETLINK_ROUTE },
  request: dumpRequest(RTM_GETROUTE, Buffer.alloc(RTMSG)),
  decode,
};

function decode(bytes: Buffer, start: number, end: number, nameOf: NameOf): RouteDump | undefined {
  const family = bytes[start] ?? 0;
  // The dump of every family also lists MPLS and multicast forwarding. Cloned routes are a cache.
  if (family !== AF_INET && family !== AF_INET6) return undefined;
  if ((bytes.readUInt32LE(start + 8) & RTM_F_CLONED) !== 0) return undefined;
  const attributes = readAttributes(bytes, start + RTMSG, end);
  const type = bytes[start + 7] ?? 0;
  const tos = bytes[start + 3] ?? 0;
  return {
    to: destination(family, bytes, attributes.get(RTA_DST), bytes[start + 1] ?? 0),
    table: readU32(bytes, attributes.get(RTA_TABLE)) ?? bytes[start + 4] ?? 0,
    protocol: bytes[start + 5] ?? 0,
    type: TYPES[type] ?? String(type),
    ...(tos === 0 ? {} : { tos: `0x${tos.toString(16)}` }),
    metric: readU32(bytes, attributes.get(RTA_PRIORITY)) ?? 0,
    ...nextHop(family, bytes, attributes, nameOf),
    src: textOf(family, bytes, attributes.get(RTA_PREFSRC)),
    mtu: readU32(bytes, readNested(bytes, attributes.get(RTA_METRICS)).get(RTAX_MTU)) ?? null,
  };
}

function destination(family: number, bytes: Buffer, span: Span | undefined, length: number): string {
  if (span === undefined) return family === AF_INET ? `0.0.0.0/${length}` : `::/${length}`;
  return `${addressText(family, bytes, span.at)}/${length}`;
}

/** Of a route with several next hops, the first one. */
function nextHop(
  family: number,
  bytes: Buffer,
  attributes: Attributes,
  nameOf: NameOf,
): { via: string | null; dev: string | null } {
  const several = attributes.get(RTA_MULTIPATH);
  if (several === undefined || several.end - several.at < RTNEXTHOP) {
    return { via: gateway(family, bytes, attributes), dev: nameOf(readU32(bytes, attributes.get(RTA_OIF)) ?? null) };
  }
  const end = Math.min(several.at + bytes.readUInt16LE(several.at), several.end);
  const first = readAttributes(bytes, several.at + RTNEXTHOP, end);
  return { via: gateway(family, bytes, first), dev: nameOf(bytes.readInt32LE(several.at + 4)) };
}

/** RTA_VIA is a gateway of the other family, such as an IPv6 one for an IPv4 route: family, then address. */
function gateway(family: number, bytes: Buffer, attributes: Attributes): string | null {
  const via = attributes.get(RTA_VIA);
  if (via === undefined) return textOf(family, bytes, attributes.get(RTA_GATEWAY));
  return addressText(bytes.readUInt16LE(via.at), bytes, via.at + 2);
}

function textOf(family: number, bytes: Buffer, span: Span | undefined): string | null {
  return span === undefined ? null : addressText(family, bytes, span.at);
}
