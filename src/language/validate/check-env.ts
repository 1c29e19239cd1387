/**
 * Variables whose value YAML reads as another text than the one that is written: `1.10`, `0x1F`, `1e3`, `True`.
 *
 * In: the raw value, of which nothing is sure yet, and how things are spelt. Out: diagnostics.
 */
import type { Diagnostic, Path } from '../diagnostic/diagnostic.ts';
import { describe } from './describe.ts';
import { diagnose } from './mistake.ts';
import { entriesOf, isMap, type Placed, placedAt } from './path.ts';

export function checkEnv(value: unknown, spelling: (path: Path) => string | undefined): readonly Diagnostic[] {
  const pods = entriesOf(placedAt({ value, path: [] }, 'pods'));
  const containers = ['initContainers', 'containers'].flatMap(key =>
    pods.flatMap(pod => mapEntries(placedAt(pod, key))),
  );
  return containers
    .flatMap(container => mapEntries(placedAt(container, 'env')))
    .flatMap(variable => checkSpelling(variable, spelling(variable.path)));
}

/** A list of variables is another mistake. */
const mapEntries = (placed: Placed) => (isMap(placed.value) ? entriesOf(placed) : []);

function checkSpelling({ value, path }: Placed, written: string | undefined): readonly Diagnostic[] {
  if (written === undefined || !(typeof value === 'boolean' || Number.isFinite(value))) return [];
  if (String(value) === written) return [];
  const message = `${describe(path)} is written ${written}, which YAML reads as ${value}`;
  return [diagnose(path, 'not-allowed', message, `put it in quotes to mean what is written: "${written}"`)];
}
