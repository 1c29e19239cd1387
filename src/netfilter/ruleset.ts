/** A namespace's chains and rules of one family, as kernel objects: from a lab's rules, and from `iptables-save`. */
import type { Family } from '../address/address.ts';
import type { Chain, Rules } from '../state/netfilter.ts';
import { type ParsedRule, TABLES } from './rule.ts';
import { quoteWord, splitWords } from './words.ts';

/** Chains and rules of a lab's namespaces, by `rulesetKey`. */
export type Rulesets = ReadonlyMap<string, readonly (Chain | Rules)[]>;

export const rulesetKey = (ns: string, family: Family) => `${ns} ${family}`;

interface Place {
  readonly ns: string;
  readonly family: Family;
}

interface Draft {
  policy: string | null;
  rules: string[][];
}

const isBuiltIn = (table: string, chain: string) => TABLES[table]?.includes(chain) ?? false;

/** Plays the rules in order: appends, inserts, makes chains and sets policies, as iptables would. */
export function rulesetOf(place: Place, rules: readonly ParsedRule[]): (Chain | Rules)[] {
  const drafts = new Map<string, Map<string, Draft>>();
  for (const { table, verb, chain, position, words } of rules) {
    const draft = draftOf(drafts, table, chain);
    if (verb === 'append') draft.rules.push([...words]);
    else if (verb === 'insert') draft.rules.splice(position - 1, 0, [...words]);
    else if (verb === 'policy') draft.policy = words[0] ?? null;
  }
  return toObjects(place, drafts);
}

/** What `iptables-save` prints; built-in chains with their default policy and no rules are left out. */
export function parseSave(place: Place, text: string): (Chain | Rules)[] {
  const drafts = new Map<string, Map<string, Draft>>();
  let table = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1);
    else if (line.startsWith(':')) declare(drafts, table, line);
    else if (line.startsWith('-A ')) append(drafts, table, line);
  }
  return toObjects(place, drafts);
}

function declare(drafts: Map<string, Map<string, Draft>>, table: string, line: string): void {
  const [chain = '', policy = '-'] = line.slice(1).split(' ');
  draftOf(drafts, table, chain).policy = policy === '-' ? null : policy;
}

function append(drafts: Map<string, Map<string, Draft>>, table: string, line: string): void {
  const [, chain = '', ...words] = splitWords(line) ?? [];
  draftOf(drafts, table, chain).rules.push(words);
}

function draftOf(drafts: Map<string, Map<string, Draft>>, table: string, chain: string): Draft {
  const chains = drafts.get(table) ?? new Map<string, Draft>();
  drafts.set(table, chains);
  const draft = chains.get(chain) ?? { policy: isBuiltIn(table, chain) ? 'ACCEPT' : null, rules: [] };
  chains.set(chain, draft);
  return draft;
}

function toObjects({ ns, family }: Place, drafts: ReadonlyMap<string, ReadonlyMap<string, Draft>>): (Chain | Rules)[] {
  const objects: (Chain | Rules)[] = [];
  for (const [table, chains] of drafts) {
    for (const [chain, { policy, rules }] of chains) {
      if (policy !== 'ACCEPT') objects.push({ kind: 'chain', ns, family, table, chain, policy });
      if (rules.length > 0) objects.push({ kind: 'rules', ns, family, table, chain, rules });
    }
  }
  return objects;
}

/**
 * iptables command lines (`iptables -t nat -A …`) as one `iptables-restore --noflush` text: one transaction per table.
 * `lines[i]` is the line, counted from 1, on which command `i` stands.
 */
export function toRestore(commands: readonly (readonly string[])[]): { text: string; lines: number[] } {
  const tables = new Map<string, number[]>();
  for (const [index, argv] of commands.entries()) {
    const table = argv[2] ?? '';
    const indices = tables.get(table);
    if (indices) indices.push(index);
    else tables.set(table, [index]);
  }
  const out: string[] = [];
  const lines: number[] = [];
  for (const [table, indices] of tables) {
    out.push(`*${table}`);
    for (const index of indices) {
      out.push(restoreLine(commands[index]?.slice(3) ?? []));
      lines[index] = out.length;
    }
    out.push('COMMIT');
  }
  return { text: `${out.join('\n')}\n`, lines };
}

/** In a restore text, chains and policies are declared with a colon. */
export function restoreLine(words: readonly string[]): string {
  const [verb, chain = '', policy = '-'] = words;
  if (verb === '-N' || verb === '-P') return `:${chain} ${policy} [0:0]`;
  return words.map(quoteWord).join(' ');
}
