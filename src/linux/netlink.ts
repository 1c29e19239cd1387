/** Netlink's sockets: a request as bytes goes out, messages come in and are handed to a decoder. */
import { closeSync } from 'node:fs';
import { align, type Decode, HEADER } from '../netlink/message.ts';
import { errno, recv, SystemError, send, socket } from './libc.ts';

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 0x80003;
const NLM_F_DUMP_INTR = 0x10;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const MSG_TRUNC = 0x20;
const DUMP_TRIES = 20;

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

const NLM_F_ACK = 0x4;
const TOGETHER = 100;

/** Requests to change something, many at a time; reasons of the kernel's that are `harmless` are passed over. */
export function actAll(fd: number, requests: readonly Buffer[], harmless: ReadonlySet<number>): void {
  for (let at = 0; at < requests.length; at += TOGETHER) {
    const batch = requests.slice(at, at + TOGETHER);
    for (const [index, request] of batch.entries()) request.writeUInt32LE(index + 1, 8);
    // The last one alone is confirmed; what fails is told anyway.
    const last = batch.at(-1);
    last?.writeUInt16LE(last.readUInt16LE(6) | NLM_F_ACK, 6);
    sendAll(fd, Buffer.concat(batch));
    receiveErrors(fd, batch.length, harmless);
  }
}

function receiveErrors(fd: number, last: number, harmless: ReadonlySet<number>): void {
  for (let sequence = 0; sequence !== last; ) {
    receive(fd);
    sequence = received.readUInt32LE(8);
    const code = -received.readInt32LE(HEADER);
    if (code > 0 && !harmless.has(code)) throw new SystemError('netlink', code);
  }
}

interface MessageBatch<T> {
  readonly items: T[];
  readonly done: boolean;
  readonly interrupted: boolean;
}

/** Walks the messages of one reading. */
export function readMessages<T>(bytes: Buffer, length: number, decode: Decode<T>, items: T[]): MessageBatch<T> {
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

function sendAll(fd: number, bytes: Buffer): void {
  if (send(fd, bytes, bytes.length, 0) < 0) throw new SystemError('netlink send', errno());
}

function receive(fd: number): number {
  const length = recv(fd, received, received.length, MSG_TRUNC);
  if (length < 0) throw new SystemError('netlink receive', errno());
  if (length > received.length) throw new Error(`a netlink reading of ${length} bytes is larger than the buffer`);
  return length;
}
