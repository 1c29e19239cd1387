/** Which lab is meant where nobody names one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Io } from '../../../src/cli/io.ts';
import { readLabSource, readRunningLab, readTargetLab } from '../../../src/cli/lab-argument.ts';
import type { Backend } from '../../../src/sandbox/sandbox.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A working directory with lab files of these names, on a machine where labs of those names run. */
function situation(files: readonly string[], running: readonly string[]): [undefined, Backend, Io] {
  const cwd = mkdtempSync(join(tmpdir(), 'netlab-cwd-'));
  folders.push(cwd);
  for (const name of files) writeFileSync(join(cwd, `${name}.lab.yaml`), `name: ${name}\nnodes: { node1: {} }\n`);
  const backend = { list: async () => running.map(name => ({ name })) } as unknown as Backend;
  return [undefined, backend, { cwd } as Io];
}

it('a target is one of the only lab that runs, whatever file lies about', async () => {
  expect(await readTargetLab(...situation([], ['a']))).toEqual({ name: 'a' });
  expect(await readTargetLab(...situation(['b'], ['a']))).toEqual({ name: 'a' });
});

it('of several that run it is one of the lab whose file is the only one here', async () => {
  expect(await readTargetLab(...situation(['b'], ['a', 'b']))).toEqual({ name: 'b' });
});

it.each([
  [['c'], ['a', 'b'], 'which lab? a, b are running'],
  [[], ['a', 'b'], 'which lab? a, b are running'],
  [['a', 'b'], ['a', 'b'], 'which lab? a, b are running'],
  [['a'], [], 'no lab is running'],
])('with files %j, of the labs %j: %s', async (files, running, message) => {
  await expect(readTargetLab(...situation(files, running))).rejects.toThrow(message);
});

it('where a lab may be named, it is that of the only file here', async () => {
  expect(await readRunningLab(...situation(['b'], ['a', 'b']))).toEqual({ name: 'b' });
  expect(await readRunningLab(...situation(['b', 'c'], ['a']))).toEqual({ name: 'a' });
  await expect(readRunningLab(...situation(['b'], ['a']))).rejects.toThrow('lab b is not running');
});

it('a lab file that is not named is asked for by what lies about', async () => {
  await expect(readLabSource(...situation(['a', 'b'], []))).rejects.toMatchObject({
    message: expect.stringContaining('has several lab files'),
    hint: expect.stringMatching(/^name one behind the command: [ab]\.lab\.yaml$/),
  });
  await expect(readLabSource(...situation([], ['a']))).rejects.toThrow('has no lab.yaml or *.lab.yaml');
});
