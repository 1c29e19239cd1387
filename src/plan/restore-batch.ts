/**
 * Steps that change iptables chains as one `iptables-restore`: what a hundred thousand rules take here is most of what
 * netlab's own share of them costs, so what is the same on every node is written once, and nothing is rendered for the case
 * of a failure alone.
 */
import { rulesText } from '../netfilter/rewrite.ts';
import { restoreLine } from '../netfilter/ruleset.ts';
import { failedLine } from '../netfilter/split-restore.ts';
import type { Chain, Rules } from '../state/netfilter.ts';
import type { Batch, Unit } from './batch.ts';
import { render, type Step } from './step.ts';

export interface RulesStep extends Step {
  readonly object: Chain | Rules;
}

export const isRulesStep = (step: Step): step is RulesStep =>
  step.object.kind === 'chain' || step.object.kind === 'rules';

/** The text of rules by their list: nodes share the lists of Services. */
export type RuleTexts = Map<Rules['rules'], string>;

interface Block {
  readonly step: RulesStep;
  /** Lines, each with its end. */
  readonly text: string;
  readonly count: number;
}

export function toRestoreBatch(ns: string, tool: string, steps: readonly RulesStep[], texts: RuleTexts): Batch {
  const tables = groupByTable(steps.map(step => toBlock(step, texts)));
  const input = [...tables].map(([table, blocks]) => `*${table}\n${blocks.map(({ text }) => text).join('')}COMMIT\n`);
  return {
    job: { ns, argv: [`${tool}-restore`, '--noflush', '-w'], input: input.join('') },
    steps,
    blame: stderr => findUnit(tables, failedLine(stderr)),
  };
}

function groupByTable(blocks: readonly Block[]): Map<string, Block[]> {
  const tables = new Map<string, Block[]>();
  for (const block of blocks) {
    const { table } = block.step.object;
    const group = tables.get(table);
    if (group) group.push(block);
    else tables.set(table, [block]);
  }
  return tables;
}

function toBlock(step: RulesStep, texts: RuleTexts): Block {
  const { operation, object } = step;
  if (operation === 'add' && object.kind === 'rules') {
    const text = texts.get(object.rules) ?? rulesText(object.chain, object.rules);
    texts.set(object.rules, text);
    return { step, text, count: object.rules.length };
  }
  const lines = render(step).map(({ argv }) => `${restoreLine(argv.slice(3))}\n`);
  return { step, text: lines.join(''), count: lines.length };
}

function findUnit(tables: ReadonlyMap<string, readonly Block[]>, line: number): Unit | undefined {
  let next = 1;
  for (const blocks of tables.values()) {
    next++;
    for (const { step, count } of blocks) {
      const command = line >= next && line < next + count ? render(step)[line - next] : undefined;
      if (command) return { step, command };
      next += count;
    }
    next++;
  }
  return undefined;
}
