/**
 * Diagnostics as people and programs read them.
 *
 * In: diagnostics, the text they are about, and a way from paths to offsets. Out: a string with lines, columns and carets,
 * or plain data for `--json`. It prints nothing itself. Whatever the text holds, no control character gets through: a lab
 * file from a stranger must not be able to drive the terminal.
 */
import type { Diagnostic, Path } from './diagnostic.ts';
import { drawFrame, type Frame } from './frame.ts';
import { makeLineMap, type Position } from './line-map.ts';
import { escapeControls } from './printable.ts';

export type Locate = (path: Path, at: 'key' | 'value') => { readonly start: number; readonly end: number };

/** The parts of a diagnostic that may have a look of their own. */
export type DiagnosticStyle = 'error' | 'warning' | 'place' | 'caret' | 'gutter' | 'help';
export type PaintDiagnostic = (style: DiagnosticStyle, text: string) => string;

export interface FormatOptions {
  /** Leaves everything as it is where it is left out. */
  readonly paint?: PaintDiagnostic;
  /** Diagnostics that are printed in full; the rest is counted. */
  readonly limit?: number;
}

/** A diagnostic with its place; lines and columns count from 1, columns in characters. */
export interface PlacedDiagnostic {
  readonly code: Diagnostic['code'];
  readonly severity: Diagnostic['severity'];
  readonly message: string;
  readonly hint: string | null;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly path: Path;
}

interface Placed {
  readonly diagnostic: Diagnostic;
  readonly start: Position;
  readonly end: Position;
}

/** Ends with a line such as `3 errors, 1 warning`; empty where there is nothing to say. */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  text: string,
  file: string,
  locate: Locate,
  { paint = (_, text) => text, limit = 100 }: FormatOptions = {},
): string {
  if (diagnostics.length === 0) return '';
  const placed = placeAll(diagnostics, text, locate);
  const blocks = placed.slice(0, limit).map(one => formatOne(one, file, text, paint));
  const more = placed.length > limit ? [`and ${placed.length - limit} more`] : [];
  return `${[...blocks, ...more, countAll(placed.map(({ diagnostic }) => diagnostic))].join('\n')}\n`;
}

/** The shape that `--json` prints, in the order of the file. */
export function placeDiagnostics(
  diagnostics: readonly Diagnostic[],
  text: string,
  file: string,
  locate: Locate,
): readonly PlacedDiagnostic[] {
  return placeAll(diagnostics, text, locate).map(one => toPlain(one, file));
}

function toPlain({ diagnostic, start, end }: Placed, file: string): PlacedDiagnostic {
  const { code, severity, message, hint = null, path } = diagnostic;
  const place = { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
  return { code, severity, message, hint, file, ...place, path };
}

function placeAll(diagnostics: readonly Diagnostic[], text: string, locate: Locate): readonly Placed[] {
  const toPosition = makeLineMap(text);
  const placed = diagnostics.map(diagnostic => {
    const { start, end } = rangeOf(diagnostic, locate);
    return { diagnostic, start: toPosition(start), end: toPosition(Math.max(start, end)) };
  });
  return placed.filter(isFirstOfShared()).sort((a, b) => a.start.offset - b.start.offset);
}

/** What several entries share through an alias is one mistake, though each of them has it. */
function isFirstOfShared(): (placed: Placed) => boolean {
  const seen = new Map<string, string>();
  return ({ diagnostic: { code, path, range }, start, end }) => {
    if (range !== undefined || path.length < 2) return true;
    const place = [code, start.offset, end.offset, path.length, path.at(-1)].join();
    const first = seen.get(place) ?? path.join('\0');
    seen.set(place, first);
    return first === path.join('\0');
  };
}

function rangeOf({ range, path, at }: Diagnostic, locate: Locate): { readonly start: number; readonly end: number } {
  return range === undefined ? locate(path, at) : { start: range[0], end: range[1] };
}

function formatOne({ diagnostic, start, end }: Placed, file: string, text: string, paint: PaintDiagnostic): string {
  const { severity, message, hint } = diagnostic;
  const place = `${escapeControls(file)}:${start.line}:${start.column}:`;
  const title = `${paint('place', place)} ${paint(severity, `${severity}:`)} ${escapeControls(message)}`;
  const frame = drawFrame(text, start, end);
  const help = hint === undefined ? [] : [`  ${paint('help', 'help:')} ${escapeControls(hint)}`];
  return [title, ...paintFrame(frame, start.line, paint), ...help].join('\n');
}

function paintFrame(frame: Frame | undefined, line: number, paint: PaintDiagnostic): readonly string[] {
  if (frame === undefined) return [];
  const gutter = ' '.repeat(String(line).length);
  return [
    `  ${paint('gutter', `${line} |`)} ${frame.line}`.trimEnd(),
    `  ${paint('gutter', `${gutter} |`)} ${' '.repeat(frame.indent)}${paint('caret', '^'.repeat(frame.width))}`,
  ];
}

function countAll(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  return [count(errors, 'error'), count(warnings, 'warning')].filter(part => part !== '').join(', ');
}

function count(number: number, noun: string): string {
  if (number === 0) return '';
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}
