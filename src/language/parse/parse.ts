/**
 * Text to document: the first stage.
 *
 * In: the text of one lab file. Out: plain values, what is wrong with the YAML, and a way from a path back to the text.
 * It knows YAML 1.2 (with `<<` merge keys) and nothing about labs, files or terminals. It never throws: whatever the
 * text holds becomes diagnostics.
 */
import { type Document, isScalar } from 'yaml';
import type { Diagnostic, Path } from '../diagnostic/diagnostic.ts';
import type { TextRange } from '../diagnostic/sources.ts';
import { checkText } from './check-text.ts';
import { explainSyntaxErrors } from './explain-syntax.ts';
import { makeLocator } from './locate.ts';
import { readDocuments } from './read-documents.ts';
import { syntaxError } from './syntax-error.ts';
import { toValue } from './to-value.ts';

export interface ParsedDocument {
  /** Plain data, objects without a prototype. Undefined where the text is too broken to go on with. */
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
  const { documents, diagnostics } = readDocuments(text);
  const [document, second] = documents;
  if (document === undefined) return brokenDocument(diagnostics);
  const found = [...diagnostics, ...explainSyntaxErrors(documents, text)];
  const more = refuseSecond(second, text);
  return found.some(({ severity }) => severity === 'error')
    ? brokenDocument([...found, ...more])
    : readContents(document, text, [...found, ...more]);
}

function readContents(document: Document.Parsed, text: string, before: readonly Diagnostic[]): ParsedDocument {
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return brokenDocument([emptyFile()]);
  const { value, diagnostics, targets, usable } = toValue(contents, text);
  const locator = makeLocator(contents, targets, text);
  return { value: usable ? value : undefined, diagnostics: [...before, ...diagnostics], ...locator };
}

function brokenDocument(diagnostics: readonly Diagnostic[]): ParsedDocument {
  return { value: undefined, diagnostics, locate: () => ({ start: 0, end: 0 }), spelling: () => undefined };
}

function emptyFile(): Diagnostic {
  return syntaxError(0, 0, 'the file is empty', 'the smallest lab is "nodes: { node1: {} }"');
}

function refuseSecond(second: Document.Parsed | undefined, text: string): readonly Diagnostic[] {
  if (second === undefined) return [];
  const start = text.lastIndexOf('---', second.contents?.range[0] ?? second.range[0]);
  const offset = start < 0 ? second.range[0] : start;
  return [
    syntaxError(offset, offset + 3, 'a second document begins here', 'one file holds one lab: split it in two files'),
  ];
}
