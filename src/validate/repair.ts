/**
 * What is left of a lab file when its mistakes are taken out, so that later stages can find theirs in the same run.
 *
 * In: the value and its mistakes. Out: a value where misspelt keys are taken as what they were meant for, and broken
 * values that concern nothing else are left out. Undefined where a later stage would only be misled.
 */
import type { Path } from '../diagnostic/diagnostic.ts';
import { guessKey } from './known-keys.ts';
import type { Mistake } from './mistake.ts';
import { isMap, valueAt } from './path.ts';
import { ruleAt } from './rules.ts';

/** No name or address in the lab depends on these. */
const harmless = new Set([
  ...['description', 'name', 'labels', 'sysctls', 'mtu', 'mac', 'metric', 'masquerade'],
  ...['rate', 'delay', 'jitter', 'loss', 'iptables', 'ip6tables'],
]);

/** Each copies the map it is in. */
const maxRepairs = 100;

export function repair(value: unknown, mistakes: readonly Mistake[]): unknown {
  if (mistakes.length > maxRepairs) return undefined;
  let repaired = value;
  for (const mistake of mistakes) {
    if (isBadName(mistake)) continue;
    const next = repairOne(repaired, mistake);
    if (next === undefined) return undefined;
    repaired = next;
  }
  return repaired;
}

/** An interface's name can stay; a node's would only make every mention of it look wrong. */
export function isBadName({ keyword, path }: Mistake): boolean {
  return keyword === 'propertyNames' && path.at(-1) === 'interfaces';
}

function repairOne(root: unknown, mistake: Mistake): unknown {
  if (mistake.keyword === 'additionalProperties') return renameKey(root, mistake);
  if (mistake.keyword === 'propertyNames' && mistake.path.at(-1) !== 'sysctls') return undefined;
  const index = mistake.path.findIndex(step => harmless.has(String(step)));
  const key = mistake.path[index];
  return index < 0 || typeof key !== 'string'
    ? undefined
    : changeMap(root, mistake.path.slice(0, index), map => omit(map, key));
}

function renameKey(root: unknown, { path, params }: Mistake): unknown {
  const key = String(params.additionalProperty);
  const meant = guessKey(key, Object.keys(ruleAt(path).properties ?? {}));
  return changeMap(root, path, map => {
    const rest = omit(map, key);
    return meant === undefined || meant in rest ? rest : { ...rest, [meant]: map[key] };
  });
}

type PlainMap = Readonly<Record<string, unknown>>;

/** A copy where the map at a path is another; the rest is shared. */
function changeMap(root: unknown, path: Path, change: (map: PlainMap) => PlainMap): unknown {
  const [step, ...deeper] = path;
  if (step === undefined) return isMap(root) ? change(root) : root;
  const child = changeMap(valueAt(root, [step]), deeper, change);
  if (Array.isArray(root)) return root.with(Number(step), child);
  return isMap(root) ? bare({ ...root, [step]: child }) : root;
}

function omit(map: PlainMap, key: string): PlainMap {
  return bare(Object.fromEntries(Object.entries(map).filter(([name]) => name !== key)));
}

/** Without a prototype, as `parse` makes them. */
function bare(map: PlainMap): PlainMap {
  return Object.assign(Object.create(null), map);
}
