/** What `iptables-save -c` says before and after an attempt in, the rules that this attempt met out. */

import { quoteWord, splitWords } from '../netfilter/words.ts';

export interface MetRule {
  readonly ns: string;
  readonly tool: 'iptables' | 'ip6tables';
  readonly table: string;
  readonly chain: string;
  /** As iptables-save prints it; `-P CHAIN DROP` for a policy. */
  readonly rule: string;
  readonly target: string;
}

interface Counted extends Omit<MetRule, 'ns' | 'tool'> {
  readonly packets: number;
}

/** What decides about a packet or changes it; what only counts, marks or jumps is no culprit. */
const BLOCKING = new Set(['DROP', 'REJECT']);
const TRANSLATING = new Set(['MASQUERADE', 'SNAT', 'DNAT', 'REDIRECT', 'NETMAP']);

/** What has a packet routed, tracked or answered in another way. */
const CHANGING = new Set([
  'NOTRACK',
  'CT',
  'TTL',
  'HL',
  'MARK',
  'CONNMARK',
  'TPROXY',
  'TEE',
  'TCPMSS',
  'DSCP',
  'TOS',
  'NFQUEUE',
]);

type Targeted = Pick<MetRule, 'target'>;
export const isBlocking = ({ target }: Targeted) => BLOCKING.has(target);
export const isTranslating = ({ target }: Targeted) => TRANSLATING.has(target);
export const isChanging = ({ target }: Targeted) => CHANGING.has(target);

export const findMet = (ns: string, tool: MetRule['tool'], before: string, after: string): MetRule[] =>
  countMet(ns, tool, before, after).map(({ rule }) => rule);

export interface CountedRule {
  readonly rule: MetRule;
  /** How many have met it. */
  readonly packets: number;
}

export function countMet(ns: string, tool: MetRule['tool'], before: string, after: string): CountedRule[] {
  const old = readCounters(before);
  return readCounters(after).flatMap(({ packets, ...rule }, index) => {
    const same = old[index]?.rule === rule.rule && old[index]?.table === rule.table;
    const grown = packets - (old[index]?.packets ?? 0);
    return same && grown > 0 ? [{ rule: { ns, tool, ...rule }, packets: grown }] : [];
  });
}

function readCounters(text: string): Counted[] {
  let table = '';
  return text.split('\n').flatMap(line => {
    if (line.startsWith('*')) table = line.slice(1).trim();
    const policy = /^:(\S+) ([A-Z]+) \[(\d+):\d+\]/.exec(line);
    if (policy) {
      const [, chain = '', target = '', packets = '0'] = policy;
      return [{ table, chain, rule: `-P ${chain} ${target}`, target, packets: Number(packets) }];
    }
    const [, packets = '0', chain = '', rest = ''] = /^\[(\d+):\d+\] -A (\S+)(.*)$/.exec(line) ?? [];
    if (chain === '') return [];
    const target = targetOf(splitWords(rest) ?? []);
    return [{ table, chain, rule: `-A ${chain}${rest}`, target, packets: Number(packets) }];
  });
}

export const targetOf = (words: readonly string[]) =>
  words[words.findLastIndex(word => word === '-j' || word === '-g') + 1] ?? '';

/** Where a rule sends packets in place of their own destination: `10.244.0.2:8080`, `[fd00::2]:80`. */
export function destinationOf({ rule }: MetRule): { readonly address: string; readonly port?: number } | undefined {
  const words = splitWords(rule) ?? [];
  const at = words.indexOf('--to-destination');
  const [, bracketed, plain, port] =
    /^(?:\[([^\]]+)\]|([^:]+|[^:]*:[^:]*:.*?))(?::(\d+))?$/.exec(words[at + 1] ?? '') ?? [];
  const address = bracketed ?? plain;
  if (at === -1 || address === undefined) return undefined;
  return { address, ...(port === undefined ? {} : { port: Number(port) }) };
}

/** Whether it is one of a chain's rules, each the words after `-A CHAIN`. */
export function isOneOf(rules: readonly (readonly string[])[], { chain, rule }: MetRule): boolean {
  const own = inOneSpelling(splitWords(rule) ?? []);
  return rules.some(words => inOneSpelling(['-A', chain, ...words]) === own);
}

const inOneSpelling = (words: readonly string[]) => words.map(quoteWord).join(' ');
