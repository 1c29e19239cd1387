/**
 * The table of the layers as ARCHITECTURE.md shows it: which folder may import which.
 *
 * A row is a folder of `src`, at any depth, or a file; the longest that fits is a file's own. `features/*` stands for each
 * folder in `features`: what its row allows, all of them may, and a row of one's own adds to it.
 */
import { readFileSync } from 'node:fs';

const PAGE = new URL('../../../ARCHITECTURE.md', import.meta.url);
const HEADING = '| folder | what it is | may import |';

export type Layers = ReadonlyMap<string, readonly string[]>;

export function readLayers(page = readFileSync(PAGE, 'utf8')): Layers {
  const lines = page.split('\n');
  const start = lines.indexOf(HEADING) + 2;
  const end = lines.findIndex((line, index) => index >= start && !line.startsWith('|'));
  return new Map(
    lines.slice(start, end).map(line => {
      const [, folder = '', , targets = ''] = line.split('|');
      return [inCode(folder)[0] ?? '', inCode(targets)];
    }),
  );
}

const inCode = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);

/** Whether a row, which may end in `/*`, is about this folder. */
const covers = (row: string, folder: string) => row === folder || row === folder.replace(/\/[^/]+$/, '/*');

/** The folder, as the table knows it, that a file belongs to; undefined where the table knows none. */
export function folderOf(file: string, layers: Layers): string | undefined {
  const parts = file.split('/');
  const ways = parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
  return ways.find((way, index) => [...layers.keys()].some(row => (index === 0 ? row === way : covers(row, way))));
}

/** What of the table allows this arrow, as `row → target`; nothing where it is not allowed. */
export function findReasons(from: string, to: string, layers: Layers): string[] {
  return [...layers]
    .filter(([row]) => covers(row, from))
    .flatMap(([row, targets]) => targets.filter(target => covers(target, to)).map(target => `${row} → ${target}`));
}
