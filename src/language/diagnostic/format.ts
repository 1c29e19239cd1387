/**
 * Diagnostics as people and programs read them.
 *
 * In: diagnostics, and the texts they are about. Out: a string with lines, columns and carets, or plain data for
 * `--json`; by file, and in each in the order of its lines. It prints nothing itself. No control character of the text
 * gets through: a lab file from a stranger must not be able to drive the terminal.
 */
import type { Diagnostic, Path } from './diagnostic.ts';
import { drawFrame, type Frame } from './frame.ts';
import { escapeControls } from './printable.ts';
import type { Located, Sources } from './sources.ts';

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

interface Placed extends Located {
  readonly diagnostic: Diagnostic;
}

/** Ends with a line such as `3 errors, 1 warning in 2 files`; empty where there is nothing to say. */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  { paint = (_, text) => text, limit = 100 }: FormatOptions = {},
): string {
  if (diagnostics.length === 0) return '';
  const placed = placeAll(diagnostics, sources);
  const blocks = placed.slice(0, limit).map(one => formatOne(one, paint));
  const more = placed.length > limit ? [`and ${placed.length - limit} more`] : [];
  return `${[...blocks, ...more, countAll(placed)].join('\n')}\n`;
}

/** The shape that `--json` prints. */
export function placeDiagnostics(diagnostics: readonly Diagnostic[], sources: Sources): readonly PlacedDiagnostic[] {
  return placeAll(diagnostics, sources).map(toPlain);
}

function toPlain({ diagnostic, source, start, end }: Placed): PlacedDiagnostic {
  const { code, severity, message, hint = null, path } = diagnostic;
  const place = { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
  return { code, severity, message, hint, file: source.file, ...place, path };
}

function placeAll(diagnostics: readonly Diagnostic[], sources: Sources): readonly Placed[] {
  return diagnostics
    .map(diagnostic => ({ ...sources.find(diagnostic), diagnostic }))
    .filter(isFirstOfShared())
    .sort((a, b) => a.index - b.index || a.start.offset - b.start.offset);
}

/** A mistake that several entries share through an alias is one, though each of them has it. */
function isFirstOfShared(): (placed: Placed) => boolean {
  const seen = new Map<string, string>();
  return ({ diagnostic: { code, path, range }, index, start, end }) => {
    if (range !== undefined || path.length < 2) return true;
    const place = [code, index, start.offset, end.offset, path.length, path.at(-1)].join();
    const first = seen.get(place) ?? path.join('\0');
    seen.set(place, first);
    return first === path.join('\0');
  };
}

function formatOne({ diagnostic, source, start, end }: Placed, paint: PaintDiagnostic): string {
  const { severity, message, hint } = diagnostic;
  const place = `${escapeControls(source.file)}:${start.line}:${start.column}:`;
  const title = `${paint('place', place)} ${paint(severity, `${severity}:`)} ${escapeControls(message)}`;
  const frame = drawFrame(source.text, start, end);
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

function countAll(placed: readonly Placed[]): string {
  const errors = placed.filter(({ diagnostic }) => diagnostic.severity === 'error').length;
  const counts = [count(errors, 'error'), count(placed.length - errors, 'warning')].filter(part => part !== '');
  const files = new Set(placed.map(({ index }) => index)).size;
  return `${counts.join(', ')}${files > 1 ? ` in ${files} files` : ''}`;
}

function count(number: number, noun: string): string {
  if (number === 0) return '';
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}
