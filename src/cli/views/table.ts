/** Rows in columns, with a heading. */
import { escapeControls } from '../../language/diagnostic/printable.ts';
import { breakWords, COLUMNS } from './columns.ts';

const GAP = '   ';
/** Of a column that is broken: a terminal breaks what is wider. */
const NARROWEST = 24;

/** No cell makes a line of its own. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [heading, ...rows.map(row => row.map(escapeControls))];
  const widths = heading.map((title, column) => widthOf(title, all, column));
  return all
    .map(
      row =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join(GAP)
          .trimEnd()}\n`,
    )
    .join('');
}

const widthOf = (title: string, rows: readonly (readonly string[])[], column: number) =>
  rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), title.length);

/**
 * Each row's text, with lines of their own for what is too long: the last cell is broken between words where the line would be
 * wider than a terminal.
 */
export function wrapRows(rows: readonly (readonly string[])[], indent = ''): string[] {
  const all = rows.map(row => row.map(escapeControls));
  const columns = (all[0] ?? []).slice(0, -1).map((_, column) => widthOf('', all, column));
  const left = columns.reduce((rest, width) => rest - width - GAP.length, COLUMNS - indent.length);
  return all.map(row => {
    const before = columns.map((width, column) => (row[column] ?? '').padEnd(width) + GAP).join('');
    const lines = breakWords(row.at(-1) ?? '', Math.max(NARROWEST, left));
    return lines
      .map((line, index) => `${`${indent}${index === 0 ? before : ' '.repeat(before.length)}${line}`.trimEnd()}\n`)
      .join('');
  });
}
