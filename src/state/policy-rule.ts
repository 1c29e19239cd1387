/** Policy rules: which packets are routed by which table, or by none. They are asked in the order of their priorities. */

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
import { BY_IP_OF_BOTH_FAMILIES } from './batching.ts';
import { always, type HostFeature, IPROUTE2 } from './host-feature.ts';
import { type KindSpec, nsToken, PHASES } from './kind.ts';
import type { Dump, Seen } from './question.ts';

/** How a packet is chosen, and what becomes of it. */
export interface PolicyRule {
  readonly kind: 'policy-rule';
  readonly ns: string;
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
  /** What becomes of it: a table to be looked up, or an end. */
  readonly action: number | 'blackhole' | 'unreachable' | 'prohibit';
}

const RULES_WORK: HostFeature = {
  id: 'rule',
  title: 'policy routing',
  use: 'rules, and tables of routes',
  argv: ['ip', 'rule', 'add', 'priority', '1000', 'from', '192.0.2.1', 'table', '100'],
  package: 'iproute2',
};

/** The kernel allows several rules of one priority: all their words tell them apart. */
function selector({ priority, from, to, iif, oif, fwmark }: PolicyRule): string[] {
  const pair = (word: string, value: string | undefined) => (value === undefined ? [] : [word, value]);
  return [
    ...['priority', String(priority), 'from', from ?? 'all', ...pair('to', to)],
    ...[...pair('fwmark', fwmark), ...pair('iif', iif), ...pair('oif', oif)],
  ];
}

const NAMES = new Map([
  [253, 'default'],
  [254, 'main'],
]);

/** As `ip` calls it on every system. */
export const tableName = (table: number) => NAMES.get(table) ?? String(table);

const all = (rule: PolicyRule) => [
  ...selector(rule),
  ...(typeof rule.action === 'number' ? ['table', tableName(rule.action)] : [rule.action]),
];

function words(verb: 'add' | 'del', rule: PolicyRule) {
  const { ns, family } = rule;
  return [{ ns, argv: ['ip', ...(family === 6 ? ['-6'] : []), 'rule', verb, ...all(rule)] }];
}

const RTM_GETRULE = 34;
const FIB_RULE_HDR = 12;
const FRA_DST = 1;
const FRA_SRC = 2;
const FRA_IIFNAME = 3;
const FRA_PRIORITY = 6;
const FRA_FWMARK = 10;
const FRA_TABLE = 15;
const FRA_FWMASK = 16;
const FRA_OIFNAME = 17;
const FRA_PROTOCOL = 21;
const TO_TABLE = 1;
const ENDS = { 6: 'blackhole', 7: 'unreachable', 8: 'prohibit' } as const;

/** Those that were added by hand or by a program. */
export const POLICY_RULES: Dump<Omit<PolicyRule, 'kind' | 'ns'>> = {
  ...{ by: 'dump', name: 'policy-rules', none: [], protocol: NETLINK_ROUTE },
  request: dumpRequest(RTM_GETRULE, Buffer.alloc(FIB_RULE_HDR)),
  decode,
};

/** What is neither a look-up nor an end, such as a jump to another rule, is not known here. */
function decode(bytes: Buffer, start: number, end: number): Omit<PolicyRule, 'kind' | 'ns'> | undefined {
  const family = bytes[start];
  if (family !== AF_INET && family !== AF_INET6) return undefined;
  const attributes = readAttributes(bytes, start + FIB_RULE_HDR, end);
  const type = bytes[start + 7];
  const action = type === TO_TABLE ? tableOf(bytes, start, attributes) : ENDS[type as keyof typeof ENDS];
  if (action === undefined || !isGiven(bytes, attributes.get(FRA_PROTOCOL))) return undefined;
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
  };
  return {
    family: family === AF_INET ? 4 : 6,
    priority: readU32(bytes, attributes.get(FRA_PRIORITY)) ?? 0,
    action,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}

const tableOf = (bytes: Buffer, start: number, attributes: Attributes) =>
  readU32(bytes, attributes.get(FRA_TABLE)) ?? bytes[start + 4];

/** A mark without a mask has one of all ones. */
function fwmarkOf(bytes: Buffer, attributes: Attributes): string | undefined {
  const mark = readU32(bytes, attributes.get(FRA_FWMARK));
  const mask = readU32(bytes, attributes.get(FRA_FWMASK)) ?? ALL_ONES;
  if (mark === undefined) return undefined;
  return mask === ALL_ONES ? hex(mark) : `${hex(mark)}/${hex(mask)}`;
}

const ALL_ONES = 0xffffffff;
const hex = (value: number) => `0x${value.toString(16)}`;

/** RTPROT_KERNEL marks what every namespace has: rules for the tables local, main and default. Routing daemons mark theirs. */
const KERNEL = 2;
const STATIC = 4;

function isGiven(bytes: Buffer, span: Span | undefined): boolean {
  const protocol = span === undefined ? 0 : (bytes[span.at] ?? 0);
  return protocol !== KERNEL && protocol <= STATIC;
}

const read = ({ ns, answer }: Seen): PolicyRule[] =>
  answer(POLICY_RULES).map(rule => ({ kind: 'policy-rule', ns, ...rule }));

/** Of one that differs in anything there is another one: the kernel changes none. */
export const policyRuleKind: KindSpec<PolicyRule> = {
  key: rule => `policy-rule ${rule.ns} ${rule.family} ${all(rule).join(' ')}`,
  same: () => true,
  needs: ({ ns }) => [nsToken(ns)],
  gives: () => [],
  turn: operation =>
    operation === 'delete' ? { phase: PHASES.deleteInside, rank: 0 } : { phase: PHASES.inside, rank: 3 },
  observing: { questions: [POLICY_RULES], read },
  needsOfHost: always(IPROUTE2, RULES_WORK),
  batching: () => BY_IP_OF_BOTH_FAMILIES,
  add: rule => words('add', rule),
  change: () => [],
  delete: rule => words('del', rule),
  label: rule => `IPv${rule.family} rule of ${all(rule).join(' ')}`,
};
