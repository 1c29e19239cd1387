/** Whether two labs are the same but for what is said of them: where in a file each thing is written, and what is checked. */
import { dequal } from 'dequal';
import type { Lab } from '../language/lab/lab.ts';

export function isSameLab(one: Lab, other: Lab): boolean {
  return dequal(essenceOf(one), essenceOf(other));
}

const essenceOf = (lab: Lab) => withoutSources({ ...lab, checks: [], description: '' });

/** As JSON has it: one of the two may have been a lab's record. A label or a variable may be called `source`, too. */
function withoutSources(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSources);
  if (typeof value !== 'object' || value === null) return value;
  const isMeant = ([key, of]: [string, unknown]) => of !== undefined && !(key === 'source' && Array.isArray(of));
  return Object.fromEntries(
    Object.entries(value)
      .filter(isMeant)
      .map(([key, of]) => [key, withoutSources(of)]),
  );
}
