/**
 * Paths back to places in the text.
 *
 * In: the syntax tree and where its aliases lead. Out: offsets for any path, also through aliases and merged maps. A path
 * that leads nowhere gets the place of the nearest thing that exists.
 */
import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Path } from '../diagnostic/diagnostic.ts';
import type { TextRange } from '../diagnostic/sources.ts';
import { isMergeKey, keyText } from './to-value.ts';

/** A key and its value; items of lists and the root have no key. */
interface KeyAndValue {
  readonly key: unknown;
  readonly value: unknown;
}

interface Tree {
  readonly targets: ReadonlyMap<Alias, Node>;
  /** Filled as maps are visited, so that many look-ups in a big map stay cheap. */
  readonly indices: Map<YAMLMap, ReadonlyMap<string, Pair>>;
}

export interface Locator {
  locate(path: Path, at: 'key' | 'value'): TextRange;
  spelling(path: Path): string | undefined;
}

export function makeLocator(root: Node, targets: ReadonlyMap<Alias, Node>, text: string): Locator {
  const tree: Tree = { targets, indices: new Map() };
  return {
    locate: (path, at) => locate(root, path, at, tree),
    spelling: path => {
      const { entry, exact } = walk(root, path, tree);
      const node = resolveAlias(entry.value, tree);
      return exact && isScalar(node) && node.range ? text.slice(node.range[0], node.range[1]) : undefined;
    },
  };
}

function locate(root: Node, path: Path, at: 'key' | 'value', tree: Tree): TextRange {
  const { entry, exact } = walk(root, path, tree);
  const key = rangeOf(entry.key);
  const value = rangeOf(entry.value);
  const preferred = at === 'key' || !exact ? (key ?? value) : (value ?? key);
  return preferred ?? placeOfEmpty(entry.value);
}

function walk(root: Node, path: Path, tree: Tree): { entry: KeyAndValue; exact: boolean } {
  let entry: KeyAndValue = { key: undefined, value: root };
  for (const step of path) {
    const next = enter(entry.value, step, tree);
    if (next === undefined) return { entry, exact: false };
    entry = next;
  }
  return { entry, exact: true };
}

function enter(from: unknown, step: string | number, tree: Tree): KeyAndValue | undefined {
  const node = resolveAlias(from, tree);
  if (isSeq(node)) return Number(step) in node.items ? { key: undefined, value: node.items[Number(step)] } : undefined;
  return isMap(node) ? findPair(node, String(step), tree) : undefined;
}

function findPair(map: YAMLMap, key: string, tree: Tree): KeyAndValue | undefined {
  const index = tree.indices.get(map) ?? indexMap(map);
  tree.indices.set(map, index);
  return index.get(key) ?? findMerged(map, key, tree);
}

/** The first of doubled keys, as in `toValue`. */
function indexMap(map: YAMLMap): ReadonlyMap<string, Pair> {
  const index = new Map<string, Pair>();
  for (const pair of map.items) {
    const key = keyText(pair.key);
    if (key !== undefined && !isMergeKey(pair) && !index.has(key)) index.set(key, pair);
  }
  return index;
}

function findMerged(map: YAMLMap, key: string, tree: Tree): KeyAndValue | undefined {
  for (const source of map.items.filter(isMergeKey).flatMap(pair => mergedMaps(pair, tree))) {
    const found = findPair(source, key, tree);
    if (found !== undefined) return found;
  }
  return undefined;
}

function mergedMaps(pair: Pair, tree: Tree): readonly YAMLMap[] {
  const value = resolveAlias(pair.value, tree);
  const sources = isSeq(value) ? value.items.map(item => resolveAlias(item, tree)) : [value];
  return sources.filter(source => isMap(source));
}

function resolveAlias(node: unknown, tree: Tree): unknown {
  return isAlias(node) ? tree.targets.get(node) : node;
}

/** An empty list item: the entry after its dash. */
function placeOfEmpty(node: unknown): TextRange {
  const start = isScalar(node) && node.range ? Math.max(0, node.range[0] - 1) : 0;
  return { start, end: start };
}

/** Nothing for what takes no room, such as the value of `web:`. */
function rangeOf(node: unknown): TextRange | undefined {
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined;
  if (!range || range[1] <= range[0]) return undefined;
  return { start: range[0], end: range[1] };
}
