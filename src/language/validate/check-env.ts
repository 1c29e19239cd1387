/**
 * Variables whose value YAML reads as another text than the one that is written: `1.10`, `0x1F`, `1e3`, `True`.
 *
 * In: the raw value, of which nothing is sure yet, and how things are spelt. Out: diagnostics.
 */
import type { Diagnostic, Path } from '../diagnostic/diagnostic.ts';
import { describe } from './describe.ts';
import { diagnose } from './mistake.ts';
import { isMap, valueAt } from './path.ts';

export function checkEnv(root: unknown, spelling: (path: Path) => string | undefined): readonly Diagnostic[] {
  const containers = keysAt(root, ['pods']).flatMap(pod => [
    ...keysAt(root, [...pod, 'initContainers']),
    ...keysAt(root, [...pod, 'containers']),
  ]);
  return containers
    .flatMap(path => keysAt(root, [...path, 'env']))
    .flatMap(path => checkSpelling(valueAt(root, path), path, spelling(path)));
}

function keysAt(root: unknown, path: Path): readonly Path[] {
  const value = valueAt(root, path);
  return isMap(value) ? Object.keys(value).map(key => [...path, key]) : [];
}

function checkSpelling(value: unknown, path: Path, written: string | undefined): readonly Diagnostic[] {
  if (written === undefined || !(typeof value === 'boolean' || Number.isFinite(value))) return [];
  if (String(value) === written) return [];
  const message = `${describe(path)} is written ${written}, which YAML reads as ${value}`;
  return [diagnose(path, 'not-allowed', message, `put it in quotes to mean what is written: "${written}"`)];
}
