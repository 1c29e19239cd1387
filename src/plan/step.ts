/** A step: one kernel object that is made, changed or removed. Plain, serialisable data. */
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { Command, Operation, Turn } from '../state/kind.ts';
import { type KernelObject, specOf } from '../state/kinds.ts';

export interface Step {
  readonly operation: Operation;
  /** The object as it shall be; for `delete` as it is. */
  readonly object: KernelObject;
  /** For `change`: the object as it is. */
  readonly was?: KernelObject;
  /** For `add`: the kernel may have kept the object although what it hung on was replaced. */
  readonly mayExist?: true;
  readonly why: string;
  /** The lab file's entry that asks for it; empty for what the file does not ask for. */
  readonly source: Path;
}

export function turnOf({ operation, object }: Step): Turn {
  return specOf(object).turn(operation, object);
}

/** The one renderer: the commands that do a step. Printed plans and what really runs both come from here. */
export function render({ operation, object, was, mayExist }: Step): Command[] {
  const spec = specOf(object);
  switch (operation) {
    case 'add':
      return spec.add(object, mayExist ?? false);
    case 'change':
      return spec.change(object, was ?? object);
    case 'delete':
      return spec.delete(object);
  }
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
