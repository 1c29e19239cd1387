/** A step: one kernel object that is made, changed or removed. Plain, serialisable data. */
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { Change, Command } from '../state/command.ts';
import { commandsOf, type Turn } from '../state/kind.ts';
import { type KernelObject, specOf } from '../state/kinds.ts';

export interface Step extends Change<KernelObject> {
  readonly why: string;
  /** The lab file's entry that asks for it; empty for what the file does not ask for. */
  readonly source: Path;
}

export function turnOf({ operation, object }: Step): Turn {
  return specOf(object).turn(operation, object);
}

/** The commands that do a step, by which it is printed and run. */
export function render(step: Step): Command[] {
  return commandsOf(specOf(step.object), step);
}

/** The step that takes a step back. */
export function invert(step: Step): Step {
  const { operation, object, was, source } = step;
  const why = `undoes: ${step.why}`;
  switch (operation) {
    case 'add':
      return { operation: 'delete', object, why, source };
    case 'change':
      return { operation: 'change', object: was ?? object, was: object, why, source };
    case 'delete':
      return { operation: 'add', object, why, source };
  }
}
