/** Whether two labs, or parts of them, are the same, wherever in a file they are written. */
import { dequal } from 'dequal';
import type { Lab } from '../language/lab/lab.ts';

export function isSameLab(one: Lab, other: Lab): boolean {
  const [own, others] = [one, other].map(lab => ({ ...lab, checks: [], description: '' }));
  return isSame(own, others);
}

/** As JSON has it: one of the two may have been in a lab's record. */
export function isSame(one: unknown, other: unknown): boolean {
  return dequal(essenceOf(one), essenceOf(other));
}

/** A label or a variable may be called `source`, too. */
function essenceOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(essenceOf);
  if (typeof value !== 'object' || value === null) return value;
  const isMeant = ([key, of]: [string, unknown]) => of !== undefined && !(key === 'source' && Array.isArray(of));
  return Object.fromEntries(
    Object.entries(value)
      .filter(isMeant)
      .map(([key, of]) => [key, essenceOf(of)]),
  );
}
