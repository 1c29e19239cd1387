/**
 * The error queue of a socket (IP_RECVERR): why the network refused a packet, and which machine said so.
 *
 * An errno alone tells neither: ECONNREFUSED may be the target's reset or a firewall's ICMP message on the way.
 */

import { constants } from 'node:os';
import { errno, SystemError } from '../../linux/libc.ts';
import { allocate, MSG_ERRQUEUE, recvMessage, setOption } from '../../linux/sockets.ts';
import { AF_INET6 } from '../../netlink/ip-text.ts';
import type { IcmpError, Outcome } from './outcome.ts';
import { decodeSocketAddress, type InternetFamily } from './sockaddr.ts';

/** What the queue says: what the sender's own kernel found, or an ICMP message. */
export type QueuedError =
  | { readonly origin: 'local'; readonly errno: number; readonly info: number }
  | { readonly origin: 'icmp'; readonly errno: number; readonly error: IcmpError };

const { ENOMEM } = constants.errno;
const SOL_IP = 0;
const SOL_IPV6 = 41;
const IP_RECVERR = 11;
const IPV6_RECVERR = 25;
const SO_EE_ORIGIN_LOCAL = 1;
const SO_EE_ORIGIN_ICMP6 = 3;
const CMSG_HEADER = 16;
const EXTENDED_ERROR = 16;

/** struct msghdr, its iovec, the sender's name, the control messages, and the payload, in one piece of memory. */
const IOVEC_AT = 64;
const NAME_AT = 128;
const CONTROL_AT = 256;
const CONTROL_LENGTH = 512;
const PAYLOAD_AT = CONTROL_AT + CONTROL_LENGTH;
const PAYLOAD_LENGTH = 256;
const memory = allocate(PAYLOAD_AT + PAYLOAD_LENGTH);

export function wantErrors(fd: number, family: InternetFamily): void {
  if (family === AF_INET6) setOption(fd, SOL_IPV6, IPV6_RECVERR, 1);
  else setOption(fd, SOL_IP, IP_RECVERR, 1);
}

/** Takes the oldest error; the packet that it is about is then in `payload`. */
export function takeQueuedError(fd: number): { error: QueuedError; payload: Buffer } | undefined {
  const { bytes } = memory;
  prepare();
  const length = recvMessage(fd, memory.pointer, MSG_ERRQUEUE);
  if (length < 0) return undefined;
  const controlLength = Number(bytes.readBigUInt64LE(40));
  const error = decodeControl(bytes.subarray(CONTROL_AT, CONTROL_AT + Math.min(controlLength, CONTROL_LENGTH)));
  const payload = bytes.subarray(PAYLOAD_AT, PAYLOAD_AT + Math.min(length, PAYLOAD_LENGTH));
  return error === undefined ? undefined : { error, payload };
}

/** Finds the extended error among control messages, with its offender right behind it. */
export function decodeControl(bytes: Buffer): QueuedError | undefined {
  for (let at = 0; at + CMSG_HEADER <= bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    if (length < CMSG_HEADER || at + length > bytes.length) return undefined;
    const level = bytes.readInt32LE(at + 8);
    const type = bytes.readInt32LE(at + 12);
    if ((level === SOL_IP && type === IP_RECVERR) || (level === SOL_IPV6 && type === IPV6_RECVERR)) {
      return decodeError(bytes.subarray(at + CMSG_HEADER, at + length));
    }
    at += (length + 7) & ~7;
  }
  return undefined;
}

/** What a failed call means, where the kernel may have put the reason into the queue. */
export function failure(fd: number, code: number): Outcome {
  const queued = takeQueuedError(fd)?.error;
  if (queued?.origin === 'icmp') return { kind: 'icmp', error: queued.error };
  if (queued !== undefined && queued.info > 0) return { kind: 'local', errno: queued.errno, mtu: queued.info };
  // The machine's shortage says nothing about the network.
  if (code === ENOMEM) throw new SystemError('sending', code);
  return { kind: 'local', errno: code };
}

/** The same right after a call on this thread. */
export function failureNow(fd: number): Outcome {
  return failure(fd, errno());
}

function decodeError(bytes: Buffer): QueuedError | undefined {
  if (bytes.length < EXTENDED_ERROR) return undefined;
  const code = bytes.readUInt32LE(0);
  const origin = bytes[4] ?? 0;
  const info = bytes.readUInt32LE(8);
  const by = bytes.length >= EXTENDED_ERROR + 16 ? decodeSocketAddress(bytes, EXTENDED_ERROR)?.address : undefined;
  if (origin === SO_EE_ORIGIN_LOCAL || by === undefined) return { origin: 'local', errno: code, info };
  const family = origin === SO_EE_ORIGIN_ICMP6 ? AF_INET6 : 2;
  return { origin: 'icmp', errno: code, error: { family, type: bytes[5] ?? 0, code: bytes[6] ?? 0, info, by } };
}

/** The kernel writes lengths and flags into the header, so it is written anew each time. */
function prepare(): void {
  const { bytes, at } = memory;
  bytes.fill(0, 0, NAME_AT);
  bytes.writeBigUInt64LE(at + BigInt(NAME_AT), 0);
  bytes.writeUInt32LE(128, 8);
  bytes.writeBigUInt64LE(at + BigInt(IOVEC_AT), 16);
  bytes.writeBigUInt64LE(1n, 24);
  bytes.writeBigUInt64LE(at + BigInt(CONTROL_AT), 32);
  bytes.writeBigUInt64LE(BigInt(CONTROL_LENGTH), 40);
  bytes.writeBigUInt64LE(at + BigInt(PAYLOAD_AT), IOVEC_AT);
  bytes.writeBigUInt64LE(BigInt(PAYLOAD_LENGTH), IOVEC_AT + 8);
}
