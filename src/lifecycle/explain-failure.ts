/** A failed command, told so that a person can see what was tried, why, and what the command itself said. */
import type { Failure } from '../apply/apply.ts';
import type { Locate } from '../language/diagnostic/format.ts';
import { makeLineMap } from '../language/diagnostic/line-map.ts';
import { toShell } from '../plan/shell.ts';
import type { LabSource } from './errors.ts';

export function explainFailure(
  { unit, stderr }: Failure,
  source: LabSource,
  locate: Locate,
  outcome: readonly string[],
): [message: string, details: readonly string[]] {
  const { step, command } = unit;
  const { line } = makeLineMap(source.text)(locate(step.source, 'value').start);
  const from = step.source.length === 0 ? [] : [`asked for by ${source.file}:${line}`];
  return [
    `this command failed: ${toShell(command)}`,
    [stderr, `it is there because ${step.why}`, ...from, ...outcome].filter(text => text !== ''),
  ];
}
