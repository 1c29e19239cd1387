/**
 * Syntax tree to plain values.
 *
 * In: the root node. Out: plain data that shares what aliases share, and for each alias the node that it stands for.
 * Aliases are counted by what they expand to, so that a few lines cannot become gigabytes in a later stage.
 */
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { findNearest } from '../diagnostic/nearest.ts';
import { createEntries } from '../diagnostic/own-value.ts';
import { quote } from '../diagnostic/printable.ts';
import { syntaxError } from './syntax-error.ts';
import type { AliasNode, ListNode, MapNode, Node, Pair } from './tree.ts';

/** Values that a file may become when every alias is written out. */
const maxExpanded = 1_000_000;

export interface Converted {
  readonly value: unknown;
  readonly diagnostics: readonly Diagnostic[];
  readonly targets: ReadonlyMap<AliasNode, Node>;
  /** False where an alias leads nowhere: the values are then not what the author meant. */
  readonly usable: boolean;
}

interface Result {
  readonly value: unknown;
  /** Values in it, aliases expanded. */
  readonly size: number;
}

interface Progress {
  readonly text: string;
  readonly anchors: Map<string, Node>;
  readonly done: Map<Node, Result>;
  readonly targets: Map<AliasNode, Node>;
  readonly diagnostics: Diagnostic[];
  usable: boolean;
  /** Values that aliases have brought in so far. */
  expanded: number;
}

type PlainMap = Record<string, unknown>;

export function toValue(root: Node, text: string): Converted {
  const progress: Progress = {
    text,
    anchors: new Map(),
    done: new Map(),
    targets: new Map(),
    diagnostics: [],
    usable: true,
    expanded: 0,
  };
  const { value } = convert(root, progress);
  return { value, diagnostics: progress.diagnostics, targets: progress.targets, usable: progress.usable };
}

/** Depth is bounded by `readDocuments`, and an alias is never walked into a second time. */
function convert(node: Node, progress: Progress): Result {
  if (node.kind === 'alias') return convertAlias(node, progress);
  if (node.anchor === undefined) return convertNode(node, progress);
  progress.anchors.set(node.anchor, node);
  const result = convertNode(node, progress);
  progress.done.set(node, result);
  return result;
}

function convertNode(node: Exclude<Node, AliasNode>, progress: Progress): Result {
  if (node.kind === 'map') return convertMap(node, progress);
  return node.kind === 'list' ? convertList(node, progress) : { value: node.value, size: 1 };
}

function convertList(list: ListNode, progress: Progress): Result {
  const items = list.items.map(item => convert(item, progress));
  return { value: items.map(item => item.value), size: items.reduce((sum, item) => sum + item.size, 1) };
}

/** No key of a file can meet a method of JavaScript's. */
function convertMap(map: MapNode, progress: Progress): Result {
  const own: PlainMap = createEntries();
  const merged: Result[] = [];
  let size = 1;
  for (const pair of map.pairs) {
    const key = readKey(pair, progress);
    if (key !== undefined && key in own) refuseDouble(pair, key, map, progress);
    const result = convert(pair.value, progress);
    size += result.size;
    if (isMergeKey(pair)) merged.push(...readMerged(pair, result, progress));
    else if (key !== undefined && !(key in own)) own[key] = result.value;
  }
  for (const source of merged) fillIn(own, source.value as PlainMap);
  return { value: own, size };
}

function fillIn(own: PlainMap, source: PlainMap): void {
  for (const key of Object.keys(source)) if (!(key in own)) own[key] = source[key];
}

export function isMergeKey(pair: Pair): boolean {
  return pair.key.kind === 'scalar' && pair.key.value === '<<' && pair.key.isPlain;
}

/** What `<<` brings in: one map or a list of them, of which the first wins. */
function readMerged(pair: Pair, result: Result, progress: Progress): readonly Result[] {
  const values = Array.isArray(result.value) ? result.value : [result.value];
  if (values.every(isPlainMap)) return values.map(value => ({ value, size: 0 }));
  if (progress.usable) refuse(pair.key, progress, '"<<" takes a map to merge, such as "<<: *defaults"');
  return [];
}

function isPlainMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Numbers and the like are taken as they are spelt, as Kubernetes does; a list or nothing cannot be a key. */
function readKey({ key }: Pair, progress: Progress): string | undefined {
  const text = keyText(key, progress.text);
  if (text === undefined) refuse(key, progress, 'a key must be text', 'a list, a map or nothing cannot be a name');
  return text;
}

export function keyText(key: Node, text: string): string | undefined {
  if (key.kind !== 'scalar' || key.value === null || key.value === undefined) return undefined;
  return typeof key.value === 'string' ? key.value : text.slice(key.start, key.end);
}

function refuseDouble(pair: Pair, key: string, map: MapNode, progress: Progress): void {
  const { text } = progress;
  const first = map.pairs.find(other => keyText(other.key, text) === key);
  const line = text.slice(0, first?.key.start).split('\n').length;
  const { start, end } = pair.key;
  const message = `the key ${quote(key)} is given twice`;
  progress.diagnostics.push({
    ...syntaxError(start, end, message, `it is on line ${line} already`),
    code: 'duplicate-key',
  });
}

function convertAlias(alias: AliasNode, progress: Progress): Result {
  const target = progress.anchors.get(alias.name);
  if (target === undefined) return refuseUnknown(alias, progress);
  const result = progress.done.get(target);
  if (result === undefined) return giveUp(alias, progress, `"*${alias.name}" stands inside of "&${alias.name}" itself`);
  progress.expanded += result.size;
  if (progress.expanded > maxExpanded)
    return giveUp(alias, progress, 'the aliases (*) expand to more than a million values');
  progress.targets.set(alias, target);
  return result;
}

function refuseUnknown(alias: AliasNode, progress: Progress): Result {
  const nearest = findNearest(alias.name, [...progress.anchors.keys()]);
  const hint =
    nearest === undefined ? 'put the text in quotes if it is not meant as an alias' : `did you mean "*${nearest}"?`;
  return giveUp(alias, progress, `nothing before this is named "&${alias.name}"`, hint);
}

/** The values are not what the author meant any more, so only the first reason counts. */
function giveUp(alias: AliasNode, progress: Progress, message: string, hint?: string): Result {
  if (progress.usable) refuse(alias, progress, message, hint);
  progress.usable = false;
  return { value: null, size: 1 };
}

function refuse({ start, end }: Node, progress: Progress, message: string, hint?: string): void {
  progress.diagnostics.push(syntaxError(start, end, message, hint));
}
