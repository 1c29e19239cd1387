/** A plan as text for people, as a script, and as JSON. Pure. */
import type { Path } from '../language/diagnostic/diagnostic.ts';
import { PHASE_TITLES } from '../state/kind.ts';
import { specOf } from '../state/kinds.ts';
import { toShell } from './shell.ts';
import { invert, render, type Step, turnOf } from './step.ts';

/** Line of the lab file's entry that a step comes from. */
export type LineOf = (path: Path) => number;

const MARKS = { add: '+', change: '~', delete: '-' } as const;

export interface Paint {
  title(text: string): string;
  mark(operation: Step['operation'], text: string): string;
  why(text: string): string;
}

/** Phase by phase, each step with its commands and its reason. */
export function* planText(steps: readonly Step[], file: string, lineOf: LineOf, paint: Paint): Generator<string> {
  let current: number | undefined;
  for (const step of steps) {
    const { phase } = turnOf(step);
    if (phase !== current) yield `${current === undefined ? '' : '\n'}${paint.title(PHASE_TITLES[phase] ?? '')}\n`;
    current = phase;
    const from = step.source.length === 0 ? '' : ` (${file}:${lineOf(step.source)})`;
    for (const command of render(step))
      yield `  ${paint.mark(step.operation, MARKS[step.operation])} ${toShell(command)}\n`;
    yield `      ${paint.why(`${step.why}${from}`)}\n`;
  }
}

/** A script for root that does the same. Reasons are comments, so line breaks in them are taken out. */
export function* planScript(steps: readonly Step[], name: string): Generator<string> {
  yield `#!/bin/sh -e\n# netlab plan of lab ${name}: run as root; it makes network namespaces under /run/netns.\n`;
  let current: number | undefined;
  for (const step of steps) {
    const { phase } = turnOf(step);
    if (phase !== current) yield `\n### ${PHASE_TITLES[phase]}\n`;
    current = phase;
    yield `# ${step.why.replace(/\s+/g, ' ')}\n`;
    for (const command of render(step)) yield `${toShell(command)}\n`;
  }
}

/** One step in the documented JSON shape. */
export function stepToJson(step: Step, lineOf: LineOf) {
  const { operation, object, was, why, source } = step;
  return {
    operation,
    label: specOf(object).label(object),
    object,
    ...(was === undefined ? {} : { was }),
    why,
    source: source.length === 0 ? null : { path: source, line: lineOf(source) },
    commands: render(step),
    undo: render(invert(step)),
  };
}
