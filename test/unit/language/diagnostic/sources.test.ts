import { describe, expect, test } from 'vitest';
import { makeSources, type SourceText } from '../../../../src/language/diagnostic/sources.ts';
import { parse } from '../../../../src/language/parse/parse.ts';

const toSource = (file: string, text: string): SourceText => ({ file, text, locate: parse(text).locate });

const lab = toSource('lab.yaml', 'nodes:\n  node1: {}\npods:\n  web: { node: node1 }\n');
const manifest = toSource(
  'db.yaml',
  'kind: Pod\nmetadata: { name: db }\nspec:\n  containers:\n    - name: one\n    - name: two\n      image: x\n',
);
const sources = makeSources(
  [lab, manifest],
  [
    { entry: ['pods', 'db'], file: 'db.yaml', path: ['spec'] },
    { entry: ['pods', 'db', 'containers', 'two'], file: 'db.yaml', path: ['spec', 'containers', 1] },
  ],
);

describe('an entry of the lab is found', () => {
  test.each([
    [['pods', 'web', 'node'], 'lab.yaml', 4],
    [['pods'], 'lab.yaml', 3],
    [[], 'lab.yaml', 1],
    [['pods', 'db'], 'db.yaml', 3],
    [['pods', 'db', 'containers'], 'db.yaml', 4],
    [['pods', 'db', 'containers', 'two'], 'db.yaml', 6],
    [['pods', 'db', 'containers', 'two', 'image'], 'db.yaml', 7],
    // Nothing is there: the nearest thing around it.
    [['pods', 'db', 'containers', 'two', 'command', 0], 'db.yaml', 6],
    [['pods', 'nobody'], 'lab.yaml', 3],
  ])('%j in %s, line %i', (path, file, line) => {
    expect(sources.lineOf(path, 'key')).toEqual({ file, line });
    expect(sources.lineOf(path, 'key')).toEqual({ file, line });
  });
});

describe('what names its file is found in that file', () => {
  const find = (spot: { path: (string | number)[]; file: string; range?: readonly [number, number] }) => {
    const { source, index, start, end } = sources.find({ at: 'value', ...spot });
    return [source.file, index, start.line, start.column, end.column];
  };

  test('by its path', () => {
    expect(find({ path: ['metadata', 'name'], file: 'db.yaml' })).toEqual(['db.yaml', 1, 2, 19, 21]);
    expect(find({ path: ['pods', 'web', 'node'], file: 'lab.yaml' })).toEqual(['lab.yaml', 0, 4, 16, 21]);
  });

  test('by its offsets', () => {
    expect(find({ path: [], file: 'db.yaml', range: [6, 9] })).toEqual(['db.yaml', 1, 1, 7, 10]);
  });

  test('where there is no such file, in the lab file', () => {
    expect(find({ path: [], file: 'gone.yaml', range: [0, 5] })).toEqual(['lab.yaml', 0, 1, 1, 6]);
  });
});

test('a lab of one file needs no origins', () => {
  expect(makeSources([lab]).lineOf(['pods', 'db'], 'value')).toEqual({ file: 'lab.yaml', line: 3 });
});
