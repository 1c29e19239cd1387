/** What editors make of the schema: yaml-language-server inserts an only example, and a list of maps in it as `[object Object]`. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const schema: unknown = JSON.parse(readFileSync(new URL('../../../schemas/lab.schema.json', import.meta.url), 'utf8'));

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listsMaps = (value: unknown): boolean =>
  Array.isArray(value) ? value.some(isMap) : isMap(value) && Object.values(value).some(listsMaps);

function findInserted(value: unknown, path: string): readonly string[] {
  if (!isMap(value)) return [];
  const { examples, properties } = value;
  const isInserted = Array.isArray(examples) && examples.length === 1 && isMap(examples[0]) && properties === undefined;
  const own = isInserted && listsMaps(examples[0]) ? [path] : [];
  const below = Object.entries(value).filter(([key]) => key !== 'examples');
  return [...own, ...below.flatMap(([key, child]) => findInserted(child, `${path}/${key}`))];
}

test('no map by names has a list of maps in an only example', () => {
  expect(findInserted(schema, '')).toEqual([]);
});
