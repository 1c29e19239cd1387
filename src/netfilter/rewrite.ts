/**
 * Chains as they are and as they should be in, an `iptables-restore --noflush` text out that rewrites those that differ
 * and touches no other, in transactions, so that no packet meets a chain half-way.
 */
import { quoteWord } from './words.ts';

/** The rules of each chain as text, a line each, by `TABLE CHAIN`. */
export type Chains = ReadonlyMap<string, string>;

/** A line for each rule. */
export function rulesText(chain: string, rules: readonly (readonly string[])[]): string {
  return rules.map(words => `-A ${chain} ${words.map(quoteWord).join(' ')}\n`).join('');
}

/**
 * Empty where nothing differs. Each table is a transaction of its own, so what filters is there before, and as long as,
 * what translates is not: an address is translated or refused at any moment, and no packet passes with an address
 * that nobody has.
 */
export function rewriteText(was: Chains, wanted: Chains): string {
  const both = keepFilters(was, wanted);
  return differenceText(was, both) + differenceText(both, wanted);
}

/** The wanted rules, and next to them those that filtered before. */
function keepFilters(was: Chains, wanted: Chains): Chains {
  const both = new Map(wanted);
  for (const [key, lines] of was) if (tableOf(key) === FILTER) both.set(key, joinLines(wanted.get(key) ?? '', lines));
  return both;
}

function joinLines(first: string, second: string): string {
  const known = new Set(first.split('\n'));
  const more = second.split('\n').filter(line => !known.has(line));
  return first + more.map(line => `${line}\n`).join('');
}

/**
 * A chain that is declared is emptied, so it can be filled again or removed. New ones come first, as others jump to
 * them; then each with its rules, so that none is empty for long should this be split.
 */
function differenceText(was: Chains, wanted: Chains): string {
  const changed = [...wanted].filter(([key, lines]) => was.get(key) !== lines);
  const gone = [...was.keys()].filter(key => !wanted.has(key));
  // In alphabetical order, which has `filter` before `nat`.
  const tables = new Set([...changed.map(([key]) => key), ...gone].map(tableOf).sort());
  return [...tables]
    .map(table => {
      const own = changed.filter(([key]) => tableOf(key) === table);
      const over = gone.filter(key => tableOf(key) === table);
      const fresh = own.flatMap(([key]) => (was.has(key) ? [] : [declare(key)]));
      const filled = own.map(([key, lines]) => `${was.has(key) ? declare(key) : ''}${lines}`);
      const removed = over.map(key => `-X ${chainOf(key)}\n`);
      return `*${table}\n${[...fresh, ...filled, ...over.map(declare), ...removed].join('')}COMMIT\n`;
    })
    .join('');
}

const FILTER = 'filter';
const declare = (key: string) => `:${chainOf(key)} - [0:0]\n`;
const tableOf = (key: string) => key.slice(0, key.indexOf(' '));
const chainOf = (key: string) => key.slice(key.indexOf(' ') + 1);
