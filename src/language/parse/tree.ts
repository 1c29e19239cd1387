/**
 * Events of a YAML parser to trees of nodes, each with its place in the text.
 *
 * In: text and the events that `js-yaml` reads from it. Out: the root node of each document. It knows what plain scalars and
 * the tags of the core schema mean; aliases and merge keys are left to who reads the tree.
 */
import {
  type AliasEvent,
  COLLECTION_STYLE,
  EVENT_ID,
  type Event,
  getScalarValue,
  type MappingEvent,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml';
import type { TextRange } from '../diagnostic/sources.ts';
import { readPlain, readTagged } from './scalar-value.ts';

interface NodeBase {
  /** Offsets in the text; the same where the node takes no room, as the value of `web:`. */
  readonly start: number;
  readonly end: number;
  readonly anchor: string | undefined;
}

export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar';
  readonly value: unknown;
  readonly isPlain: boolean;
}

export interface MapNode extends NodeBase {
  readonly kind: 'map';
  readonly pairs: readonly Pair[];
}

export interface Pair {
  readonly key: Node;
  readonly value: Node;
}

export interface ListNode extends NodeBase {
  readonly kind: 'list';
  readonly items: readonly Node[];
}

export interface AliasNode extends NodeBase {
  readonly kind: 'alias';
  /** Of the anchor that it stands for. */
  readonly name: string;
}

export type Node = ScalarNode | MapNode | ListNode | AliasNode;

interface Reader {
  readonly text: string;
  readonly events: readonly Event[];
  /** Of the next event. */
  index: number;
  /** Offset at which the last node ended. */
  at: number;
  readonly badTags: TextRange[];
}

export interface Trees {
  readonly roots: readonly Node[];
  /** Places of tags that mean nothing here, or not what they stand before. */
  readonly badTags: readonly TextRange[];
}

/** Depth is bounded by who read the events. */
export function readTrees(events: readonly Event[], text: string): Trees {
  const reader: Reader = { text, events, index: 0, at: 0, badTags: [] };
  const roots: Node[] = [];
  while (reader.index < events.length) {
    const root = readNext(reader);
    if (root) roots.push(root);
  }
  return { roots, badTags: reader.badTags };
}

/** Undefined where a document begins, and where a document or collection ends. */
function readNext(reader: Reader): Node | undefined {
  const event = reader.events[reader.index++];
  if (event?.type === EVENT_ID.SCALAR) return readScalar(event, reader);
  if (event?.type === EVENT_ID.MAPPING) return readMap(event, reader);
  if (event?.type === EVENT_ID.SEQUENCE) return readList(event, reader);
  return event?.type === EVENT_ID.ALIAS ? readAlias(event, reader) : undefined;
}

function readAlias({ anchorStart: from, anchorEnd: end }: AliasEvent, reader: Reader): AliasNode {
  reader.at = end;
  const name = reader.text.slice(from, end);
  return { kind: 'alias', start: from - 1, end, anchor: undefined, name };
}

function readMap(event: MappingEvent, reader: Reader): MapNode {
  const { start } = event;
  const { anchor, tag } = readProperties(event, reader);
  if (tag !== undefined && tag !== '!!map') refuseTag(event, reader);
  const pairs: Pair[] = [];
  reader.at = isBracketed(event, reader) ? start + 1 : start;
  for (let key = readNext(reader); key; key = readNext(reader)) {
    const value = readNext(reader);
    if (value) pairs.push({ key, value });
  }
  reader.at = endOf(event, reader);
  return { kind: 'map', start, end: reader.at, anchor, pairs };
}

function readList(event: SequenceEvent, reader: Reader): ListNode {
  const { start } = event;
  const { anchor, tag } = readProperties(event, reader);
  if (tag !== undefined && tag !== '!!seq') refuseTag(event, reader);
  const items: Node[] = [];
  reader.at = isBracketed(event, reader) ? start + 1 : start;
  for (let item = readItem(event, reader); item; item = readItem(event, reader)) items.push(item);
  reader.at = endOf(event, reader);
  return { kind: 'list', start, end: reader.at, anchor, items };
}

/** An empty item is where its dash is. */
function readItem({ style }: SequenceEvent, reader: Reader): Node | undefined {
  if (reader.events[reader.index]?.type === EVENT_ID.POP) return readNext(reader);
  if (style === COLLECTION_STYLE.BLOCK) reader.at = skipBlanks(reader.text, reader.at) + 1;
  return readNext(reader);
}

/** `[a: b]` has a map without braces. */
const isBracketed = ({ start, style }: MappingEvent | SequenceEvent, { text }: Reader) =>
  style === COLLECTION_STYLE.FLOW && '[{'.includes(text.charAt(start));

/** Events say where a collection begins, and not where it ends. */
function endOf(event: MappingEvent | SequenceEvent, reader: Reader): number {
  return isBracketed(event, reader) ? skipBlanks(reader.text, reader.at, ',:?') + 1 : reader.at;
}

function readScalar(event: ScalarEvent, reader: Reader): ScalarNode {
  const isPlain = event.style === SCALAR_STYLE.PLAIN;
  const written = getScalarValue(reader.text, event);
  const { anchor, tag } = readProperties(event, reader);
  const value = tag === undefined ? (isPlain ? readPlain(written) : written) : readTagged(tag, written);
  if (value === undefined) refuseTag(event, reader);
  const start = startOf(event, reader);
  reader.at = event.valueStart < 0 ? start : event.valueEnd + (isQuoted(event) ? 1 : 0);
  return { kind: 'scalar', start, end: reader.at, anchor, value, isPlain };
}

const isQuoted = ({ style }: ScalarEvent) =>
  style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;

/** With its quote, or the "|" and ">" of a block. */
function startOf(event: ScalarEvent, reader: Reader): number {
  if (event.valueStart < 0) return reader.at;
  if (isQuoted(event)) return event.valueStart - 1;
  if (event.style === SCALAR_STYLE.PLAIN) return event.valueStart;
  return skipBlanks(reader.text, Math.max(reader.at, event.anchorEnd, event.tagEnd), ':?-');
}

/** What may stand before a node. */
interface Properties {
  readonly anchor: string | undefined;
  readonly tag: string | undefined;
}

const BARE: Properties = { anchor: undefined, tag: undefined };

type AnyEvent = MappingEvent | SequenceEvent | ScalarEvent;

function readProperties({ anchorStart, anchorEnd, tagStart, tagEnd }: AnyEvent, { text }: Reader): Properties {
  if (anchorStart < 0 && tagStart < 0) return BARE;
  const read = (start: number, end: number) => (start < 0 ? undefined : text.slice(start, end));
  return { anchor: read(anchorStart, anchorEnd), tag: read(tagStart, tagEnd) };
}

function refuseTag({ tagStart, tagEnd }: AnyEvent, { badTags }: Reader): void {
  badTags.push({ start: tagStart, end: tagEnd });
}

/** Where the text goes on behind blanks, comments and these signs. */
function skipBlanks(text: string, from: number, signs = ''): number {
  let at = from;
  while (at < text.length) {
    const letter = text.charAt(at);
    if (letter === '#') at = lineEnd(text, at);
    else if (' \t\r\n'.includes(letter) || signs.includes(letter)) at += 1;
    else break;
  }
  return at;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
