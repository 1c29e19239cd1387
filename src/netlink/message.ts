/**
 * Netlink's messages: what is asked becomes bytes, bytes become attributes. What they mean is their readers' business, and
 * sockets are not known here.
 *
 * Every number is in the machine's own byte order, taken to be little-endian as on every machine that Node is built
 * for but s390x.
 */

export const NETLINK_ROUTE = 0;
export const NETLINK_NETFILTER = 12;

/** Bytes of a message's own header. */
export const HEADER = 16;
const NLM_F_REQUEST = 0x1;
const NLM_F_DUMP = 0x300;
const TYPE_MASK = 0x3fff;

/** Where an attribute's value is in the buffer. */
export interface Span {
  readonly at: number;
  readonly end: number;
}

export type Attributes = ReadonlyMap<number, Span>;

/** Reads a message's body, which is bytes[start..end). */
export type Decode<T> = (bytes: Buffer, start: number, end: number) => T | undefined;

/** A request that lists every object of a kind. */
export function dumpRequest(type: number, body: Uint8Array): Buffer {
  return request(type, NLM_F_DUMP, body);
}

/** A request for one object. */
export function getRequest(type: number, body: Uint8Array): Buffer {
  return request(type, 0, body);
}

/** Padded to where another one may follow. */
export function attribute(type: number, value: Uint8Array): Buffer {
  const bytes = Buffer.alloc(align(4 + value.length));
  bytes.writeUInt16LE(4 + value.length, 0);
  bytes.writeUInt16LE(type, 2);
  bytes.set(value, 4);
  return bytes;
}

/** An attribute that holds a 32-bit number. */
export function u32Attribute(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return attribute(type, bytes);
}

/** The attributes between two places, by type. A malformed length ends the list. */
export function readAttributes(bytes: Buffer, start: number, end: number): Attributes {
  const attributes = new Map<number, Span>();
  for (let at = start; at + 4 <= end; ) {
    const length = bytes.readUInt16LE(at);
    if (length < 4 || at + length > end) break;
    attributes.set(bytes.readUInt16LE(at + 2) & TYPE_MASK, { at: at + 4, end: at + length });
    at += align(length);
  }
  return attributes;
}

export function readNested(bytes: Buffer, span: Span | undefined): Attributes {
  return span === undefined ? new Map() : readAttributes(bytes, span.at, span.end);
}

export function readU32(bytes: Buffer, span: Span | undefined): number | undefined {
  return span === undefined || span.end - span.at < 4 ? undefined : bytes.readUInt32LE(span.at);
}

export function readS32(bytes: Buffer, span: Span | undefined): number | undefined {
  return span === undefined || span.end - span.at < 4 ? undefined : bytes.readInt32LE(span.at);
}

/** A text attribute, without the zero byte at its end. */
export function readText(bytes: Buffer, span: Span | undefined): string | undefined {
  if (span === undefined) return undefined;
  const zero = bytes.indexOf(0, span.at);
  return bytes.toString('utf8', span.at, zero === -1 || zero > span.end ? span.end : zero);
}

function request(type: number, flags: number, body: Uint8Array): Buffer {
  const bytes = Buffer.alloc(HEADER + body.length);
  bytes.writeUInt32LE(bytes.length, 0);
  bytes.writeUInt16LE(type, 4);
  bytes.writeUInt16LE(NLM_F_REQUEST | flags, 6);
  bytes.writeUInt32LE(1, 8);
  bytes.set(body, HEADER);
  return bytes;
}

/** Messages and attributes begin at multiples of four bytes. */
export function align(length: number): number {
  return (length + 3) & ~3;
}
