/** Packets: echo requests are built; packets seen by a receiver are recognised. Pure. */
import { AF_INET, AF_INET6, ipv4Text, ipv6Text } from '../../netlink/ip-text.ts';
import { type Marks, readMark, readSequence } from './nonce.ts';
import { readSctp } from './sctp-packet.ts';
import type { InternetFamily } from './sockaddr.ts';

/** One of our packets, as the receiver saw it. */
export interface Recognised {
  readonly id: number;
  readonly source: string;
  readonly destination: string;
}

const ICMP_ECHO_REQUEST = 8;
const ICMP_ECHO_REPLY = 0;
const ICMP6_ECHO_REQUEST = 128;
const ICMP6_ECHO_REPLY = 129;
const ICMP_HEADER = 8;
const UDP_HEADER = 8;
const TCP_HEADER = 20;
const IPV6_HEADER = 40;
const TCP = 6;
const UDP = 17;
const ICMP = 1;
const ICMPV6 = 58;
const SCTP = 132;
const SYN = 2;

/** An echo request; for IPv6 the kernel fills in the checksum, which covers addresses. */
export function buildEcho(family: InternetFamily, id: number, payload: Buffer): Buffer {
  const bytes = Buffer.alloc(ICMP_HEADER + Math.max(payload.length, 128)).subarray(0, ICMP_HEADER + payload.length);
  bytes[0] = family === AF_INET6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO_REQUEST;
  bytes.writeUInt16BE(id & 0xffff, 4);
  bytes.writeUInt16BE((id >>> 16) & 0xffff, 6);
  payload.copy(bytes, ICMP_HEADER);
  if (family === AF_INET) bytes.writeUInt16BE(checksum(bytes), 2);
  return bytes;
}

/** Which attempt an echo reply answers, given what a raw socket reads; raw IPv4 sockets give the IP header too. */
export function readEchoReply(family: InternetFamily, marks: Marks, bytes: Buffer, length: number): number | undefined {
  const at = family === AF_INET ? ((bytes[0] ?? 0) & 15) * 4 : 0;
  if (bytes[at] !== (family === AF_INET ? ICMP_ECHO_REPLY : ICMP6_ECHO_REPLY)) return undefined;
  return readMark(marks, bytes, at + ICMP_HEADER, length);
}

/** The Internet checksum (RFC 1071). */
export function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** Recognises one of our packets, given from its IP header on. */
export function recognise(marks: Marks, bytes: Buffer, length: number): Recognised | undefined {
  const version = (bytes[0] ?? 0) >> 4;
  if (version === 4 && length >= 20) {
    const id = readTransport(marks, bytes[9] ?? 0, bytes, ((bytes[0] ?? 0) & 15) * 4, length);
    return id === undefined ? undefined : { id, source: ipv4Text(bytes, 12), destination: ipv4Text(bytes, 16) };
  }
  if (version === 6 && length >= IPV6_HEADER) {
    const id = readTransport(marks, bytes[6] ?? 0, bytes, IPV6_HEADER, length);
    return id === undefined ? undefined : { id, source: ipv6Text(bytes, 8), destination: ipv6Text(bytes, 24) };
  }
  return undefined;
}

function readTransport(marks: Marks, protocol: number, bytes: Buffer, at: number, end: number): number | undefined {
  switch (protocol) {
    case TCP:
      return end >= at + TCP_HEADER && bytes[at + 13] === SYN
        ? readSequence(marks, bytes.readUInt32BE(at + 4))
        : undefined;
    case SCTP: {
      const init = readSctp(bytes, at, end);
      return init?.chunk === 'init' ? readSequence(marks, init.initiateTag) : undefined;
    }
    case UDP:
      return readMark(marks, bytes, at + UDP_HEADER, end);
    case ICMP:
      return bytes[at] === ICMP_ECHO_REQUEST ? readMark(marks, bytes, at + ICMP_HEADER, end) : undefined;
    case ICMPV6:
      return bytes[at] === ICMP6_ECHO_REQUEST ? readMark(marks, bytes, at + ICMP_HEADER, end) : undefined;
    default:
      return undefined;
  }
}
