import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { asCalled, nameOfProgram } from '../../../src/cli/called.ts';
import { COMMANDS } from '../../../src/cli/commands.ts';

const called = (text: string) => asCalled(text, () => './bin/netlab');

it.each([
  ['to look: netlab exec web -- ip addr', 'to look: ./bin/netlab exec web -- ip addr'],
  ['"netlab up" mends it', '"./bin/netlab up" mends it'],
  ['netlab shell a\n  netlab down a', './bin/netlab shell a\n  ./bin/netlab down a'],
  ['netlab itself failed', 'netlab itself failed'],
  [
    'lab.yaml:1:1: error: x\n  1 | # netlab up lab.yaml\n    | ^',
    'lab.yaml:1:1: error: x\n  1 | # netlab up lab.yaml\n    | ^',
  ],
  ['/usr/share/netlab/docs, my-netlab up', '/usr/share/netlab/docs, my-netlab up'],
])('a command is shown as it has to be typed: %j', (text, shown) => {
  expect(called(text)).toBe(shown);
});

it('nothing is changed where netlab is on the PATH', () => {
  expect(asCalled('netlab up', () => 'netlab')).toBe('netlab up');
});

it.each(Object.keys(COMMANDS))('%s is known as a command', name => {
  expect(called(`netlab ${name}`)).toBe(`./bin/netlab ${name}`);
});

it('the folders that npm puts on the PATH do not count', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netlab-npm-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [local, global] = [join(folder, 'node_modules/.bin'), join(folder, 'bin')];
  const program = join(folder, 'program');
  writeFileSync(program, '');
  for (const place of [local, global]) {
    mkdirSync(place, { recursive: true });
    symlinkSync(program, join(place, 'netlab'));
  }
  const script = join(local, 'netlab');
  const named = (PATH: string, npm_command?: string) =>
    nameOfProgram(script, { PATH, ...(npm_command === undefined ? {} : { npm_command }) });
  expect(named(local)).toBe('netlab');
  expect(named(`${local}:${global}`, 'exec')).toBe('netlab');
  expect(named(`${local}:/bin`, 'exec')).toBe('npx netlab');
  expect(named(`${local}:/bin`, 'run-script')).toBe(script);
});
