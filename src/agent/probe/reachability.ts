/** What the kernel of this thread's namespace knows of an address: whether it is its own, and by which way it goes there. */

import { get, withNetlink } from '../../linux/netlink.ts';
import { addressText } from '../../netlink/ip-text.ts';
import { getRequest, NETLINK_ROUTE, readAttributes } from '../../netlink/message.ts';
import { addressBytes, familyOf, type InternetFamily } from './sockaddr.ts';

export interface RouteLookup {
  /** Whether the address is this namespace's own. */
  readonly isLocal: boolean;
  /** The neighbour that packets for the address are given to: a gateway, or the address itself. */
  readonly nextHop: string;
}

const RTM_GETROUTE = 26;
const RTMSG = 12;
const RTA_DST = 1;
const RTA_GATEWAY = 5;
const RTN_LOCAL = 2;

/** Undefined where there is no route, or one that forbids. */
export function lookUpRoute(address: string): RouteLookup | undefined {
  const family = familyOf(address);
  try {
    return withNetlink(NETLINK_ROUTE, fd =>
      get(fd, routeRequest(family, address), (bytes, start, end) => decodeRoute(bytes, start, end, family, address)),
    );
  } catch {
    return undefined;
  }
}

function routeRequest(family: InternetFamily, address: string): Buffer {
  const value = addressBytes(address);
  const body = Buffer.alloc(RTMSG + 4 + value.length);
  body[0] = family;
  body[1] = value.length * 8;
  body.writeUInt16LE(4 + value.length, RTMSG);
  body.writeUInt16LE(RTA_DST, RTMSG + 2);
  value.copy(body, RTMSG + 4);
  return getRequest(RTM_GETROUTE, body);
}

function decodeRoute(bytes: Buffer, start: number, end: number, family: InternetFamily, address: string): RouteLookup {
  const attributes = readAttributes(bytes, start + RTMSG, end);
  const gateway = attributes.get(RTA_GATEWAY);
  return {
    isLocal: bytes[start + 7] === RTN_LOCAL,
    nextHop: gateway === undefined ? address : addressText(family, bytes, gateway.at),
  };
}
