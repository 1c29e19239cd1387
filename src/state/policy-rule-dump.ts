/** The question for policy rules: RTM_NEWRULE messages come in, rules go out, a person's and the kernel's own. */

import type { Family } from '../address/address.ts';
import { AF_INET, AF_INET6, addressText } from '../netlink/ip-text.ts';
import {
  type Attributes,
  dumpRequest,
  NETLINK_ROUTE,
  readAttributes,
  readText,
  readU32,
  type Span,
} from '../netlink/message.ts';
import type { Dump } from './question.ts';

export interface RuleDump {
  readonly family: Family;
  readonly priority: number;
  /** Canonical subnets; absent where it does not matter. */
  readonly from?: string;
  readonly to?: string;
  /** Names of interfaces; the kernel takes them whether they are there or not. */
  readonly iif?: string;
  readonly oif?: string;
  /** `0x1` or, with a mask, `0x1/0xff`. */
  readonly fwmark?: string;
  /** Only ever observed: words of `ip rule` that a lab file has no key for, such as `not` or `dport 80`. */
  readonly further?: readonly string[];
  /** What becomes of it: a table to be looked up, or an end. */
  readonly action: number | 'blackhole' | 'unreachable' | 'prohibit';
}

/** What every network begins with. */
export const RULES_OF_KERNEL: readonly RuleDump[] = [
  { family: 4, priority: 0, action: 255 },
  { family: 4, priority: 32766, action: 254 },
  { family: 4, priority: 32767, action: 253 },
  { family: 6, priority: 0, action: 255 },
  { family: 6, priority: 32766, action: 254 },
];

/** Whether it is one of these, or stands in for it, whoever made it. */
export const isOfKernel = (rule: RuleDump) => RULES_OF_KERNEL.some(own => isSame(own, rule));

const isSame = (own: RuleDump, { family, priority, action, ...rest }: RuleDump) =>
  own.family === family && own.priority === priority && own.action === action && Object.keys(rest).length === 0;

const RTM_GETRULE = 34;
const FIB_RULE_HDR = 12;
const INVERT = 0x2;
const FRA_DST = 1;
const FRA_SRC = 2;
const FRA_IIFNAME = 3;
const FRA_PRIORITY = 6;
const FRA_FWMARK = 10;
const FRA_SUPPRESS_IFGROUP = 13;
const FRA_SUPPRESS_PREFIXLEN = 14;
const FRA_TABLE = 15;
const FRA_FWMASK = 16;
const FRA_OIFNAME = 17;
const FRA_PAD = 18;
const FRA_UID_RANGE = 20;
const FRA_PROTOCOL = 21;
const FRA_IP_PROTO = 22;
const FRA_SPORT_RANGE = 23;
const FRA_DPORT_RANGE = 24;
const FRA_SPORT_MASK = 28;
const FRA_DPORT_MASK = 29;
const TO_TABLE = 1;
const ENDS = { 6: 'blackhole', 7: 'unreachable', 8: 'prohibit' } as const;
const ALL_ONES = 0xffffffff;

export const POLICY_RULES: Dump<RuleDump> = {
  ...{ by: 'dump', name: 'policy-rules', none: [], protocol: NETLINK_ROUTE },
  request: dumpRequest(RTM_GETRULE, Buffer.alloc(FIB_RULE_HDR)),
  decode,
};

/** What is neither a look-up nor an end, such as a jump to another rule, is not known here. */
function decode(bytes: Buffer, start: number, end: number): RuleDump | undefined {
  const family = bytes[start];
  if (family !== AF_INET && family !== AF_INET6) return undefined;
  const attributes = readAttributes(bytes, start + FIB_RULE_HDR, end);
  const type = bytes[start + 7];
  const action = type === TO_TABLE ? tableOf(bytes, start, attributes) : ENDS[type as keyof typeof ENDS];
  const further = furtherWords(bytes, start, attributes);
  if (action === undefined || further === undefined) return undefined;
  const subnet = (type: number, length: number) => {
    const span = attributes.get(type);
    return span && `${addressText(family, bytes, span.at)}/${length}`;
  };
  const given = {
    from: subnet(FRA_SRC, bytes[start + 2] ?? 0),
    to: subnet(FRA_DST, bytes[start + 1] ?? 0),
    iif: readText(bytes, attributes.get(FRA_IIFNAME)),
    oif: readText(bytes, attributes.get(FRA_OIFNAME)),
    fwmark: fwmarkOf(bytes, attributes),
    further: further.length === 0 ? undefined : further,
  };
  const rule: RuleDump = {
    family: family === AF_INET ? 4 : 6,
    priority: readU32(bytes, attributes.get(FRA_PRIORITY)) ?? 0,
    action,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
  return isGiven(bytes, attributes.get(FRA_PROTOCOL)) || isOfKernel(rule) ? rule : undefined;
}

const tableOf = (bytes: Buffer, start: number, attributes: Attributes) =>
  readU32(bytes, attributes.get(FRA_TABLE)) ?? bytes[start + 4];

/** A mark without a mask has one of all ones; of a mark of 0 the kernel only tells the mask. */
function fwmarkOf(bytes: Buffer, attributes: Attributes): string | undefined {
  const mark = readU32(bytes, attributes.get(FRA_FWMARK));
  const mask = readU32(bytes, attributes.get(FRA_FWMASK)) ?? (mark === undefined ? 0 : ALL_ONES);
  if (mask === 0) return undefined;
  return mask === ALL_ONES ? hex(mark ?? 0) : `${hex(mark ?? 0)}/${hex(mask)}`;
}

const hex = (value: number) => `0x${value.toString(16)}`;

type ReadWords = (bytes: Buffer, at: number) => readonly string[] | undefined;

const range = (from: number, to: number) => (from === to ? String(from) : `${from}-${to}`);
const ports =
  (word: string): ReadWords =>
  (bytes, at) => [word, range(bytes.readUInt16LE(at), bytes.readUInt16LE(at + 2))];
const unlessAllOnes =
  (word: string): ReadWords =>
  (bytes, at) => {
    const value = bytes.readUInt32LE(at);
    return value === ALL_ONES ? [] : [word, String(value)];
  };
/** The kernel gives one port a mask of all ones; `ip rule` has words for other masks only since 2025. */
const wholePort: ReadWords = (bytes, at) => (bytes.readUInt16LE(at) === 0xffff ? [] : undefined);
const nothing: ReadWords = () => [];

/** What every attribute adds to the words, besides what has a field of its own. */
const FURTHER: ReadonlyMap<number, ReadWords> = new Map([
  ...[FRA_DST, FRA_SRC, FRA_IIFNAME, FRA_OIFNAME, FRA_PRIORITY].map(type => [type, nothing] as const),
  ...[FRA_FWMARK, FRA_FWMASK, FRA_TABLE, FRA_PROTOCOL, FRA_PAD].map(type => [type, nothing] as const),
  [FRA_IP_PROTO, (bytes, at) => ['ipproto', String(bytes[at])]],
  [FRA_SPORT_RANGE, ports('sport')],
  [FRA_DPORT_RANGE, ports('dport')],
  [FRA_SPORT_MASK, wholePort],
  [FRA_DPORT_MASK, wholePort],
  [FRA_UID_RANGE, (bytes, at) => ['uidrange', `${bytes.readUInt32LE(at)}-${bytes.readUInt32LE(at + 4)}`]],
  [FRA_SUPPRESS_PREFIXLEN, unlessAllOnes('suppress_prefixlength')],
  [FRA_SUPPRESS_IFGROUP, unlessAllOnes('suppress_ifgroup')],
]);

/** Undefined where one of them is not known here: without it the rule would be taken for another. */
function furtherWords(bytes: Buffer, start: number, attributes: Attributes): readonly string[] | undefined {
  const not = (bytes.readUInt32LE(start + 8) & INVERT) === 0 ? [] : ['not'];
  const tos = bytes[start + 3] ?? 0;
  if ([...attributes.keys()].some(type => !FURTHER.has(type))) return undefined;
  const words = [...FURTHER].map(([type, read]) => {
    const span = attributes.get(type);
    return span === undefined ? [] : read(bytes, span.at);
  });
  if (words.includes(undefined)) return undefined;
  return [...not, ...(tos === 0 ? [] : ['tos', hex(tos)]), ...words.flatMap(some => some ?? [])];
}

/** RTPROT_KERNEL marks what every namespace has: rules for the tables local, main and default. Routing daemons mark theirs. */
const KERNEL = 2;
const STATIC = 4;

function isGiven(bytes: Buffer, span: Span | undefined): boolean {
  const protocol = span === undefined ? 0 : (bytes[span.at] ?? 0);
  return protocol !== KERNEL && protocol <= STATIC;
}
