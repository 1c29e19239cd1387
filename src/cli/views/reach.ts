/** Who reaches whom, as `reach` shows it: a table that people can read, or JSON. */

import { targetNames } from '../../check/frontends.ts';
import { fullName, isReached, type Mark, markOf } from '../../check/reach-matrix.ts';
import { escapeControls } from '../../language/diagnostic/printable.ts';
import type { ReachResult } from '../../lifecycle/reach.ts';
import type { Paint, Style } from '../paint.ts';
import { COLUMNS } from './columns.ts';
import { count } from './count.ts';

/** A line for each probe: ten thousand of them are still read by people. */
export function reachJson({ pairs, lab, directory }: ReachResult, protocol: string, port: number | null): string {
  const machines = [...lab.nodes, ...lab.pods];
  const names = new Map([...machines.map(({ key }) => [key, fullName(key, lab)] as const), ...targetNames(lab)]);
  const lines = pairs.map(({ from, to, probe, result }) => {
    const { verdict, sourceIP, reason, by, arrived, listener, seen } = result;
    const ns = seen[0]?.ns ?? '';
    const receiver = directory.get(to)?.ns === ns ? to : directory.keyOf(ns);
    return JSON.stringify({
      from: names.get(from.key) ?? from.key,
      to: names.get(to) ?? to,
      ...{ protocol, port, reachable: isReached(result), verdict, sourceIP },
      ...{ receiver: receiver === '' ? null : (names.get(receiver) ?? receiver) },
      ...{ address: probe.address, reason, by, arrived, listener },
    });
  });
  return lines.length === 0 ? '{"probes":[]}\n' : `{"probes":[\n${lines.join(',\n')}\n]}\n`;
}

export function reachText({ lab, from, to, pairs, directory }: ReachResult, paint: Paint): string {
  if (pairs.length === 0) return '';
  const names = targetNames(lab);
  const results = new Map<string, (typeof pairs)[number]['result'][]>();
  for (const pair of pairs) {
    const key = `${pair.from.key} ${pair.to}`;
    results.set(key, [...(results.get(key) ?? []), pair.result]);
  }
  const mark = (row: number, column: number) => {
    const entry = directory.get(from[row] ?? '');
    return entry ? markOf(results.get(`${from[row]} ${to[column]}`) ?? [], entry, directory) : 'not asked';
  };
  return drawMatrix(
    from.map(escapeControls),
    to.map(target => escapeControls(names.get(target) ?? target)),
    mark,
    paint,
  );
}

export function reachSummary({ pairs }: ReachResult): string {
  const open = pairs.filter(({ result }) => isReached(result)).length;
  if (pairs.length === 0) return 'nobody to ask about';
  return `${open} of ${count(pairs.length, 'probe')} reachable`;
}

interface Look {
  readonly sign: string;
  readonly style: Style;
  readonly meaning: string;
}

/** In the order of the legend. */
const LOOKS: Readonly<Record<Mark, Look>> = {
  reachable: { sign: '✓', style: 'good', meaning: 'reachable' },
  translated: { sign: '~', style: 'doubtful', meaning: 'reachable, but the receiver sees another source address' },
  elsewhere: { sign: '?', style: 'bad', meaning: 'somebody else answers: it does not arrive there' },
  partly: { sign: '½', style: 'doubtful', meaning: 'reachable over one family only' },
  refused: { sign: 'R', style: 'bad', meaning: 'refused' },
  dropped: { sign: 'D', style: 'bad', meaning: 'dropped: no answer' },
  unroutable: { sign: 'U', style: 'bad', meaning: 'unroutable' },
  'not asked': { sign: '·', style: 'faint', meaning: 'not asked' },
};

export function drawMatrix(
  rows: readonly string[],
  columns: readonly string[],
  mark: (row: number, column: number) => Mark,
  paint: Paint,
): string {
  const marks = rows.map((_, row) => columns.map((_, column) => mark(row, column)));
  const left = Math.max(...rows.map(name => name.length), 0);
  // Names above stand upright where they would make the table too wide.
  const isUpright = columns.reduce((sum, name) => sum + name.length + 2, left) > COLUMNS;
  const widths = columns.map(name => (isUpright ? 1 : name.length));
  const toLine = (name: string, cells: readonly string[]) =>
    [name.padEnd(left), ...cells].join(isUpright ? ' ' : '  ').trimEnd();
  const above = (isUpright ? upright(columns) : [columns]).map(names =>
    toLine(
      '',
      names.map((name, column) => name.padEnd(widths[column] ?? 1)),
    ),
  );
  const sign = (kind: Mark) => paint(LOOKS[kind].style, LOOKS[kind].sign);
  const lines = rows.map((name, row) =>
    toLine(name, marks[row]?.map((kind, column) => sign(kind) + ' '.repeat((widths[column] ?? 1) - 1)) ?? []),
  );
  const used = new Set(marks.flat());
  const legend = (Object.keys(LOOKS) as Mark[])
    .filter(kind => used.has(kind) && kind !== 'not asked')
    .map(kind => `${sign(kind)} ${LOOKS[kind].meaning}`);
  return `${[...above, ...lines, ...(legend.length === 0 ? [] : ['', ...legend])].join('\n')}\n`;
}

/** One line for each letter of the longest name, with the names' ends at the bottom. */
function upright(names: readonly string[]): string[][] {
  const height = Math.max(...names.map(name => name.length), 0);
  return Array.from({ length: height }, (_, line) => names.map(name => name.padStart(height)[line] ?? ' '));
}
