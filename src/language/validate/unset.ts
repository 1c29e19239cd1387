/**
 * What Kubernetes' API takes for a field that is not set: null, and the zero value of Go where the field is no pointer
 * (k8s.io/api/core/v1, types.go): `clusterIP: ""`, `nodePort: 0`, `ipFamilies: []`.
 *
 * In: the raw value, of which nothing is sure yet. Out: the same without them.
 *
 * Which they are the schema says, at each property: `unset` lists what counts besides null. Only fields that are
 * Kubernetes' own have it: of netlab's, an empty one is more likely a slip. Fields that a lab has not are taken too where
 * they ask for nothing, as manifests that a cluster has printed have many: `passedOver` of a map has their defaults.
 */

import { createEntries } from '../diagnostic/own-value.ts';
import root from '../lab/generated/rules.js';
import { isMap, valueAt } from './path.ts';

/** What of a map, or of what is in it, may be unset. */
interface Shape {
  /** By key: what counts besides null. */
  readonly unset: ReadonlyMap<string, readonly unknown[]>;
  readonly below: ReadonlyMap<string, Shape>;
  /** Of every other key, or of every item of a list. */
  readonly items: Shape | undefined;
}

const FILE = readShape(root);

/** What has nothing of it is shared with the value. */
export const dropUnset = (value: unknown): unknown => (FILE ? drop(value, FILE) : value);

/** Undefined where nothing may be unset. */
function readShape(schema: unknown): Shape | undefined {
  if (!isMap(schema)) return undefined;
  const { $ref, properties, passedOver, additionalProperties, items } = schema;
  if (typeof $ref === 'string') return readShape(valueAt(root, $ref.split('/').slice(1)));
  const keys = Object.entries(isMap(properties) ? properties : {});
  const shape = {
    unset: new Map([
      ...keys.flatMap(([key, one]) => valuesOf(key, isMap(one) ? one.unset : undefined)),
      ...Object.entries(isMap(passedOver) ? passedOver : {}).flatMap(([key, values]) => valuesOf(key, values)),
    ]),
    below: new Map(keys.flatMap(([key, one]) => pairOf(key, readShape(one)))),
    items: readShape(items) ?? readShape(additionalProperties),
  };
  return shape.unset.size + shape.below.size > 0 || shape.items ? shape : undefined;
}

function drop(value: unknown, shape: Shape): unknown {
  if (Array.isArray(value)) return dropFromList(value, shape);
  if (!isMap(value)) return value;
  let kept: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    const rest = dropBelow(value[key], shape.below.get(key) ?? shape.items);
    const isUnset = counts(rest, shape.unset.get(key));
    if (!isUnset && rest === value[key]) continue;
    kept ??= Object.assign(createEntries(), value);
    if (isUnset) delete kept[key];
    else kept[key] = rest;
  }
  return kept ?? value;
}

const dropBelow = (item: unknown, shape: Shape | undefined) => (shape ? drop(item, shape) : item);

function dropFromList(list: readonly unknown[], { items }: Shape): readonly unknown[] {
  const kept = list.map(item => dropBelow(item, items));
  return kept.every((item, index) => item === list[index]) ? list : kept;
}

function counts(value: unknown, empties: readonly unknown[] | undefined): boolean {
  if (empties === undefined) return false;
  return value === null || empties.some(empty => isSame(empty, value));
}

function valuesOf(key: string, values: unknown): [string, readonly unknown[]][] {
  return Array.isArray(values) ? [[key, values]] : [];
}

const isSame = (empty: unknown, value: unknown) =>
  empty === value || (typeof value === 'object' && JSON.stringify(empty) === JSON.stringify(value));

function pairOf(key: string, shape: Shape | undefined): [string, Shape][] {
  return shape ? [[key, shape]] : [];
}
