/**
 * The schema for editors: the same files are taken as by netlab's own, and nothing in it makes the YAML language server
 * insert what nobody asked for. `test/property/editor.test.ts` asks the server itself.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { deriveEditorSchema, type Rule } from '../../../scripts/editor-schema.ts';
import source from '../../../src/language/lab/lab.schema.json' with { type: 'json' };

const derived = deriveEditorSchema(source as unknown as Rule);

test('schemas/lab.schema.json is what `npm run generate` makes of the schema', () => {
  const published = readFileSync(new URL('../../../schemas/lab.schema.json', import.meta.url), 'utf8');
  expect(published).toBe(`${JSON.stringify(derived, null, 2)}\n`);
});

function* rulesOf(value: unknown, path = '#'): Generator<readonly [string, Rule]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Rule];
  for (const [key, child] of Object.entries(value)) if (key !== 'examples') yield* rulesOf(child, `${path}/${key}`);
}

const rules = [...rulesOf(derived)].filter(([path]) => !path.endsWith('/properties'));
const find = (isBad: (rule: Rule) => boolean) => rules.filter(([, rule]) => isBad(rule)).map(([path]) => path);

test('no default is left to be inserted, and none is lost from the words', () => {
  expect(find(rule => rule['default'] !== undefined)).toEqual([]);
  expect(deriveEditorSchema({ description: 'How long.', default: 10 })).toEqual({
    description: 'How long. The default is `10`.',
  });
});

test('nothing that may be a word begins as a list or a map', () => {
  const isMixed = ({ type, items, properties }: Rule) =>
    Array.isArray(type) && type.filter(each => each !== 'null').length > 1 && (items ?? properties) !== undefined;
  expect(find(isMixed)).toEqual([]);
  expect(
    deriveEditorSchema({ type: ['array', 'string'], items: {}, pattern: 'a', title: 'A', examples: [['a'], 'a'] }),
  ).toEqual({
    title: 'A',
    anyOf: [
      { type: 'string', pattern: 'a', examples: ['a'] },
      { type: 'array', items: {}, examples: [['a']] },
    ],
  });
});

test.each([
  ['a list of maps', [{ a: 1 }]],
  ['a list of maps within a map', { a: [{ b: 1 }] }],
  ['a word that reads back as a number', { a: '1' }],
  ['a word that reads back as a map', ['a: b']],
  ['a placeholder', ['$1']],
])('no example is %s', (_, example) => {
  expect(deriveEditorSchema({ examples: [example, { a: 'b' }] })).toEqual({ examples: [{ a: 'b' }] });
});

test('a key that is one of several words has a type, and one that is never taken is not offered', () => {
  expect(deriveEditorSchema({ enum: ['a', 'b'] })).toEqual({ type: 'string', enum: ['a', 'b'] });
  expect(deriveEditorSchema({ not: {} })).toEqual({ not: {}, doNotSuggest: true });
  expect(deriveEditorSchema({ maxProperties: 1 })).toEqual({ allOf: [{ maxProperties: 1 }] });
});

test('a key of a lab file that is called like a keyword is kept', () => {
  const named = { properties: { default: { type: 'string' }, unset: { type: 'string' } } };
  expect(deriveEditorSchema({ ...named, unset: [''] })).toEqual({
    anyOf: [named, { not: { not: { enum: [null, ''] } } }],
  });
});
