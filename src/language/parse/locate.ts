/**
 * Paths back to places in the text.
 *
 * In: the syntax tree and where its aliases lead. Out: offsets for any path, also through aliases and merged maps. A path
 * that leads nowhere gets the place of the nearest thing that exists.
 */
import type { Path } from '../diagnostic/diagnostic.ts';
import type { TextRange } from '../diagnostic/sources.ts';
import { isMergeKey, keyText } from './to-value.ts';
import type { AliasNode, MapNode, Node, Pair } from './tree.ts';

/** A key and its value; items of lists and the root have no key. */
interface KeyAndValue {
  readonly key: Node | undefined;
  readonly value: Node;
}

interface Tree {
  readonly text: string;
  readonly targets: ReadonlyMap<AliasNode, Node>;
  /** Filled as maps are visited, so that many look-ups in a big map stay cheap. */
  readonly indices: Map<MapNode, ReadonlyMap<string, Pair>>;
}

export interface Locator {
  locate(path: Path, at: 'key' | 'value'): TextRange;
  spelling(path: Path): string | undefined;
}

export function makeLocator(root: Node, targets: ReadonlyMap<AliasNode, Node>, text: string): Locator {
  const tree: Tree = { text, targets, indices: new Map() };
  return {
    locate: (path, at) => locate(root, path, at, tree),
    spelling: path => {
      const { entry, exact } = walk(root, path, tree);
      const node = resolveAlias(entry.value, tree);
      return exact && node?.kind === 'scalar' ? text.slice(node.start, node.end) : undefined;
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

function enter(from: Node, step: string | number, tree: Tree): KeyAndValue | undefined {
  const node = resolveAlias(from, tree);
  if (node?.kind === 'map') return findPair(node, String(step), tree);
  const value = node?.kind === 'list' ? node.items[Number(step)] : undefined;
  return value && { key: undefined, value };
}

function findPair(map: MapNode, key: string, tree: Tree): KeyAndValue | undefined {
  const index = tree.indices.get(map) ?? indexMap(map, tree.text);
  tree.indices.set(map, index);
  return index.get(key) ?? findMerged(map, key, tree);
}

/** The first of doubled keys, as in `toValue`. */
function indexMap(map: MapNode, text: string): ReadonlyMap<string, Pair> {
  const index = new Map<string, Pair>();
  for (const pair of map.pairs) {
    const key = keyText(pair.key, text);
    if (key !== undefined && !isMergeKey(pair) && !index.has(key)) index.set(key, pair);
  }
  return index;
}

function findMerged(map: MapNode, key: string, tree: Tree): KeyAndValue | undefined {
  for (const source of map.pairs.filter(isMergeKey).flatMap(pair => mergedMaps(pair, tree))) {
    const found = findPair(source, key, tree);
    if (found !== undefined) return found;
  }
  return undefined;
}

function mergedMaps(pair: Pair, tree: Tree): readonly MapNode[] {
  const value = resolveAlias(pair.value, tree);
  const sources = value?.kind === 'list' ? value.items.map(item => resolveAlias(item, tree)) : [value];
  return sources.filter(source => source?.kind === 'map');
}

function resolveAlias(node: Node, tree: Tree): Node | undefined {
  return node.kind === 'alias' ? tree.targets.get(node) : node;
}

/** An empty list item: the entry after its dash. */
function placeOfEmpty(node: Node): TextRange {
  const start = Math.max(0, node.start - 1);
  return { start, end: start };
}

/** Nothing for what takes no room, such as the value of `web:`. */
function rangeOf(node: Node | undefined): TextRange | undefined {
  return node && node.end > node.start ? { start: node.start, end: node.end } : undefined;
}
