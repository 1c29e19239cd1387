/**
 * Chains as they are and as they shall be in, an `iptables-restore --noflush` text out that rewrites those that differ
 * and touches no other: one transaction per table, so that no packet meets a chain half-way.
 */
import type { Chain, Rules } from '../state/objects.ts';
import { quoteWord } from './words.ts';

/** The rules of each chain as text, a line each, by `TABLE CHAIN`. */
export type Chains = ReadonlyMap<string, string>;

/** User chains only: what is in a built-in chain is not one owner's alone. */
export function toChains(objects: Iterable<Chain | Rules>): Chains {
  const chains = new Map<string, string>();
  for (const object of objects) {
    const key = `${object.table} ${object.chain}`;
    if (object.kind === 'rules') chains.set(key, rulesText(object.chain, object.rules));
    else if (!chains.has(key)) chains.set(key, '');
  }
  return chains;
}

/** A line for each rule. */
export function rulesText(chain: string, rules: Rules['rules']): string {
  return rules.map(words => `-A ${chain} ${words.map(quoteWord).join(' ')}\n`).join('');
}

/**
 * Empty where nothing differs. A chain that is declared is emptied, so it can be filled again or removed. New ones come first,
 * as others jump to them; then each with its rules, so that none is empty for long should this be split.
 */
export function rewriteText(was: Chains, wanted: Chains): string {
  const changed = [...wanted].filter(([key, lines]) => was.get(key) !== lines);
  const gone = [...was.keys()].filter(key => !wanted.has(key));
  const tables = new Set([...changed.map(([key]) => key), ...gone].map(tableOf));
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

const declare = (key: string) => `:${chainOf(key)} - [0:0]\n`;
const tableOf = (key: string) => key.slice(0, key.indexOf(' '));
const chainOf = (key: string) => key.slice(key.indexOf(' ') + 1);
