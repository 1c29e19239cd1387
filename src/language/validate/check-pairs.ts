/**
 * Keys that make sense only together, which a schema can say but not explain.
 *
 * In: the raw value, of which nothing is sure yet. Out: diagnostics.
 */
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { describe } from './describe.ts';
import { entriesOf, isMap, type Placed, placedAt } from './path.ts';

export const checkPairs = (root: unknown): readonly Diagnostic[] => shapedEntries(root).flatMap(checkJitter);

/** Everything that may have `rate`, `delay`, `jitter` and `loss`. */
export function shapedEntries(value: unknown): readonly Placed[] {
  const root: Placed = { value, path: [] };
  const machines = [...entriesOf(placedAt(root, 'nodes')), ...entriesOf(placedAt(root, 'pods'))];
  const interfaces = machines.flatMap(machine => entriesOf(placedAt(machine, 'interfaces')));
  return [...machines, ...interfaces, ...entriesOf(placedAt(root, 'links'))];
}

function checkJitter({ value, path }: Placed): readonly Diagnostic[] {
  if (!isMap(value) || !('jitter' in value) || 'delay' in value) return [];
  const message = `"jitter" without "delay" in ${describe(path)}`;
  const hint = 'add "delay": jitter is how much it varies';
  return [{ code: 'conflict', severity: 'error', path: [...path, 'jitter'], at: 'key', message, hint }];
}
