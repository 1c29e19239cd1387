/**
 * The line with the mistake, cut to what a terminal shows, and the place of the caret under it.
 */
import type { Position } from './line-map.ts';
import { escapeControls, widthOfText } from './printable.ts';

export interface Frame {
  readonly line: string;
  /** Columns before the caret. */
  readonly indent: number;
  /** Carets; at least one. */
  readonly width: number;
}

/** Characters of a line that are shown; a longer one is cut around the mistake. */
const maxShown = 100;
const shownBefore = 40;
const tabStop = '    ';

/** Nothing where there is no line to show. */
export function drawFrame(text: string, start: Position, end: Position): Frame | undefined {
  const line = readLine(text, start.lineStart);
  const from = Math.min(start.offset - start.lineStart, line.length);
  const to = end.line === start.line ? Math.min(end.offset - start.lineStart, line.length) : line.length;
  if (line.trim() === '') return undefined;
  const cutStart = line.length <= maxShown ? 0 : Math.max(0, from - shownBefore);
  const cutEnd = Math.min(line.length, cutStart + maxShown);
  const before = show(line.slice(cutStart, from));
  const marked = show(line.slice(from, Math.min(to, cutEnd)).trimEnd());
  const [head, tail] = [cutStart > 0 ? '…' : '', cutEnd < line.length ? '…' : ''];
  return {
    line: head + before + show(line.slice(from, cutEnd)) + tail,
    indent: widthOfText(head + before),
    width: Math.max(1, widthOfText(marked)),
  };
}

function readLine(text: string, start: number): string {
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? text.length : end).replace(/\r$/, '');
}

function show(text: string): string {
  return escapeControls(text.replaceAll('\t', tabStop));
}
