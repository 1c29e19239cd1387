/** A plan as text for people and as JSON: steps come in, pieces of text go out. */

import type { Path } from '../../language/diagnostic/diagnostic.ts';
import { escapeControls } from '../../language/diagnostic/printable.ts';
import { toShell } from '../../plan/shell.ts';
import { invert, render, type Step, turnOf } from '../../plan/step.ts';
import { PHASE_TITLES } from '../../state/kind.ts';
import { specOf } from '../../state/kinds.ts';
import type { Paint } from '../paint.ts';

/** File and line of the lab's entry that a step comes from. */
export type LineOf = (path: Path) => { readonly file: string; readonly line: number };

const MARKS = { add: '+', change: '~', delete: '-' } as const;
const STYLES = { add: 'good', change: 'doubtful', delete: 'bad' } as const;

/** Phase by phase, each step with its commands and its reason. */
export function* planText(steps: readonly Step[], lineOf: LineOf, paint: Paint): Generator<string> {
  let current: number | undefined;
  for (const step of steps) {
    const { phase } = turnOf(step);
    if (phase !== current) yield `${current === undefined ? '' : '\n'}${paint('title', PHASE_TITLES[phase] ?? '')}\n`;
    current = phase;
    const { file, line } = lineOf(step.source);
    const from = step.source.length === 0 ? '' : ` (${file}:${line})`;
    const mark = paint(STYLES[step.operation], MARKS[step.operation]);
    for (const command of render(step)) yield `  ${mark} ${toShell(command)}\n`;
    yield `      ${paint('faint', escapeControls(`# ${step.why}${from}`))}\n`;
  }
}

/** Written step by step: a large plan as one string would take all the memory there is. */
export function* planJson(steps: readonly Step[], lineOf: LineOf): Generator<string> {
  yield '{"steps":[';
  for (const [index, step] of steps.entries())
    yield `${index === 0 ? '\n' : ',\n'}${JSON.stringify(stepToJson(step, lineOf))}`;
  yield `${steps.length === 0 ? '' : '\n'}]}\n`;
}

/** One step in the documented shape. */
export function stepToJson(step: Step, lineOf: LineOf) {
  const { operation, object, was, why, source } = step;
  return {
    operation,
    label: specOf(object).label(object),
    object,
    ...(was === undefined ? {} : { was }),
    why,
    source: source.length === 0 ? null : { path: source, ...lineOf(source) },
    commands: render(step),
    undo: render(invert(step)),
  };
}
