/** One rule of a lab file: what follows `iptables` on a command line, understood as far as its chain. */
import { findOtherCommand, isText, type RuleMistake } from './other-commands.ts';
import { splitWords } from './words.ts';

export interface ParsedRule {
  readonly table: string;
  readonly verb: 'append' | 'insert' | 'new' | 'policy';
  readonly chain: string;
  /** For `insert`: the place, counted from 1. */
  readonly position: number;
  /** The words after the chain; for `policy` the one policy. */
  readonly words: readonly string[];
}

/** Built-in chains of each table. */
export const TABLES: ReadonlyMap<string, readonly string[]> = new Map([
  ['filter', ['INPUT', 'FORWARD', 'OUTPUT']],
  ['nat', ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING']],
  ['mangle', ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']],
  ['raw', ['PREROUTING', 'OUTPUT']],
  ['security', ['INPUT', 'FORWARD', 'OUTPUT']],
]);

export const isBuiltIn = (table: string, chain: string) => TABLES.get(table)?.includes(chain) ?? false;

const VERBS: ReadonlyMap<string, ParsedRule['verb']> = new Map([
  ['-A', 'append'],
  ['--append', 'append'],
  ['-I', 'insert'],
  ['--insert', 'insert'],
  ['-N', 'new'],
  ['--new-chain', 'new'],
  ['-P', 'policy'],
  ['--policy', 'policy'],
]);

/** iptables-restore takes a longer line for several. */
const MOST_LETTERS = 10_000;

const VERB_HINT = 'a rule starts with -A CHAIN, -I CHAIN, -N CHAIN or -P CHAIN POLICY';

export function parseRule(text: string): ParsedRule | RuleMistake {
  if (/[\n\r\0]/.test(text)) return { message: 'a rule is one line', hint: 'write each rule as an item of its own' };
  if (text.length > MOST_LETTERS) return { message: `a rule has at most ${MOST_LETTERS} characters` };
  const all = splitWords(text);
  if (!all) return { message: 'a quote or backslash in this rule is not closed' };
  if (/^ip6?tables$/.test(all[0] ?? '')) {
    return {
      message: `"${all[0]}" is not part of the rule`,
      hint: `leave it out: ${text.trim().slice(all[0]?.length).trim()}`,
    };
  }
  const { table, words } = takeTable(all);
  if (table === undefined || !TABLES.has(table)) {
    return { message: `there is no table "${table ?? ''}"`, hint: `the tables are ${[...TABLES.keys()].join(', ')}` };
  }
  const [flag = '', chain, ...rest] = words;
  const verb = VERBS.get(flag);
  if (!verb)
    return {
      message: flag === '' ? 'this rule is empty' : `a lab's rules cannot start with "${flag}"`,
      hint: VERB_HINT,
    };
  if (chain === undefined || chain.startsWith('-'))
    return { message: `"${flag}" needs the name of a chain`, hint: VERB_HINT };
  if (chain.length > 28)
    return { message: `the chain's name "${chain}" is too long`, hint: 'iptables allows 28 characters' };
  if (/[^\x21-\x7e]/.test(chain)) return { message: `"${chain}" cannot be the name of a chain` };
  if (verb === 'policy' && !isPolicy(rest)) return { message: 'a policy is ACCEPT or DROP', hint: `-P ${chain} DROP` };
  if (verb === 'new' && rest.length > 0) return { message: `"${flag} ${chain}" takes nothing more` };
  return findOtherCommand(rest) ?? { table, verb, chain, ...takePosition(verb, rest) };
}

function isPolicy(words: readonly string[]): boolean {
  return words.length === 1 && (words[0] === 'ACCEPT' || words[0] === 'DROP');
}

function takeTable(all: readonly string[]): { table: string | undefined; words: string[] } {
  const at = all.findIndex((word, index) => (word === '-t' || word === '--table') && !isText(all, index));
  if (at === -1) return { table: 'filter', words: [...all] };
  return { table: all[at + 1], words: [...all.slice(0, at), ...all.slice(at + 2)] };
}

function takePosition(verb: ParsedRule['verb'], words: readonly string[]) {
  const numbered = verb === 'insert' && /^[1-9]\d*$/.test(words[0] ?? '');
  return numbered ? { position: Number(words[0]), words: words.slice(1) } : { position: 1, words };
}
