/** How long each test file took in, a short table out: the time of each suite, and the files that took longest. Pure. */

export interface TimedFile {
  /** From the root of the checkout: `test/unit/cli/paint.test.ts`. */
  readonly path: string;
  readonly tests: number;
  /** Its tests, with what goes before and after them. */
  readonly ranMs: number;
  /** Until its first test could begin: imports, mostly. */
  readonly loadedMs: number;
}

const SLOWEST = 10;

/** Suites are the folders below `test/`. They run side by side: their sum is more than the time of the whole. */
export function formatTimes(files: readonly TimedFile[]): string {
  const suites = [...new Set(files.map(suiteOf))].map(suite => ({
    suite,
    files: files.filter(file => suiteOf(file) === suite),
  }));
  const rows = suites
    .toSorted((a, b) => timeOf(b.files) - timeOf(a.files))
    .map(({ suite, files: own }) => [
      ...[suite, String(own.length), String(sum(own, ({ tests }) => tests))],
      ...[seconds(sum(own, ({ ranMs }) => ranMs)), seconds(sum(own, ({ loadedMs }) => loadedMs))],
    ]);
  const slowest = files
    .toSorted((a, b) => b.ranMs - a.ranMs)
    .slice(0, SLOWEST)
    .map(({ path, ranMs }) => `${seconds(ranMs).padStart(9)}  ${path}\n`);
  return `${formatRows([['suite', 'files', 'tests', 'running', 'loading'], ...rows])}slowest files\n${slowest.join('')}`;
}

const suiteOf = ({ path }: TimedFile) => path.split('/')[1] ?? path;
const timeOf = (files: readonly TimedFile[]) => sum(files, ({ ranMs, loadedMs }) => ranMs + loadedMs);
const sum = (files: readonly TimedFile[], timeIn: (file: TimedFile) => number) =>
  files.reduce((total, file) => total + timeIn(file), 0);
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/** Names to the left, numbers to the right. */
function formatRows(rows: readonly (readonly string[])[]): string {
  const widthOf = (column: number) => Math.max(...rows.map(row => row[column]?.length ?? 0));
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widthOf(column)) : cell.padStart(widthOf(column));
  return rows.map(row => `${row.map(pad).join('  ')}\n`).join('');
}
