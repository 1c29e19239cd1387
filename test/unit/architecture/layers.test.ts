/** Which folder may import which: the table in ARCHITECTURE.md, and no circle of files or of folders. */
import { describe, expect, test } from 'vitest';
import { findCircles } from './circles.ts';
import { findReasons, folderOf, readLayers } from './layers.ts';
import { filesOf, handWritten } from './source.ts';

const layers = readLayers();

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly example: string;
}

const arrows: readonly Arrow[] = handWritten.flatMap(name =>
  filesOf(name).map(other => ({
    from: folderOf(name, layers) ?? name,
    to: folderOf(other, layers) ?? other,
    example: `${name} → ${other}`,
  })),
);
const between = arrows.filter(({ from, to }) => from !== to);
const folders = new Set(arrows.flatMap(({ from, to }) => [from, to]));

describe('the layers', () => {
  test('have a row for every file', () => {
    expect(handWritten.filter(name => folderOf(name, layers) === undefined)).toEqual([]);
  });

  test('are imported only as the table allows', () => {
    const wrong = between.filter(({ from, to }) => findReasons(from, to, layers).length === 0);
    expect(wrong.map(({ example }) => example)).toEqual([]);
  });

  test('have nothing in the table that nobody uses', () => {
    const used = new Set(between.flatMap(({ from, to }) => findReasons(from, to, layers)));
    const listed = [...layers].flatMap(([row, targets]) => targets.map(target => `${row} → ${target}`));
    expect(
      listed.filter(line => !used.has(line)),
      'take these out of the table in ARCHITECTURE.md',
    ).toEqual([]);
    const handRows = [...layers.keys()].filter(row => !handWritten.some(name => folderOf(name, layers) === row));
    expect(handRows.filter(row => !row.endsWith('/*'))).toEqual([]);
  });

  test('allow no circle of folders', () => {
    const allowed = (from: string) =>
      [...folders].filter(to => to !== from && findReasons(from, to, layers).length > 0);
    expect(findCircles(folders, allowed)).toEqual([]);
    const top = (folder: string) => folder.split('/')[0] ?? '';
    const allowedAtTop = (from: string) =>
      [...folders].filter(folder => top(folder) === from).flatMap(folder => allowed(folder).map(top));
    expect(findCircles(new Set([...folders].map(top)), allowedAtTop)).toEqual([]);
  });

  test('have no circle of files', () => {
    expect(findCircles(handWritten, filesOf)).toEqual([]);
  });
});

describe('the test of the layers', () => {
  const table = '| folder | what it is | may import |\n|---|---|---|\n';
  const some = readLayers(
    `${table}| \`top\` | … | \`middle/*\`, \`low\` |\n| \`middle/*\` | … | \`low\` |\n| \`middle/a\` | … | \`middle/b\` |\n| \`low/one.ts\` | … | |\n| \`low\` | … | |\n`,
  );

  test('knows the folder of a file', () => {
    const files = [
      'top/x.ts',
      'middle/a/b/x.ts',
      'middle/c/x.ts',
      'low/one.ts',
      'low/two.ts',
      'other/x.ts',
      'middle/x.ts',
    ];
    expect(files.map(file => folderOf(file, some))).toEqual([
      ...['top', 'middle/a', 'middle/c', 'low/one.ts', 'low', undefined, undefined],
    ]);
  });

  test('knows what allows an arrow', () => {
    expect(findReasons('top', 'middle/c', some)).toEqual(['top → middle/*']);
    expect(findReasons('middle/a', 'low', some)).toEqual(['middle/* → low']);
    expect(findReasons('middle/a', 'middle/b', some)).toEqual(['middle/a → middle/b']);
    expect(findReasons('middle/b', 'middle/a', some)).toEqual([]);
    expect(findReasons('low', 'top', some)).toEqual([]);
  });

  test('finds circles', () => {
    const graph: Readonly<Record<string, readonly string[]>> = {
      a: ['b'],
      b: ['c'],
      c: ['b', 'd'],
      d: ['e'],
      e: ['d', 'f'],
    };
    expect(findCircles(Object.keys(graph), node => graph[node] ?? [])).toEqual([
      ['b', 'c'],
      ['d', 'e'],
    ]);
  });
});
