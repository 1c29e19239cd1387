/** What `up` has done, as text for people and as JSON. */
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
  if (!isNew && steps.length === 0) return 'is up already and as its file says: nothing to change';
  return `is ${isNew ? 'up' : 'changed'}: ${count(steps.length, 'step')}`;
}

function howToGoOn(lab: UpResult['lab'], file: string): string {
  const [target] = [...lab.pods, ...lab.nodes];
  const name = file === '-' ? lab.name : file;
  const look = target ? `  netlab shell ${target.key}     # a shell in ${target.key}\n` : '';
  return `${look}  netlab status ${name}     # what there is, and what has drifted\n  netlab down ${name}       # take it all away\n`;
}
