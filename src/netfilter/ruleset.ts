/** Chains and the rules in them: from a lab's rules, and from `iptables-save`; and to `iptables-restore`. */
import { isBuiltIn, type ParsedRule } from './rule.ts';
import { quoteWord, splitWords } from './words.ts';

/** A chain of one table. */
export interface ChainOfRules {
  readonly table: string;
  readonly chain: string;
  /** `ACCEPT`, `DROP`; null for a user chain, which has none. */
  readonly policy: string | null;
  /** Each the words after `-A CHAIN`. */
  readonly rules: readonly (readonly string[])[];
}

interface ChainDraft {
  policy: string | null;
  rules: string[][];
}

/** Plays the rules in order: appends, inserts, makes chains and sets policies, as iptables would. */
export function playRules(rules: readonly ParsedRule[]): ChainOfRules[] {
  const drafts = new Map<string, Map<string, ChainDraft>>();
  for (const { table, verb, chain, position, words } of rules) {
    const draft = draftOf(drafts, table, chain);
    if (verb === 'append') draft.rules.push([...words]);
    else if (verb === 'insert') draft.rules.splice(position - 1, 0, [...words]);
    else if (verb === 'policy') draft.policy = words[0] ?? null;
  }
  return toList(drafts);
}

/** How many rules iptables makes of one: one for each pair of the addresses that it lists. */
export function countAddresses({ words }: Pick<ParsedRule, 'words'>): number {
  return listLength(words, /^(-s|--source|--src)$/) * listLength(words, /^(-d|--destination|--dst)$/);
}

function listLength(words: readonly string[], option: RegExp): number {
  const at = words.findIndex(word => option.test(word));
  return at === -1 ? 1 : (words[at + 1] ?? '').split(',').length;
}

/** What `iptables-save` prints. */
export function readSave(text: string): ChainOfRules[] {
  const drafts = new Map<string, Map<string, ChainDraft>>();
  let table = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1);
    else if (line.startsWith(':')) declare(drafts, table, line);
    else if (line.startsWith('-A ')) append(drafts, table, line);
  }
  return toList(drafts);
}

function declare(drafts: Map<string, Map<string, ChainDraft>>, table: string, line: string): void {
  const [chain = '', policy = '-'] = line.slice(1).split(' ');
  draftOf(drafts, table, chain).policy = policy === '-' ? null : policy;
}

function append(drafts: Map<string, Map<string, ChainDraft>>, table: string, line: string): void {
  const [, chain = '', ...words] = splitWords(line) ?? [];
  draftOf(drafts, table, chain).rules.push(words);
}

function draftOf(drafts: Map<string, Map<string, ChainDraft>>, table: string, chain: string): ChainDraft {
  const chains = drafts.get(table) ?? new Map<string, ChainDraft>();
  drafts.set(table, chains);
  const draft = chains.get(chain) ?? { policy: isBuiltIn(table, chain) ? 'ACCEPT' : null, rules: [] };
  chains.set(chain, draft);
  return draft;
}

function toList(drafts: ReadonlyMap<string, ReadonlyMap<string, ChainDraft>>): ChainOfRules[] {
  return [...drafts].flatMap(([table, chains]) => [...chains].map(([chain, draft]) => ({ table, chain, ...draft })));
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
