/**
 * JSON pointers to paths, and paths into values and rules.
 */
import type { Path } from '../diagnostic/diagnostic.ts';

/** A step is a number where the value there is a list. */
export function toPath(pointer: string, root: unknown): Path {
  const path: (string | number)[] = [];
  let value = root;
  for (const step of pointer.split('/').slice(1).map(unescapeStep)) {
    const key = Array.isArray(value) ? Number(step) : step;
    path.push(key);
    value = valueAt(value, [key]);
  }
  return path;
}

function unescapeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (isMap(value) || Array.isArray(value) ? Reflect.get(value, key) : undefined),
    root,
  );
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
