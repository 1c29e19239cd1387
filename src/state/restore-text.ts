/**
 * Changes of iptables chains as one `iptables-restore` text: what a hundred thousand rules take here is most of what
 * netlab's own share of them costs, so what is the same on every node is written once, and nothing is rendered for the case
 * of a failure alone.
 */
import type { Family } from '../address/address.ts';
import { rulesText } from '../netfilter/rewrite.ts';
import { restoreLine } from '../netfilter/ruleset.ts';
import { failedLine } from '../netfilter/split-restore.ts';
import type { ByText, Text } from './batching.ts';
import type { Change, Command } from './command.ts';

type RuleList = readonly (readonly string[])[];

/** A chain, or the rules in it. */
interface ChainPart {
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  readonly rules?: RuleList;
}

type Render<T> = (change: Change<T>) => readonly Command[];

/** The text of rules by their list: nodes share the lists of Services. */
type RuleTexts = Map<RuleList, string>;

interface Block {
  /** Place among the changes. */
  readonly index: number;
  readonly table: string;
  /** Lines, each with its end. */
  readonly text: string;
  readonly count: number;
}

export function makeRestore<T extends ChainPart>(render: Render<T>): ByText<T> {
  return {
    by: 'text',
    groupOf: ({ family }) => (family === 4 ? 'iptables' : 'ip6tables'),
    begin: () => {
      const texts: RuleTexts = new Map();
      return changes => toText(changes, texts, render);
    },
  };
}

function toText<T extends ChainPart>(changes: readonly Change<T>[], texts: RuleTexts, render: Render<T>): Text {
  const tables = groupByTable(changes.map((change, index) => toBlock(change, index, texts, render)));
  const input = [...tables].map(([table, blocks]) => `*${table}\n${blocks.map(({ text }) => text).join('')}COMMIT\n`);
  const tool = changes[0]?.object.family === 6 ? 'ip6tables-restore' : 'iptables-restore';
  return {
    argv: [tool, '--noflush', '-w'],
    input: input.join(''),
    blame: stderr => findCommand(changes, tables, failedLine(stderr), render),
  };
}

function groupByTable(blocks: readonly Block[]): Map<string, Block[]> {
  const tables = new Map<string, Block[]>();
  for (const block of blocks) {
    const group = tables.get(block.table);
    if (group) group.push(block);
    else tables.set(block.table, [block]);
  }
  return tables;
}

function toBlock<T extends ChainPart>(change: Change<T>, index: number, texts: RuleTexts, render: Render<T>): Block {
  const { operation, object } = change;
  const { table, chain, rules } = object;
  if (operation === 'add' && rules) {
    const text = texts.get(rules) ?? rulesText(chain, rules);
    texts.set(rules, text);
    return { index, table, text, count: rules.length };
  }
  const lines = render(change).map(({ argv }) => `${restoreLine(argv.slice(3))}\n`);
  return { index, table, text: lines.join(''), count: lines.length };
}

function findCommand<T>(
  changes: readonly Change<T>[],
  tables: ReadonlyMap<string, readonly Block[]>,
  line: number,
  render: Render<T>,
) {
  let next = 1;
  for (const blocks of tables.values()) {
    next++;
    for (const { index, count } of blocks) {
      const change = line >= next && line < next + count ? changes[index] : undefined;
      const command = change && render(change)[line - next];
      if (command) return { index, command };
      next += count;
    }
    next++;
  }
  return undefined;
}
