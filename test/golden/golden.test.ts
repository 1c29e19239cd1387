/**
 * Good labs and what becomes of them: `<case>/lab.yaml`, the plan of a fresh host `plan.sh`, and the long form
 * `expanded.yaml`.
 *
 * `scripts/update-golden.ts` writes both anew; read the difference before you commit it.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { load } from '../../src/pipeline/load.ts';
import { commandsOf, renderGolden } from './render-golden.ts';

const root = new URL('./', import.meta.url);
const cases = readdirSync(root, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ name }) => name);

describe.each(cases)('%s', name => {
  const text = read(`${name}/lab.yaml`);
  const plan = read(`${name}/plan.sh`);
  const expanded = read(`${name}/expanded.yaml`);

  test('is a good lab without a warning', () => expect(load(text, { name: 'lab' }).diagnostics).toEqual([]));

  test('has this plan', () => expect(renderGolden(text).plan).toBe(plan));

  test('has this long form', () => expect(renderGolden(text).expanded).toBe(expanded));

  test('does the same in its long form', () => {
    const again = renderGolden(expanded);
    expect(commandsOf(again.plan).toSorted()).toEqual(commandsOf(plan).toSorted());
    expect(again.expanded).toBe(expanded);
  });

  test('has a plan that a shell can read', () => {
    execFileSync('sh', ['-n'], { input: plan });
  });

  test('names no interface in more than 15 characters', () => {
    const names = [...plan.matchAll(/ (?:name|dev) (\S+)/g)].map(([, word = '']) => word);
    expect(names.filter(word => word.length > 15)).toEqual([]);
  });
});

test('the cases show every key of the schema', () => {
  const schema: SchemaNode = JSON.parse(readFileSync(new URL('../../src/language/lab/lab.schema.json', root), 'utf8'));
  const shown = new Set(cases.flatMap(name => keysOf(parse(read(`${name}/lab.yaml`)))));
  expect(schemaKeys(schema).filter(key => !shown.has(key))).toEqual([]);
});

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly [key: string]: unknown;
}

/** Every word that stands under some `properties`, wherever in the schema that is; but what no good lab can have. */
function schemaKeys(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { properties, ...rest } = node as SchemaNode;
  return [
    ...Object.keys(properties ?? {}).filter(key => properties?.[key]?.not === undefined),
    ...[...Object.values(properties ?? {}), ...Object.values(rest)].flatMap(schemaKeys),
  ];
}

function keysOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return [...Object.keys(value), ...Object.values(value).flatMap(keysOf)];
}

function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}
