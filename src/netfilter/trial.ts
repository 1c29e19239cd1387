/**
 * Rules as a text that iptables-restore reads, and what `iptables-save -c` prints afterwards: each rule is loaded with its
 * place as its counter, by which it is known again in whatever spelling iptables gives it.
 */

import type { ParsedRule } from './rule.ts';
import { countAddresses, readSave } from './ruleset.ts';
import { quoteWord } from './words.ts';

/** A text, and on which line, counted from 1, each rule stands. */
export interface TrialText {
  readonly text: string;
  readonly lines: readonly number[];
}

const FLAGS: Readonly<Record<ParsedRule['verb'], string>> = { append: '-A', insert: '-I', new: '-N', policy: '-P' };

/** Of each table a transaction, in which these rules are all that there is. Without `places`, what is inserted is put first. */
export function trialText(rules: readonly ParsedRule[], tables: readonly string[], places: boolean): TrialText {
  const out: string[] = [];
  const lines: number[] = [];
  for (const table of tables) {
    out.push(`*${table}`);
    for (const [index, rule] of rules.entries()) {
      if (rule.table !== table) continue;
      out.push(trialLine(rule, index, places));
      lines[index] = out.length;
    }
    out.push('COMMIT');
  }
  return { text: `${out.join('\n')}\n`, lines };
}

function trialLine({ verb, chain, position, words }: ParsedRule, index: number, places: boolean): string {
  const place = verb === 'insert' && places ? [String(position)] : [];
  const isRule = verb === 'append' || verb === 'insert';
  return [...(isRule ? [`[${index + 1}:0]`] : []), FLAGS[verb], chain, ...place, ...words.map(quoteWord)].join(' ');
}

/** How iptables has failed one of these rules that it seemed to take; undefined where it has made what was asked for. */
export function findUnmade(rules: readonly ParsedRule[], saved: string): (rule: number) => string | undefined {
  const made = new Map<number, number>();
  for (const [, mark] of saved.matchAll(/^\[(\d+):\d+\] -A /gm))
    made.set(Number(mark), (made.get(Number(mark)) ?? 0) + 1);
  // ip6tables of nftables (1.8.9) forgets the counters that it is given.
  if ([...made.keys()].every(mark => mark === 0)) return byChain(rules, saved);
  return index => {
    const rule = rules[index];
    if (!rule || !isMade(rule)) return undefined;
    const count = made.get(index + 1) ?? 0;
    if (count === 0) return 'makes no rule of this';
    return count > countAddresses(rule) ? `makes ${count} rules of this: name each address` : undefined;
  };
}

const isMade = ({ verb }: ParsedRule) => verb === 'append' || verb === 'insert';

/** Without marks: which chains have not as many rules as they should. */
function byChain(rules: readonly ParsedRule[], saved: string): (rule: number) => string | undefined {
  const counts = new Map(
    readSave(withoutCounters(saved)).map(chain => [`${chain.table} ${chain.chain}`, chain.rules.length]),
  );
  const wantedIn = countByChain(rules);
  return index => {
    const rule = rules[index];
    if (!rule || !isMade(rule)) return undefined;
    const wanted = wantedIn.get(`${rule.table} ${rule.chain}`) ?? 0;
    const count = counts.get(`${rule.table} ${rule.chain}`) ?? 0;
    if (count === wanted) return undefined;
    return count < wanted ? 'makes no rule of this' : 'makes more rules of this: name each address';
  };
}

function countByChain(rules: readonly ParsedRule[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const rule of rules.filter(isMade)) {
    const key = `${rule.table} ${rule.chain}`;
    counts.set(key, (counts.get(key) ?? 0) + countAddresses(rule));
  }
  return counts;
}

/** What `iptables-save` prints without `-c`, but for policies' own counters. */
export const withoutCounters = (saved: string) => saved.replace(/^\[\d+:\d+\] /gm, '');
