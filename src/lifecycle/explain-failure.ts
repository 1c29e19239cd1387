/** A failed command, told so that a person can see what was tried, why, and what the command itself said. */
import type { Failure } from '../apply/apply.ts';
import type { Sources } from '../language/diagnostic/sources.ts';
import { toShell } from '../plan/shell.ts';

export function explainFailure(
  { unit, stderr }: Failure,
  sources: Sources,
  outcome: readonly string[],
): [message: string, details: readonly string[]] {
  const { step, command } = unit;
  const { file, line } = sources.lineOf(step.source, 'value');
  const from = step.source.length === 0 ? [] : [`asked for by ${file}:${line}`];
  return [
    `this command failed: ${toShell(command)}`,
    [stderr, `it is there because ${step.why}`, ...from, ...outcome].filter(text => text !== ''),
  ];
}
