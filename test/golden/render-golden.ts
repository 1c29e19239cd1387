/**
 * What the golden tests share: a good lab's text in, its plan as a script and its long form out, as `netlab plan
 * --format sh` and `netlab expand` print them.
 */
import { stringify } from 'yaml';
import { compile } from '../../src/pipeline/compile.ts';
import { expand } from '../../src/pipeline/expand.ts';
import { load } from '../../src/pipeline/load.ts';
import { diff } from '../../src/plan/diff.ts';
import { planScript } from '../../src/plan/script.ts';

export interface Golden {
  readonly plan: string;
  readonly expanded: string;
}

export function renderGolden(text: string): Golden {
  const { lab, diagnostics } = load(text, { name: 'lab' });
  if (!lab) throw new Error(diagnostics.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
  const steps = diff(new Map(), compile(lab, { ipv6: true }));
  return {
    plan: [...planScript(steps, lab.name)].join(''),
    expanded: stringify(expand(lab), { lineWidth: 0, aliasDuplicateObjects: false }),
  };
}

/** Without the comments, which say where in the file each command comes from. */
export function commandsOf(plan: string): string[] {
  return plan.split('\n').filter(line => line !== '' && !line.startsWith('#'));
}
