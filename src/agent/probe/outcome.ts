/**
 * What an attempt came to, and what that means: the kernel's codes come in, a verdict and its reason go out.
 *
 * Knows no socket.
 */
import os from 'node:os';
import { getSystemErrorName } from 'node:util';
import { AF_INET6 } from '../../netlink/ip-text.ts';
import type { Verdict } from '../../sandbox/sandbox.ts';

/** An ICMP message that an attempt was answered with. */
export interface IcmpError {
  readonly family: number;
  readonly type: number;
  readonly code: number;
  /** For `fragmentation needed`, the MTU. */
  readonly info: number;
  readonly by: string;
}

export type Outcome =
  | { readonly kind: 'open' }
  /** Nothing came back. */
  | { readonly kind: 'silence'; readonly waitedMs: number }
  /** The sender's own kernel says no; nothing left. */
  | { readonly kind: 'local'; readonly errno: number; readonly mtu?: number }
  | { readonly kind: 'icmp'; readonly error: IcmpError }
  /** The other end closed what was asked for, or what stood. */
  | { readonly kind: 'reset' }
  | { readonly kind: 'other'; readonly verdict: Verdict; readonly reason: string };

export interface Meaning {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly by: string | null;
}

const { EACCES, EHOSTUNREACH, EINVAL, EMSGSIZE, ENETUNREACH, ENOBUFS, EPERM, EADDRNOTAVAIL, ENETDOWN } =
  os.constants.errno;

export function meaningOf(outcome: Outcome, address: string, size: number): Meaning {
  switch (outcome.kind) {
    case 'open':
      return { verdict: 'open', reason: '', by: null };
    case 'silence':
      return { verdict: 'dropped', reason: `no answer within ${durationText(outcome.waitedMs)}`, by: null };
    case 'local':
      return localMeaning(outcome.errno, outcome.mtu, address, size);
    case 'icmp':
      return icmpMeaning(outcome.error, size);
    case 'reset':
      return { verdict: 'refused', reason: `connection refused by ${address}`, by: address };
    case 'other':
      return { verdict: outcome.verdict, reason: outcome.reason, by: null };
  }
}

/** `2 s`, `300 ms`, `1.5 s` */
export function durationText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(1))} s`;
}

function localMeaning(errno: number, mtu: number | undefined, address: string, size: number): Meaning {
  const say = (verdict: Verdict, reason: string): Meaning => ({ verdict, reason, by: null });
  switch (errno) {
    case EPERM:
      return say('dropped', "the sender's own firewall drops it");
    case ENOBUFS:
      return say('dropped', "the sender's own kernel lost it: its queue or its neighbour table is full");
    case EMSGSIZE:
      return say('dropped', `${size} bytes do not fit${mtu === undefined ? '' : `: the sender's MTU is ${mtu}`}`);
    case ENETUNREACH:
    case ENETDOWN:
      return say('unroutable', `no route to ${address}`);
    case EACCES:
      return say('unroutable', `a route of type prohibit in the sender's namespace forbids ${address}`);
    case EINVAL:
      return say('unroutable', `a route of type blackhole in the sender's namespace swallows ${address}`);
    case EHOSTUNREACH:
      return say('unroutable', `the sender's own kernel says: ${address} is unreachable`);
    case EADDRNOTAVAIL:
      return say('unroutable', `the sender has no address to reach ${address} from`);
    default:
      return say('unroutable', `${address} cannot be reached: ${getSystemErrorName(-errno)}`);
  }
}

function icmpMeaning(error: IcmpError, size: number): Meaning {
  const { by } = error;
  if (isTooBig(error)) {
    return {
      verdict: 'dropped',
      reason: `${size} bytes do not fit: ${by} says: ${tooBigText(error)}, its MTU is ${error.info}`,
      by,
    };
  }
  const [verdict, text] = error.family === AF_INET6 ? icmp6Text(error) : icmp4Text(error);
  return { verdict, reason: `${by} says: ${text}`, by };
}

/** ICMP fragmentation needed, or ICMPv6 packet too big. */
export function isTooBig({ family, type, code }: IcmpError): boolean {
  return family === AF_INET6 ? type === 2 : type === 3 && code === 4;
}

function tooBigText({ family }: IcmpError): string {
  return family === AF_INET6 ? 'packet too big' : 'fragmentation needed';
}

const ICMP4_CODES: Readonly<Record<number, readonly [Verdict, string]>> = {
  0: ['unroutable', 'network unreachable'],
  1: ['unroutable', 'host unreachable'],
  2: ['refused', 'protocol unreachable'],
  3: ['refused', 'port unreachable'],
  5: ['unroutable', 'source route failed'],
  6: ['unroutable', 'network unknown'],
  7: ['unroutable', 'host unknown'],
  9: ['refused', 'network administratively prohibited'],
  10: ['refused', 'host administratively prohibited'],
  13: ['refused', 'communication administratively prohibited'],
};

/** RFC 792, and RFC 1812 for the later codes. */
function icmp4Text({ type, code }: IcmpError): readonly [Verdict, string] {
  if (type === 11) return ['unroutable', 'time to live exceeded, as in a routing loop'];
  const known = type === 3 ? ICMP4_CODES[code] : undefined;
  return known ?? ['unroutable', `ICMP type ${type}, code ${code}`];
}

const ICMP6_CODES: Readonly<Record<number, readonly [Verdict, string]>> = {
  0: ['unroutable', 'no route'],
  1: ['refused', 'administratively prohibited'],
  2: ['unroutable', 'beyond scope of source address'],
  3: ['unroutable', 'address unreachable'],
  4: ['refused', 'port unreachable'],
  5: ['refused', 'source address failed ingress/egress policy'],
  6: ['unroutable', 'reject route to destination'],
};

/** RFC 4443 */
function icmp6Text({ type, code }: IcmpError): readonly [Verdict, string] {
  if (type === 3) return ['unroutable', 'hop limit exceeded, as in a routing loop'];
  const known = type === 1 ? ICMP6_CODES[code] : undefined;
  return known ?? ['unroutable', `ICMPv6 type ${type}, code ${code}`];
}
