/** The two ends of a connection, asked of the kernel by sock_diag: which source address a server's own socket has seen. */

import { dump, get, withNetlink } from '../../linux/netlink.ts';
import { AF_INET, AF_INET6, ipv4Text, ipv6Text } from '../../netlink/ip-text.ts';
import { dumpRequest, getRequest } from '../../netlink/message.ts';
import { addressBytes, familyOf, type SocketAddress } from './sockaddr.ts';

/** A TCP socket as the kernel lists it. */
export interface ConnectedSocket {
  readonly state: number;
  readonly localPort: number;
  readonly peer: SocketAddress;
}

const NETLINK_SOCK_DIAG = 4;
const SOCK_DIAG_BY_FAMILY = 20;
const REQUEST = 56;
const MESSAGE = 72;
const TCP = 6;
const ESTABLISHED = 1;
const CLOSE_WAIT = 8;
const MAPPED = '::ffff:';

/**
 * The address that a server in this thread's namespace sees for the connection from `client` to `server`.
 *
 * Translation may have changed all of them; a port that it left alone still tells.
 */
export function findSource(client: SocketAddress, server: SocketAddress): string | undefined {
  return withNetlink(NETLINK_SOCK_DIAG, fd => {
    const exact = askExactly(fd, client, server);
    if (exact !== undefined) return exact.peer.address;
    const sockets = [AF_INET, AF_INET6].flatMap(family => dump(fd, dumpOf(family), decodeSocket));
    return sockets.find(({ peer }) => peer.port === client.port)?.peer.address;
  });
}

/** struct inet_diag_msg */
export function decodeSocket(bytes: Buffer, start: number, end: number): ConnectedSocket | undefined {
  if (end - start < MESSAGE) return undefined;
  const family = bytes[start];
  const text = family === AF_INET ? ipv4Text(bytes, start + 24) : ipv6Text(bytes, start + 24);
  return {
    state: bytes[start + 1] ?? 0,
    localPort: bytes.readUInt16BE(start + 4),
    peer: {
      address: text.startsWith(MAPPED) ? text.slice(MAPPED.length) : text,
      port: bytes.readUInt16BE(start + 6),
    },
  };
}

/** The kernel answers with the listening socket where it has no such connection. */
function askExactly(fd: number, client: SocketAddress, server: SocketAddress): ConnectedSocket | undefined {
  try {
    const found = get(fd, getRequest(SOCK_DIAG_BY_FAMILY, exactRequest(client, server)), decodeSocket);
    return found?.state === ESTABLISHED || found?.state === CLOSE_WAIT ? found : undefined;
  } catch {
    return undefined;
  }
}

/** struct inet_diag_req_v2, from the server's point of view. */
export function exactRequest(client: SocketAddress, server: SocketAddress): Buffer {
  const body = Buffer.alloc(REQUEST);
  body[0] = familyOf(server.address);
  body[1] = TCP;
  body.writeUInt32LE(0xffffffff, 4);
  body.writeUInt16BE(server.port, 8);
  body.writeUInt16BE(client.port, 10);
  addressBytes(server.address).copy(body, 12);
  addressBytes(client.address).copy(body, 28);
  body.fill(0xff, 48, 56);
  return body;
}

function dumpOf(family: number): Buffer {
  const body = Buffer.alloc(REQUEST);
  body[0] = family;
  body[1] = TCP;
  body.writeUInt32LE((1 << ESTABLISHED) | (1 << CLOSE_WAIT), 4);
  return dumpRequest(SOCK_DIAG_BY_FAMILY, body);
}
