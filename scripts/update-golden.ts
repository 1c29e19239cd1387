/**
 * Writes what the broken labs of `test/errors` make netlab say, for a person to read and commit.
 *
 * In: case names as arguments, or none for all. Out: `expected.txt` beside each `lab.yaml`, and on stderr the cases that
 * give no diagnostic at all, which are not broken labs.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { formatText } from '../test/errors/diagnose-text.ts';

const root = new URL('../test/errors/', import.meta.url);
const chosen = process.argv.slice(2);
const entries = await readdir(fileURLToPath(root), { withFileTypes: true });
const cases = entries.filter(entry => entry.isDirectory()).map(entry => entry.name);
for (const name of cases.filter(name => chosen.length === 0 || chosen.includes(name)).sort()) await updateCase(name);

async function updateCase(name: string): Promise<void> {
  const output = formatText(await readFile(new URL(`${name}/lab.yaml`, root), 'utf8'));
  if (output === '') process.stderr.write(`${name}: no diagnostic\n`);
  else await writeFile(new URL(`${name}/expected.txt`, root), output);
}
