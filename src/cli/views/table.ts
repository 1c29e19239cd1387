/** Rows in columns, with a heading. */
import { escapeControls } from '../../language/diagnostic/printable.ts';

/** No cell makes a line of its own. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [heading, ...rows.map(row => row.map(escapeControls))];
  const widths = heading.map((_, column) => all.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0));
  return all
    .map(
      row =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('   ')
          .trimEnd()}\n`,
    )
    .join('');
}
