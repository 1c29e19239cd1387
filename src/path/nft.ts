/**
 * Rules of nftables that iptables does not show: what `nft -j list table` prints and a packet in, the rules that block
 * such a packet out. Pure.
 *
 * They mostly have no counters, so it cannot be seen whether they have met a packet. They are read as the kernel reads them,
 * one after the other.
 */
import { type Expression, type Fit, fitOf, type Packet } from './nft-match.ts';

export interface Blocker {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  /** About as `nft` prints it. */
  readonly rule: string;
  /** Whether it is known that it fits, and that no other one has taken the packet before. */
  readonly isSure: boolean;
}

interface NftChain {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly hook?: string;
  readonly policy?: string;
  /** Of a chain of family netdev: one interface, or several; older nft does not say. */
  readonly dev?: string | readonly string[];
}

interface NftRule {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly expr?: readonly Expression[];
}

interface NftRuleset {
  readonly chains: readonly NftChain[];
  readonly rules: readonly NftRule[];
}

/** Where a packet comes by in a namespace. */
export interface Passage {
  readonly hooks: ReadonlySet<string>;
  /** Whether it goes through a bridge there, or is routed. */
  readonly isBridged: boolean;
  /** The interfaces that it passes. */
  readonly devs: ReadonlySet<string>;
}

/** Of the chains that see it there, and of those that they may jump to. */
export function findBlockers(text: string, packet: Packet, passage: Passage): Blocker[] {
  const { chains, rules } = readRuleset(text);
  return chains.filter(chain => isPassed(chain, packet, passage)).flatMap(chain => blockersIn(chain, rules, packet));
}

function isPassed({ family, hook, dev }: NftChain, packet: Packet, { hooks, isBridged, devs }: Passage): boolean {
  if (family === 'netdev') return dev === undefined || [dev].flat().some(name => devs.has(name));
  const families = isBridged ? ['bridge'] : ['inet', packet.family === 4 ? 'ip' : 'ip6'];
  return families.includes(family) && (hook === undefined || hooks.has(hook));
}

interface NftTable {
  readonly family: string;
  readonly name: string;
}

/** What `nft -j list tables` prints. */
export function readTables(text: string): NftTable[] {
  return readEntries(text).flatMap(({ table }) => (table ? [table as NftTable] : []));
}

function readRuleset(text: string): NftRuleset {
  const entries = readEntries(text);
  return {
    chains: entries.flatMap(({ chain }) => (chain ? [chain as NftChain] : [])),
    rules: entries.flatMap(({ rule }) => (rule ? [rule as NftRule] : [])),
  };
}

/** Nothing where there is no `nft`. */
function readEntries(text: string): readonly Expression[] {
  try {
    const { nftables } = JSON.parse(text) as { readonly nftables?: unknown };
    return Array.isArray(nftables) ? nftables : [];
  } catch {
    return [];
  }
}

function blockersIn(chain: NftChain, rules: readonly NftRule[], packet: Packet): Blocker[] {
  const { family, table, name, policy, hook } = chain;
  const own = rules.filter(rule => rule.family === family && rule.table === table && rule.chain === name);
  const found: Blocker[] = [];
  // A chain that others jump to may not be reached at all, and one of an interface that is not known by none.
  let isSure = hook !== undefined && (family !== 'netdev' || chain.dev !== undefined);
  const add = (rule: string, isFitting: boolean) =>
    found.push({ family, table, chain: name, rule, isSure: isSure && isFitting });
  for (const { expr = [] } of own) {
    const fit = fitOf(expr, packet);
    if (fit === 'no') continue;
    const isBlocking = has(expr, 'drop', 'reject');
    const byMap = fitOfMap(expr, packet);
    if (byMap !== 'no') add(expr.map(wordsOf).join(' '), byMap === 'yes');
    if (byMap === 'yes') return found;
    if (isBlocking && !isShownByIptables(chain, expr)) add(expr.map(wordsOf).join(' '), fit === 'yes');
    const isEnd = isBlocking || has(expr, 'accept', 'return', 'goto');
    if (fit === 'yes' && isEnd) return found;
    if (isEnd || has(expr, 'jump', 'vmap')) isSure = false;
  }
  if (policy === 'drop' && !isOfIptables(chain)) add(POLICY, true);
  return found;
}

/** Whether the packet is one of those that a map of verdicts drops. */
function fitOfMap(expressions: readonly Expression[], packet: Packet): Fit {
  const map = expressions.find(one => 'vmap' in one)?.['vmap'] as
    | {
        readonly key?: Expression;
        readonly data?: { readonly set?: readonly (readonly [unknown, Expression])[] } | string;
      }
    | undefined;
  if (map?.key === undefined || typeof map.data !== 'object') return 'no';
  const dropped = (map.data.set ?? []).filter(([, verdict]) => has([verdict], 'drop')).map(([key]) => key);
  if (dropped.length === 0) return 'no';
  const match = { op: '==', left: map.key, right: dropped };
  return fitOf([...expressions.filter(one => !('vmap' in one)), { match }], packet);
}

function has(expressions: readonly Expression[], ...kinds: readonly string[]): boolean {
  return expressions.some(one => kinds.some(kind => kind in one));
}

/** What stands for the rule where a chain's end blocks. */
export const POLICY = 'policy drop';

const TABLES = new Set(['filter', 'nat', 'mangle', 'raw', 'security']);
const CHAINS = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']);

/** `iptables-save` shows these, with their counters where they have any. */
function isOfIptables({ family, table, name, hook }: NftChain): boolean {
  return (family === 'ip' || family === 'ip6') && TABLES.has(table) && (hook === undefined || CHAINS.has(name));
}

function isShownByIptables(chain: NftChain, expressions: readonly Expression[]): boolean {
  return isOfIptables(chain) && has(expressions, 'counter', 'xt');
}

function wordsOf(expression: Expression): string {
  const [[kind = '', value] = []] = Object.entries(expression);
  if (kind !== 'match') return kind;
  const { op, left, right } = value as { op: string; left: Expression; right: unknown };
  const [[, key] = []] = Object.entries(left);
  const { protocol, field, key: name } = (key ?? {}) as { protocol?: string; field?: string; key?: string };
  const subject = protocol === undefined ? `${Object.keys(left)[0]} ${name}` : `${protocol} ${field}`;
  return [subject, ...(op === '==' || op === 'in' ? [] : [op]), valueText(right)].join(' ');
}

function valueText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.map(valueText).join(', ');
  const { set, range, prefix } = value as {
    readonly set?: unknown;
    readonly range?: readonly unknown[];
    readonly prefix?: { readonly addr: string; readonly len: number };
  };
  if (set !== undefined) return `{ ${valueText(set)} }`;
  if (range !== undefined) return range.join('-');
  return prefix === undefined ? '…' : `${prefix.addr}/${prefix.len}`;
}
