/**
 * Steps of one phase as jobs: the commands of many go to one process, in the way that their kind declares, and each job
 * knows which step is in which place of it.
 */
import type { Batching, ByText, Tool } from '../state/batching.ts';
import type { Command } from '../state/command.ts';
import type { Job } from '../state/job.ts';
import { type KernelObject, keyOf, specOf } from '../state/kinds.ts';
import { render, type Step } from './step.ts';

export interface Batch {
  readonly job: Job;
  readonly steps: readonly Step[];
  /** The unit that a failed command's error output speaks of. */
  blame(stderr: string): Unit | undefined;
}

/** One command of one step. */
export interface Unit {
  readonly step: Step;
  readonly command: Command;
}

type StepGroup =
  | { readonly by: 'text'; readonly ns: string; readonly way: TextBatching; readonly steps: Step[] }
  | { readonly by: 'tool'; readonly ns: string | null; readonly tool: Tool; readonly units: Unit[] }
  | { readonly by: 'sandbox'; readonly step: Step };

export function toBatches(steps: readonly Step[]): Batch[] {
  const begun: Begun = new Map();
  return toGroups(steps).map(group => toBatch(group, begun));
}

/** A process that makes so many changes ends soon enough, and is hardly dearer for each. */
const MOST_UNITS = 128;

/**
 * The same in pieces, for who wants to hear how far it is: in each round one of every batch, so that those of one batch
 * come one after the other, and different ones may run side by side.
 */
export function toRounds(steps: readonly Step[]): Batch[][] {
  const begun: Begun = new Map();
  const rounds: Batch[][] = [];
  for (const group of toGroups(steps))
    for (const [index, piece] of cut(group).entries()) {
      const round = rounds[index] ?? [];
      round.push(toBatch(piece, begun));
      rounds[index] = round;
    }
  return rounds;
}

/** A text is one transaction, and stays whole. */
function cut(group: StepGroup): StepGroup[] {
  if (group.by !== 'tool') return [group];
  const pieces = Math.ceil(group.units.length / MOST_UNITS);
  const length = Math.ceil(group.units.length / pieces);
  return Array.from({ length: pieces }, (_, index) => ({
    ...group,
    units: group.units.slice(index * length, (index + 1) * length),
  }));
}

function toGroups(steps: readonly Step[]): StepGroup[] {
  const groups = new Map<string, StepGroup>();
  for (const step of steps) addStep(groups, step, specOf(step.object).batching(step.object));
  return [...groups.values()];
}

type TextBatching = ByText<KernelObject>;
type Begun = Map<TextBatching, ReturnType<TextBatching['begin']>>;

function toBatch(group: StepGroup, begun: Begun): Batch {
  switch (group.by) {
    case 'text': {
      const toText = begun.get(group.way) ?? group.way.begin();
      begun.set(group.way, toText);
      return toTextBatch(group.ns, group.steps, toText);
    }
    case 'tool':
      return toToolBatch(group.ns, group.tool, group.units);
    case 'sandbox':
      return toObjectBatch(group.step);
  }
}

function addStep(groups: Map<string, StepGroup>, step: Step, batching: Batching<KernelObject>): void {
  if (batching.by === 'text') addToText(groups, step, batching);
  else if (batching.by === 'sandbox') groups.set(keyOf(step.object), { by: 'sandbox', step });
  else for (const command of render(step)) addToTool(groups, { step, command }, batching.tools);
}

function addToText(groups: Map<string, StepGroup>, step: Step, way: TextBatching): void {
  const ns = specOf(step.object).place?.(step.object) ?? '';
  const key = `${ns}\0${way.groupOf(step.object)}`;
  const group = groups.get(key);
  if (group?.by === 'text') group.steps.push(step);
  else groups.set(key, { by: 'text', ns, way, steps: [step] });
}

function addToTool(groups: Map<string, StepGroup>, unit: Unit, tools: readonly Tool[]): void {
  const { ns, argv } = unit.command;
  const tool = tools.find(({ words }) => words.every((word, place) => argv[place] === word));
  if (!tool) throw new Error(`no tool of this kind runs \`${argv.join(' ')}\``);
  const key = `${ns ?? ''}\0${tool.words.join(' ')}`;
  const group = groups.get(key);
  if (group?.by === 'tool') group.units.push(unit);
  else groups.set(key, { by: 'tool', ns, tool, units: [unit] });
}

function toTextBatch(ns: string, steps: readonly Step[], toText: ReturnType<TextBatching['begin']>): Batch {
  const { argv, input, blame } = toText(steps);
  return {
    job: { ns, argv, input },
    steps,
    blame: stderr => {
      const found = blame(stderr);
      const step = found && steps[found.index];
      return step && { step, command: found.command };
    },
  };
}

function toToolBatch(ns: string | null, tool: Tool, units: readonly Unit[]): Batch {
  const commands = units.map(({ command }) => command);
  return {
    job: { ns, ...tool.join(commands) },
    steps: units.map(({ step }) => step),
    blame: stderr => units[tool.blame(stderr, commands)],
  };
}

/** Its command is what a person would type for it; of what the sandbox says, it is all that can be meant. */
function toObjectBatch(step: Step): Batch {
  const { operation, object } = step;
  const [command] = render(step);
  return {
    job: { operation: operation === 'delete' ? 'delete' : 'add', object },
    steps: [step],
    blame: () => command && { step, command },
  };
}
