/**
 * Broken labs and what netlab says about them: `<case>/lab.yaml` and `<case>/expected.txt`.
 *
 * `scripts/update-golden.ts` writes the expected texts anew; read the difference before you commit it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatText } from './diagnose-text.ts';

const root = new URL('./', import.meta.url);
const cases = readdirSync(root, { withFileTypes: true }).filter(entry => entry.isDirectory());

describe('broken labs', () => {
  test.each(cases.map(({ name }) => name).filter(hasExpected))('%s', name => {
    expect(formatText(read(`${name}/lab.yaml`))).toBe(read(`${name}/expected.txt`));
  });
});

function hasExpected(name: string): boolean {
  return existsSync(new URL(`${name}/expected.txt`, root));
}

function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}
