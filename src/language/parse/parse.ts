/**
 * Text to document: the first stage.
 *
 * In: the text of one lab file. Out: plain values, what is wrong with the YAML, and a way from a path back to the text.
 * It knows YAML 1.2 (with `<<` merge keys) and nothing about labs, files or terminals. It never throws: whatever the
 * text holds becomes diagnostics.
 */
import type { Diagnostic, Path } from '../diagnostic/diagnostic.ts';
import type { TextRange } from '../diagnostic/sources.ts';
import { checkText } from './check-text.ts';
import { makeLocator } from './locate.ts';
import { readDocuments } from './read-documents.ts';
import { syntaxError } from './syntax-error.ts';
import { toValue } from './to-value.ts';
import type { Node } from './tree.ts';

export interface ParsedDocument {
  /** Plain data, objects that inherit nothing. Undefined where the text is too broken to go on with. */
  readonly value: unknown;
  readonly diagnostics: readonly Diagnostic[];
  /** Offsets of a key or value; of the nearest thing around it where the path leads nowhere. */
  locate(path: Path, at: 'key' | 'value'): TextRange;
  /** A scalar as it is spelt in the text: `1e3`, `"web"`; undefined for everything else. */
  spelling(path: Path): string | undefined;
}

export function parse(text: string): ParsedDocument {
  const unreadable = checkText(text);
  if (unreadable !== undefined) return brokenDocument([unreadable]);
  const { roots, diagnostics } = readDocuments(text);
  const [root, second] = roots;
  const more = refuseSecond(second, text);
  if (diagnostics.length > 0) return brokenDocument([...diagnostics, ...more]);
  if (root === undefined || (root.kind === 'scalar' && root.value === null))
    return brokenDocument([emptyFile(), ...more]);
  return readContents(root, text, more);
}

function readContents(root: Node, text: string, before: readonly Diagnostic[]): ParsedDocument {
  const { value, diagnostics, targets, usable } = toValue(root, text);
  const locator = makeLocator(root, targets, text);
  return { value: usable ? value : undefined, diagnostics: [...before, ...diagnostics], ...locator };
}

function brokenDocument(diagnostics: readonly Diagnostic[]): ParsedDocument {
  return { value: undefined, diagnostics, locate: () => ({ start: 0, end: 0 }), spelling: () => undefined };
}

function emptyFile(): Diagnostic {
  return syntaxError(0, 0, 'the file is empty', 'the smallest lab is "nodes: { node1: {} }"');
}

function refuseSecond(second: Node | undefined, text: string): readonly Diagnostic[] {
  if (second === undefined) return [];
  const start = text.lastIndexOf('---', second.start);
  const offset = start < 0 ? second.start : start;
  return [
    syntaxError(offset, offset + 3, 'a second document begins here', 'one file holds one lab: split it in two files'),
  ];
}
