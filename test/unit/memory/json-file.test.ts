/** What is read back from a lab's memory, where anybody in the lab may have written. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readJsonFile, writeJsonFile } from '../../../src/memory/json-file.ts';

const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'netlab-')), 'x.json');
const written = (value: unknown): string => {
  writeJsonFile(file, value);
  return readFileSync(file, 'utf8');
};

test.each([[[]], [{ a: { b: [1, 'ü', null] } }], ['text'], [null]])('%j comes back, and is JSON for others', value => {
  expect(JSON.parse(written(value))).toMatchObject({ value });
  expect(readJsonFile(file)).toEqual(value);
});

test.each([
  ['a value of another shape', (text: string) => text.replace('[1]', '[2]')],
  ['a value that nobody has sealed', () => '{"pods":[1]}'],
  ['half of it', (text: string) => text.slice(0, -2)],
  ['more than it', (text: string) => `${text} `],
  ['nothing', () => ''],
])('%s counts as no file', (_, change) => {
  writeFileSync(file, change(written({ pods: [1] })));
  expect(readJsonFile(file)).toBeUndefined();
});
