/**
 * JSON pointers to paths, and paths into values and rules; values together with the path that leads to them.
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

export interface Placed {
  readonly value: unknown;
  readonly path: Path;
}

/** What a map has under a key. */
export function placedAt({ value, path }: Placed, key: string): Placed {
  return { value: isMap(value) ? value[key] : undefined, path: [...path, key] };
}

/** Of a map or a list. */
export function entriesOf({ value, path }: Placed): readonly Placed[] {
  if (Array.isArray(value)) return value.map((item: unknown, index) => ({ value: item, path: [...path, index] }));
  return isMap(value) ? Object.keys(value).map(key => ({ value: value[key], path: [...path, key] })) : [];
}
