/**
 * Writes anew what the tests compare with, for a person to read and commit: what the broken labs of `test/errors` make
 * netlab say, and the plans and long forms of the good labs of `test/golden`.
 *
 * In: case names as arguments, or none for all. Out: files beside each `lab.yaml`, and on stderr the cases of
 * `test/errors` that give no diagnostic at all, which are not broken labs.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { formatText } from '../test/errors/diagnose-text.ts';
import { renderGolden } from '../test/golden/render-golden.ts';

const chosen = process.argv.slice(2);

await updateAll(new URL('../test/errors/', import.meta.url), updateError);
await updateAll(new URL('../test/golden/', import.meta.url), updateGolden);

async function updateAll(root: URL, update: (folder: URL, text: string, name: string) => Promise<void>): Promise<void> {
  const entries = await readdir(fileURLToPath(root), { withFileTypes: true });
  const cases = entries.filter(entry => entry.isDirectory()).map(entry => entry.name);
  for (const name of cases.filter(name => chosen.length === 0 || chosen.includes(name)).sort()) {
    const folder = new URL(`${name}/`, root);
    await update(folder, await readFile(new URL('lab.yaml', folder), 'utf8'), name);
  }
}

async function updateError(folder: URL, text: string, name: string): Promise<void> {
  const output = formatText(text);
  if (output === '') process.stderr.write(`${name}: no diagnostic\n`);
  else await writeFile(new URL('expected.txt', folder), output);
}

async function updateGolden(folder: URL, text: string, name: string): Promise<void> {
  try {
    const { plan, expanded } = renderGolden(text);
    await writeFile(new URL('plan.sh', folder), plan);
    await writeFile(new URL('expanded.yaml', folder), expanded);
  } catch (error) {
    process.stderr.write(`${name}: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
