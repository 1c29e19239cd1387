/**
 * Netlink's envelope: a request as bytes goes out, messages come in and are handed to a decoder.
 *
 * Every number is in the machine's own byte order, taken to be little-endian as on every machine that Node is built
 * for but s390x.
 */
import { closeSync } from 'node:fs';
import { errno, recv, SystemError, send, socket } from './libc.ts';

export const NETLINK_ROUTE = 0;
export const NETLINK_NETFILTER = 12;

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 0x80003;
const NLM_F_REQUEST = 0x1;
const NLM_F_ACK = 0x4;
const NLM_F_DUMP = 0x300;
const NLM_F_DUMP_INTR = 0x10;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const MSG_TRUNC = 0x20;
const HEADER = 16;
const TYPE_MASK = 0x3fff;
const DUMP_TRIES = 20;

/** Where an attribute's value is in the buffer. */
export interface Span {
  readonly at: number;
  readonly end: number;
}

export type Attributes = ReadonlyMap<number, Span>;

/** Reads a message's body, which is bytes[start..end). */
export type Decode<T> = (bytes: Buffer, start: number, end: number) => T | undefined;

// The kernel fills at most 32 KiB at once. One buffer serves every socket, as nothing decoded refers to it.
const received = Buffer.alloc(1 << 16);

/** Opens a socket in the network namespace that this thread is in; it stays there. */
export function openNetlink(protocol: number): number {
  const fd = socket(AF_NETLINK, SOCK_RAW_CLOEXEC, protocol);
  if (fd < 0) throw new SystemError('netlink socket', errno());
  return fd;
}

export function withNetlink<T>(protocol: number, use: (fd: number) => T): T {
  const fd = openNetlink(protocol);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

/** A request that lists every object of a kind. */
export function dumpRequest(type: number, body: Uint8Array): Buffer {
  return request(type, NLM_F_DUMP, body);
}

/** A request for one object. */
export function getRequest(type: number, body: Uint8Array): Buffer {
  return request(type, 0, body);
}

/** A request to change something; `get` then throws where the kernel did not. */
export function actRequest(type: number, body: Uint8Array): Buffer {
  return request(type, NLM_F_ACK, body);
}

/** An attribute that holds a 32-bit number. */
export function u32Attribute(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(8, 0);
  bytes.writeUInt16LE(type, 2);
  bytes.writeUInt32LE(value >>> 0, 4);
  return bytes;
}

/** Lists objects. The kernel marks a list that changed while it was read, which is then read again. */
export function dump<T>(fd: number, question: Buffer, decode: Decode<T>): T[] {
  for (let left = DUMP_TRIES; ; left--) {
    const items: T[] = [];
    sendAll(fd, question);
    if (receiveAll(fd, decode, items) || left <= 1) return items;
  }
}

/** Asks for one object. Throws a `SystemError` where the kernel says no. */
export function get<T>(fd: number, question: Buffer, decode: Decode<T>): T | undefined {
  sendAll(fd, question);
  const length = receive(fd);
  const [item] = readMessages(received, length, decode, []).items;
  return item;
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

interface Batch<T> {
  readonly items: T[];
  readonly done: boolean;
  readonly interrupted: boolean;
}

/** Walks the messages of one reading. */
export function readMessages<T>(bytes: Buffer, length: number, decode: Decode<T>, items: T[]): Batch<T> {
  let interrupted = false;
  for (let at = 0; at + HEADER <= length; ) {
    const size = bytes.readUInt32LE(at);
    if (size < HEADER || at + size > length) break;
    const type = bytes.readUInt16LE(at + 4);
    interrupted ||= (bytes.readUInt16LE(at + 6) & NLM_F_DUMP_INTR) !== 0;
    if (type === NLMSG_ERROR || type === NLMSG_DONE) {
      const code = size >= HEADER + 4 ? bytes.readInt32LE(at + HEADER) : 0;
      if (code < 0) throw new SystemError('netlink', -code);
      return { items, done: true, interrupted };
    }
    const item = decode(bytes, at + HEADER, at + size);
    if (item !== undefined) items.push(item);
    at += align(size);
  }
  return { items, done: false, interrupted };
}

/** Reads a list to its end; false where it changed meanwhile. */
function receiveAll<T>(fd: number, decode: Decode<T>, items: T[]): boolean {
  let interrupted = false;
  for (;;) {
    const batch = readMessages(received, receive(fd), decode, items);
    interrupted ||= batch.interrupted;
    if (batch.done) return !interrupted;
  }
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

function sendAll(fd: number, bytes: Buffer): void {
  if (send(fd, bytes, bytes.length, 0) < 0) throw new SystemError('netlink send', errno());
}

function receive(fd: number): number {
  const length = recv(fd, received, received.length, MSG_TRUNC);
  if (length < 0) throw new SystemError('netlink receive', errno());
  if (length > received.length) throw new Error(`a netlink reading of ${length} bytes is larger than the buffer`);
  return length;
}

function align(length: number): number {
  return (length + 3) & ~3;
}
