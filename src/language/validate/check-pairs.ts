/**
 * Keys that make sense only together, which a schema can say but not explain.
 *
 * In: the raw value, of which nothing is sure yet. Out: diagnostics.
 */
import type { Diagnostic, Path } from '../diagnostic/diagnostic.ts';
import { describe } from './describe.ts';
import { isMap, valueAt } from './path.ts';

export function checkPairs(root: unknown): readonly Diagnostic[] {
  return shapedPaths(root).flatMap(path => checkJitter(root, path));
}

/** Everything that may have `rate`, `delay`, `jitter` and `loss`. */
export function shapedPaths(root: unknown): readonly Path[] {
  const machines = [...entries(root, ['nodes']), ...entries(root, ['pods'])];
  const interfaces = machines.flatMap(path => entries(root, [...path, 'interfaces']));
  return [...machines, ...interfaces, ...entries(root, ['links'])];
}

function entries(root: unknown, path: Path): readonly Path[] {
  const value = valueAt(root, path);
  if (Array.isArray(value)) return value.map((_, index) => [...path, index]);
  return isMap(value) ? Object.keys(value).map(key => [...path, key]) : [];
}

function checkJitter(root: unknown, path: Path): readonly Diagnostic[] {
  const entry = valueAt(root, path);
  if (!isMap(entry) || !('jitter' in entry) || 'delay' in entry) return [];
  const message = `"jitter" without "delay" in ${describe(path)}`;
  const hint = 'add "delay": jitter is how much it varies';
  return [{ code: 'conflict', severity: 'error', path: [...path, 'jitter'], at: 'key', message, hint }];
}
