/** Who should be asked about whom in, attempts out; and what came of them as a table that people can read. */

import type { Sending } from '../language/lab/check.ts';
import type { Directory, DirectoryEntry } from '../language/lab/directory.ts';
import type { Lab } from '../language/lab/lab.ts';
import type { Probe, ProbeResult } from '../sandbox/sandbox.ts';
import type { FindFrontend } from './frontends.ts';
import { destinations, through, transportOf } from './pairs.ts';

/** What `netlab reach` calls somebody: pods always with their namespace. */
export function fullName(key: string, lab: Lab): string {
  const pod = lab.pods.find(one => one.key === key);
  return pod ? `${pod.namespace}/${pod.name}` : key;
}

export interface Pair {
  readonly from: DirectoryEntry;
  /** A node, a pod or an address. */
  readonly to: string;
  readonly probe: Probe;
}

/** Each pair once for every family that both have; nobody is asked about himself. */
export function pairsOf(
  from: readonly string[],
  to: readonly string[],
  sending: Sending & { readonly timeoutMs: number },
  directory: Directory,
  findFrontend: FindFrontend,
): Pair[] {
  const { protocol, port, timeoutMs } = sending;
  return from.flatMap(key => {
    const entry = directory.get(key);
    if (!entry) return [];
    return to.flatMap(target => {
      if (target === key) return [];
      return destinations(entry, target, sending, directory, new Map()).flatMap(destination => {
        if (!destination) return [];
        const { address, ns } = destination;
        const probe = { from: entry.ns, to: ns, address, protocol, port, timeoutMs };
        return [
          { from: entry, to: target, probe: through(probe, findFrontend(entry, address, port, transportOf(sending))) },
        ];
      });
    });
  });
}

export type Mark =
  | 'reachable'
  | 'translated'
  | 'elsewhere'
  | 'partly'
  | 'refused'
  | 'dropped'
  | 'unroutable'
  | 'not asked';

const SIGNS: Readonly<Record<Mark, string>> = {
  reachable: '✓',
  translated: '~',
  elsewhere: '?',
  partly: '½',
  refused: 'R',
  dropped: 'D',
  unroutable: 'U',
  'not asked': '·',
};

const MEANING: Readonly<Record<Mark, string>> = {
  reachable: 'reachable',
  translated: 'reachable, but the receiver sees another source address',
  elsewhere: 'somebody else answers: it does not arrive there',
  partly: 'reachable over one family only',
  refused: 'refused',
  dropped: 'dropped: no answer',
  unroutable: 'unroutable',
  'not asked': 'not asked',
};

const COLOURS: Readonly<Record<Mark, string>> = {
  reachable: '32',
  translated: '33',
  elsewhere: '31',
  partly: '33',
  refused: '31',
  dropped: '31',
  unroutable: '31',
  'not asked': '2',
};

/** Whether it got through, and to whom it was meant for. */
export const isReached = ({ verdict, arrived }: ProbeResult) => verdict === 'open' && arrived !== false;

/** All results of one pair; one for each family. */
export function markOf(results: readonly ProbeResult[], from: DirectoryEntry, directory: Directory): Mark {
  const [first] = results;
  if (!first) return 'not asked';
  const open = results.filter(({ verdict }) => verdict === 'open');
  if (open.length === 0) return first.verdict === 'open' ? 'reachable' : first.verdict;
  if (open.length < results.length) return 'partly';
  if (!open.every(isReached)) return 'elsewhere';
  const isOwn = ({ sourceIP }: ProbeResult) => sourceIP === null || directory.ownerOf(sourceIP)?.entry.key === from.key;
  return open.every(isOwn) ? 'reachable' : 'translated';
}

/** Names above stand upright where they would make the table wider than this. */
const MOST_COLUMNS = 80;

export function drawMatrix(
  rows: readonly string[],
  columns: readonly string[],
  mark: (row: number, column: number) => Mark,
  colour: boolean,
): string {
  const used = new Set<Mark>();
  const paint = (kind: Mark) => (colour ? `\u001b[${COLOURS[kind]}m${SIGNS[kind]}\u001b[0m` : SIGNS[kind]);
  const left = Math.max(...rows.map(name => name.length), 0);
  const wide = columns.reduce((sum, name) => sum + name.length + 2, left);
  const isUpright = wide > MOST_COLUMNS;
  const widths = columns.map(name => (isUpright ? 1 : name.length));
  const gap = isUpright ? ' ' : '  ';
  const heading = isUpright ? upright(columns) : [columns];
  const lines = rows.map((name, row) => {
    const cells = columns.map((_, column) => {
      const kind = mark(row, column);
      used.add(kind);
      return `${paint(kind)}${' '.repeat((widths[column] ?? 1) - 1)}`;
    });
    return `${name.padEnd(left)}${gap}${cells.join(gap)}`.trimEnd();
  });
  const above = heading.map(names =>
    `${' '.repeat(left)}${gap}${names.map((name, column) => name.padEnd(widths[column] ?? 1)).join(gap)}`.trimEnd(),
  );
  const known = Object.keys(SIGNS) as Mark[];
  const legend = known
    .filter(kind => used.has(kind) && kind !== 'not asked')
    .map(kind => `${paint(kind)} ${MEANING[kind]}`);
  return `${[...above, ...lines, ...(legend.length === 0 ? [] : ['', ...legend])].join('\n')}\n`;
}

/** One line for each letter of the longest name, with the names' ends at the bottom. */
function upright(names: readonly string[]): string[][] {
  const height = Math.max(...names.map(name => name.length), 0);
  return Array.from({ length: height }, (_, line) => names.map(name => name.padStart(height)[line] ?? ' '));
}
