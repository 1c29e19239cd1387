import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const LOADER = join(ROOT, 'bin/bundle.cjs');

/** A bundle that says where it is, and what it was given. */
const SOURCE = `//0123456789abcdef
const greet = name => 'hello ' + name;
console.log(require('node:path').basename(__filename), process.argv.slice(2).map(greet).join());
`;

function makeBundle(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'bundle-')), 'program.cjs');
  writeFileSync(file, SOURCE);
  return file;
}

const node = (...argv: string[]) => execFileSync(process.execPath, argv, { encoding: 'utf8' });
/** Each in a process of its own, as V8 remembers what it has compiled. */
const load = `require(${JSON.stringify(LOADER)}).loadBundle(process.argv[1])`;
const run = (file: string) => node('-e', `${load}.run()`, file, 'you');
const isRefused = (file: string) => node('-p', `${load}.script.cachedDataRejected`, file).trim();
const cacheOf = (file: string) => node('-p', `${load}.cache`, file).trim();

test('runs a bundle without a code cache, with its own, and with one that does not fit', () => {
  const file = makeBundle();
  expect(isRefused(file)).toBe('undefined');
  expect(run(file)).toBe('program.cjs hello you\n');
  expect(node(join(ROOT, 'scripts/write-code-cache.js'), file, 'me')).toBe('program.cjs hello me\n');
  expect(isRefused(file)).toBe('false');
  expect(run(file)).toBe('program.cjs hello you\n');
  const cache = cacheOf(file);
  writeFileSync(cache, Buffer.concat([Buffer.alloc(64), readFileSync(cache)]));
  expect(isRefused(file)).toBe('true');
  expect(run(file)).toBe('program.cjs hello you\n');
});

test("takes no other bundle's code cache", () => {
  const file = makeBundle();
  node(join(ROOT, 'scripts/write-code-cache.js'), file, 'me');
  writeFileSync(file, SOURCE.replace('0123456789abcdef', 'fedcba9876543210').replace('hello', 'salve'));
  expect(run(file)).toBe('program.cjs salve you\n');
});

test('the built command line has one that fits', () => {
  expect(isRefused(join(ROOT, 'dist/cli.cjs'))).toBe('false');
});

test('a clone that is not built says so when it is run, and cannot be packed', () => {
  const clone = mkdtempSync(join(tmpdir(), 'clone-'));
  mkdirSync(join(clone, 'scripts'));
  cpSync(join(ROOT, 'bin'), join(clone, 'bin'), { recursive: true });
  cpSync(join(ROOT, 'scripts/prepare.js'), join(clone, 'scripts/prepare.js'));
  writeFileSync(join(clone, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(clone, 'bin/package.json'), '{ "type": "commonjs" }');
  const ran = spawnSync(join(clone, 'bin/netlab'), ['list'], { encoding: 'utf8' });
  expect(ran).toMatchObject({ status: 3, stderr: expect.stringContaining('error: netlab is not built: ') });
  const packed = spawnSync(process.execPath, [join(clone, 'scripts/prepare.js'), '--pack'], { encoding: 'utf8' });
  expect(packed).toMatchObject({ status: 1, stderr: expect.stringContaining('run npm ci') });
});
