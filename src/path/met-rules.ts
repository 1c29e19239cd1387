/** What `iptables-save -c` says before and after an attempt in, the rules that this attempt met out. */

import { splitWords } from '../netfilter/words.ts';

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

export const isBlocking = ({ target }: MetRule) => BLOCKING.has(target);
export const isTranslating = ({ target }: MetRule) => TRANSLATING.has(target);

export function findMet(ns: string, tool: MetRule['tool'], before: string, after: string): MetRule[] {
  const old = readCounters(before);
  return readCounters(after).flatMap(({ packets, ...rule }, index) => {
    const same = old[index]?.rule === rule.rule && old[index]?.table === rule.table;
    return same && packets > (old[index]?.packets ?? 0) ? [{ ns, tool, ...rule }] : [];
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
    const words = splitWords(rest) ?? [];
    const target = words[words.findLastIndex(word => word === '-j' || word === '-g') + 1] ?? '';
    return [{ table, chain, rule: `-A ${chain}${rest}`, target, packets: Number(packets) }];
  });
}
