/**
 * Steps of one phase as jobs: commands of one tool in one namespace go to one process (`ip -batch`,
 * `iptables-restore`, one `sysctl`), and each job knows which step is on which line of it. Files and processes of pods,
 * and what is Docker's, are a job each.
 */
import type { Job, Kept } from '../sandbox/sandbox.ts';
import type { Command } from '../state/kind.ts';
import { type KernelObject, keyOf } from '../state/kinds.ts';
import { isRulesStep, type RulesStep, type RuleTexts, toRestoreBatch } from './restore-batch.ts';
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

type Group = { readonly rules: RulesStep[] } | { readonly units: Unit[] };

export function toBatches(steps: readonly Step[]): Batch[] {
  const groups = new Map<string, Group>();
  for (const step of steps) {
    if (isRulesStep(step)) addRules(groups, step);
    else for (const command of render(step)) addUnit(groups, { step, command });
  }
  const texts: RuleTexts = new Map();
  return [...groups].map(([key, group]) =>
    'rules' in group ? toRules(key, group.rules, texts) : toBatch(group.units),
  );
}

function addRules(groups: Map<string, Group>, step: RulesStep): void {
  const key = `${step.object.ns}\0${step.object.family === 4 ? 'iptables' : 'ip6tables'}`;
  const group = groups.get(key);
  if (group && 'rules' in group) group.rules.push(step);
  else groups.set(key, { rules: [step] });
}

function toRules(key: string, steps: readonly RulesStep[], texts: RuleTexts): Batch {
  const [ns = '', tool = ''] = key.split('\0');
  return toRestoreBatch(ns, tool, steps, texts);
}

function addUnit(groups: Map<string, Group>, unit: Unit): void {
  const { step, command } = unit;
  const key = isAlone(step) ? keyOf(step.object) : `${command.ns ?? ''}\0${command.argv[0]}`;
  const group = groups.get(key);
  if (group && 'units' in group) group.units.push(unit);
  else groups.set(key, { units: [unit] });
}

function isAlone({ object }: Step): boolean {
  return object.kind === 'file' || isKept(object);
}

/** What is more than the commands that a person would type for it. */
function isKept(object: KernelObject): object is Kept {
  switch (object.kind) {
    case 'node-container':
    case 'pod-container':
    case 'image':
    case 'pause':
    case 'container':
      return true;
    case 'namespace':
      return object.contained === true;
    default:
      return false;
  }
}

function toBatch(units: readonly Unit[]): Batch {
  const [first] = units;
  if (first && isAlone(first.step)) return toSingle(first);
  const ns = first?.command.ns ?? null;
  const tool = first?.command.argv[0] ?? '';
  switch (tool) {
    case 'ip':
    case 'tc':
      return toLineBatch(ns, tool, units);
    default:
      return toSysctlBatch(ns, units);
  }
}

/** A process is not only started: the supervisor keeps it by the same words. */
function toSingle(unit: Unit): Batch {
  const { step, command } = unit;
  const { object, operation } = step;
  const { ns, argv, input } = command;
  const keep = isKept(object)
    ? { keep: { operation: operation === 'delete' ? ('delete' as const) : ('add' as const), object } }
    : {};
  return { job: { ns, argv, ...(input === undefined ? {} : { input }), ...keep }, steps: [step], blame: () => unit };
}

/** iproute2 names the failed line of a batch. */
function toLineBatch(ns: string | null, tool: string, units: readonly Unit[]): Batch {
  const input = units.map(({ command }) => `${command.argv.slice(1).join(' ')}\n`).join('');
  return {
    job: { ns, argv: [tool, '-batch', '-'], input },
    steps: stepsOf(units),
    blame: stderr => units[Number(/Command failed -:(\d+)/.exec(stderr)?.[1]) - 1],
  };
}

function toSysctlBatch(ns: string | null, units: readonly Unit[]): Batch {
  const [first] = units;
  const flags = first?.command.argv.slice(0, -1) ?? [];
  const settings = units.map(({ command }) => command.argv.at(-1) ?? '');
  return {
    job: { ns, argv: [...flags, ...settings] },
    steps: stepsOf(units),
    blame: stderr => units.find(({ command }) => mentions(stderr, command.argv.at(-1) ?? '')) ?? first,
  };
}

/** sysctl names the key with dots or as a path under /proc/sys. */
function mentions(stderr: string, setting: string): boolean {
  const [key = ''] = setting.split('=');
  return stderr.includes(key) || stderr.includes(key.replaceAll('.', '/'));
}

const stepsOf = (units: readonly Unit[]) => units.map(({ step }) => step);
