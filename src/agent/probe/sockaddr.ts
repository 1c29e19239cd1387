/** Socket addresses: an address as text and a port come in, the kernel's bytes go out, and back. */
import { isIPv6 } from 'node:net';
import { AF_INET, AF_INET6, ipv4Text, ipv6Text } from '../../netlink/ip-text.ts';

export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

export type InternetFamily = typeof AF_INET | typeof AF_INET6;

export function familyOf(address: string): InternetFamily {
  return isIPv6(address) ? AF_INET6 : AF_INET;
}

/** The 4 or 16 bytes of an address in any spelling. */
export function addressBytes(address: string): Buffer {
  return isIPv6(address) ? ipv6Bytes(address) : Buffer.from(address.split('.').map(Number));
}

/** The one spelling that everything here compares by. */
export function canonical(address: string): string {
  return isIPv6(address) ? ipv6Text(ipv6Bytes(address), 0) : address;
}

/** struct sockaddr_in or sockaddr_in6. */
export function encodeSocketAddress({ address, port }: SocketAddress): Buffer {
  const isSix = isIPv6(address);
  // Longer than the structure, so that it lies off V8's moving heap.
  const bytes = Buffer.alloc(128);
  bytes.writeUInt16LE(isSix ? AF_INET6 : AF_INET, 0);
  bytes.writeUInt16BE(port, 2);
  addressBytes(address).copy(bytes, isSix ? 8 : 4);
  return bytes;
}

export function socketAddressLength(family: InternetFamily): number {
  return family === AF_INET6 ? 28 : 16;
}

/** Undefined for the address of another family. */
export function decodeSocketAddress(bytes: Buffer, at = 0): SocketAddress | undefined {
  const family = bytes.readUInt16LE(at);
  if (family === AF_INET) return { address: ipv4Text(bytes, at + 4), port: bytes.readUInt16BE(at + 2) };
  if (family === AF_INET6) return { address: ipv6Text(bytes, at + 8), port: bytes.readUInt16BE(at + 2) };
  return undefined;
}

function ipv6Bytes(text: string): Buffer {
  const [head = '', tail] = withoutDots(text).split('::');
  const left = words(head);
  const right = tail === undefined ? [] : words(tail);
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => 0);
  const bytes = Buffer.alloc(16);
  [...left, ...zeros, ...right].forEach((word, i) => {
    bytes.writeUInt16BE(word, 2 * i);
  });
  return bytes;
}

/** An IPv4 address at the end becomes the two groups that it stands for. */
function withoutDots(text: string): string {
  return text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
}

function words(text: string): number[] {
  return text === '' ? [] : text.split(':').map(word => Number.parseInt(word, 16));
}
