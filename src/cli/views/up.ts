/** What `up` has done, as text for people and as JSON. */
import { isPrintable } from '../../language/diagnostic/printable.ts';
import type { UpResult } from '../../lifecycle/up.ts';
import { type CheckReport, checksToJson } from './checks.ts';
import { count, sizeOf } from './count.ts';

export function upJson({ lab, steps, isNew }: UpResult, checked: CheckReport | undefined): string {
  const check = checked ? { check: checksToJson(checked) } : {};
  return `${JSON.stringify({ lab: lab.name, new: isNew, steps: steps.length, ...check })}\n`;
}

/** `took` as `1.25 s`. */
export function upText(result: UpResult, file: string, took: string): string {
  const { lab, isNew } = result;
  return `lab ${lab.name} ${outcome(result)} (${sizeOf(lab)}, ${took})\n${isNew ? howToGoOn(lab, file) : ''}`;
}

function outcome({ isNew, steps }: UpResult): string {
  if (!isNew && steps.length === 0)
    return 'is up already, and what netlab looks at is as its file says: nothing to change';
  return `is ${isNew ? 'up' : 'changed'}: ${count(steps.length, 'step')}`;
}

/** A path longer than this makes lines that do not fit: the lab's name means the same. */
const MOST_LETTERS = 29;

function howToGoOn(lab: UpResult['lab'], file: string): string {
  const [target] = [...lab.pods, ...lab.nodes];
  const name = file === '-' || file.length > MOST_LETTERS || !isPrintable(file) ? lab.name : file;
  const commands: [string, string][] = [
    ...(target ? [[`netlab shell ${target.key}`, `a shell in ${target.key}`] as [string, string]] : []),
    [`netlab status ${name}`, 'what there is, and what drifted'],
    [`netlab down ${name}`, 'take it all away'],
  ];
  const width = Math.max(...commands.map(([command]) => command.length));
  return commands.map(([command, what]) => `  ${command.padEnd(width)}  # ${what}\n`).join('');
}
