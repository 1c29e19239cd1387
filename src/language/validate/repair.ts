/**
 * What is left of a lab file when its mistakes are taken out, so that later stages can find theirs in the same run.
 *
 * In: the value and its mistakes. Out: a value where misspelt keys are taken as what they were meant for, and broken
 * values that concern nothing else are left out. Undefined where a later stage would only be misled.
 */
import type { Path } from '../diagnostic/diagnostic.ts';
import { createEntries } from '../diagnostic/own-value.ts';
import { guessKey } from './known-keys.ts';
import type { Mistake } from './mistake.ts';
import { isMap, valueAt } from './path.ts';
import { subschemaAt } from './subschema.ts';

/** No name or address in the lab depends on these. */
const harmless = new Set([
  ...['description', 'name', 'labels', 'sysctls', 'mtu', 'mac', 'metric', 'masquerade'],
  ...['rate', 'delay', 'jitter', 'loss', 'iptables', 'ip6tables', 'initContainers', 'containers', 'hostAliases'],
]);

/** Of a container, that can go without the rest of it. */
const harmlessOfContainer = new Set([
  'env',
  'workingDir',
  'restart',
  'restartPolicy',
  'readiness',
  'liveness',
  'startup',
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
  if (mistake.keyword === 'additionalProperties' && mistake.path[0] !== 'networkPolicies')
    return renameKey(root, mistake);
  const path = findHarmless(mistake);
  const key = path?.at(-1);
  return path === undefined || typeof key !== 'string'
    ? undefined
    : changeMap(root, path.slice(0, -1), map => omit(map, key));
}

/** The part to leave out: all of a harmless entry, but of containers the broken one, and of that the broken part. */
function findHarmless({ keyword, path, params }: Mistake): Path | undefined {
  // Without its labels a namespace would not be found where it is meant.
  if (path[0] === 'namespaces') return undefined;
  const place = keyword === 'propertyNames' ? [...path, String(params.propertyName)] : path;
  // A policy or a check without one of its keys would be another one.
  if (path[0] === 'networkPolicies') return place.slice(0, 2);
  if (path[0] === 'checks') return keyword === 'propertyNames' ? place : path.slice(0, 2);
  const index = path.findIndex((step, at) => harmless.has(String(step)) && !isName(path, at));
  if (index < 0) return undefined;
  if (!/^(initContainers|containers)$/.test(String(path[index]))) return path.slice(0, index + 1);
  return place.slice(0, index + (harmlessOfContainer.has(String(place[index + 2])) ? 3 : 2));
}

/** A pod may be named as a key is. */
function isName(path: Path, place: number): boolean {
  return place === 1 && ['nodes', 'pods', 'bridges'].includes(String(path[0]));
}

function renameKey(root: unknown, { path, params }: Mistake): unknown {
  const key = String(params.additionalProperty);
  const meant = guessKey(key, Object.keys(subschemaAt(path).properties ?? {}));
  return changeMap(root, path, map => {
    const rest = omit(map, key);
    // Nobody would find what is said of a policy there.
    return meant === undefined || meant in rest || meant === 'networkPolicies' ? rest : { ...rest, [meant]: map[key] };
  });
}

type PlainMap = Readonly<Record<string, unknown>>;

/** A copy where the map at a path is another; the rest is shared. */
function changeMap(root: unknown, path: Path, change: (map: PlainMap) => PlainMap): unknown {
  const [step, ...deeper] = path;
  if (step === undefined) return isMap(root) ? change(root) : root;
  if (valueAt(root, [step]) === undefined) return root;
  const child = changeMap(valueAt(root, [step]), deeper, change);
  if (Array.isArray(root)) return root.with(Number(step), child);
  return isMap(root) ? bare({ ...root, [step]: child }) : root;
}

function omit(map: PlainMap, key: string): PlainMap {
  return bare(Object.fromEntries(Object.entries(map).filter(([name]) => name !== key)));
}

/** It inherits nothing, as what `parse` makes. */
function bare(map: PlainMap): PlainMap {
  return Object.assign(createEntries(), map);
}
