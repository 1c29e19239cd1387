/** Who reaches whom: a table of text, or rules with label selectors, in; rows, columns and cells out. */

import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import { ownValue } from '../../../language/diagnostic/own-value.ts';
import type { CheckEntry } from '../../../language/lab/generated/lab-file.ts';
import type { Topology } from '../../../resolve/model.ts';
import { readMachine, readPlaces } from '../../../resolve/places.ts';
import type { MatrixCheck } from '../model.ts';
import { checkFamilies, readSending } from './reach-check.ts';

type Matrix = Omit<MatrixCheck, 'name' | 'timeoutMs' | 'source'>;
type Cells = Pick<Matrix, 'from' | 'to' | 'cells'>;
type MatrixRules = Exclude<NonNullable<CheckEntry['matrix']>, string>;

const MARKS: Readonly<Record<string, 'y' | 'n' | '-'>> = {
  ...{ yes: 'y', y: 'y', '✓': 'y', '✔': 'y', '+': 'y' },
  ...{ no: 'n', n: 'n', '✗': 'n', '✘': 'n', x: 'n', '.': 'n' },
  '-': '-',
};

export function readMatrix(entry: CheckEntry, path: Path, scope: Topology): Matrix | undefined {
  const { matrix } = entry;
  if (matrix === undefined) return undefined;
  const at = [...path, 'matrix'];
  const sending = readSending(entry, path, scope);
  const cells = typeof matrix === 'string' ? readTable(matrix, at, scope) : readRules(matrix, at, scope);
  if (!cells) return undefined;
  checkFamilies({ senders: cells.from, targets: cells.to }, sending, at, scope);
  if (!cells.cells.some(row => /[yn]/.test(row)))
    scope.problems.error(
      at,
      'too-few',
      'this matrix asks nothing',
      'it takes at least two pods, and a cell with yes or no',
    );
  return { kind: 'matrix', ...sending, ...cells };
}

function readTable(text: string, path: Path, scope: Topology): Cells | undefined {
  const [heading = [], ...rows] = text
    .split('\n')
    .map(line => line.split(/[\s|]+/).filter(word => word !== ''))
    .filter(words => words.length > 0 && !words.every(word => /^:?-{3,}:?$/.test(word)));
  // A word may stand in the corner, above the names of the rows.
  const hasCorner = heading.length === rows[0]?.length || scope.machines.get(heading[0] ?? '') === undefined;
  const names = hasCorner ? heading.slice(1) : heading;
  const to = readNames(names, path, scope);
  const from = readNames(
    rows.map(([name = '']) => name),
    path,
    scope,
  );
  const cells = rows.map(row => readRow(row, names.length, path, scope));
  return to && from && cells.every(row => row !== undefined) ? { from, to, cells } : undefined;
}

function readNames(names: readonly string[], path: Path, scope: Topology): string[] | undefined {
  const keys = names.map(name => readMachine(name, path, scope));
  const known = keys.filter(key => key !== undefined);
  const double = known.find((key, index) => known.indexOf(key) !== index);
  if (double !== undefined)
    scope.problems.error(path, 'conflict', `"${double}" is there twice in this table`, 'each row and column once');
  return double === undefined && known.length === keys.length ? known : undefined;
}

function readRow([name = '', ...marks]: readonly string[], columns: number, path: Path, scope: Topology) {
  if (marks.length !== columns) {
    const message = `the row "${name}" has ${marks.length} ${marks.length === 1 ? 'cell' : 'cells'} for ${columns} ${columns === 1 ? 'column' : 'columns'}`;
    scope.problems.error(path, 'not-allowed', message, 'each cell is yes, no, or - for what is not asked');
    return undefined;
  }
  const cells = marks.map(mark => ownValue(MARKS, mark.toLowerCase()));
  const wrong = marks[cells.indexOf(undefined)];
  if (wrong === undefined) return cells.join('');
  const message = `"${wrong}" in the row "${name}" is not yes, no or -`;
  scope.problems.error(path, 'not-allowed', message, 'where the lines run together, begin the text with "|"');
  return undefined;
}

function readRules({ pods, allow = [] }: MatrixRules, path: Path, scope: Topology): Cells {
  const all = [...scope.machines.pods.keys()];
  const members = pods === undefined ? all : readPlaces(pods, [...path, 'pods'], scope, readMachine);
  const allowed = allow.map(({ from, to }, index) => ({
    from: new Set(from === undefined ? members : readPlaces(from, [...path, 'allow', index, 'from'], scope)),
    to: new Set(to === undefined ? members : readPlaces(to, [...path, 'allow', index, 'to'], scope)),
  }));
  refuseStrangers(allowed, members, path, scope);
  const cellOf = (from: string, to: string) => {
    if (from === to) return '-';
    return allowed.some(rule => rule.from.has(from) && rule.to.has(to)) ? 'y' : 'n';
  };
  return { from: members, to: members, cells: members.map(from => members.map(to => cellOf(from, to)).join('')) };
}

function refuseStrangers(
  allowed: readonly { readonly from: ReadonlySet<string>; readonly to: ReadonlySet<string> }[],
  members: readonly string[],
  path: Path,
  { problems }: Topology,
): void {
  const known = new Set(members);
  for (const [index, rule] of allowed.entries())
    for (const key of ['from', 'to'] as const) {
      const stranger = [...rule[key]].find(name => !known.has(name));
      if (stranger === undefined) continue;
      const hint = 'name it in "pods" too';
      const message = `"${stranger}" is not in this matrix`;
      problems.error([...path, 'allow', index, key], 'unknown-name', message, hint);
    }
}
