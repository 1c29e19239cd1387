/** Files in places where others can put something else. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readRegularFile, replaceFile, writeInPlace } from '../../../src/linux/regular-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'netlab-files-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'file');

const OTHERS: readonly [string, () => void][] = [
  ['a named pipe', () => execFileSync('mkfifo', [path])],
  ['a folder with something in it', () => execFileSync('mkdir', ['-p', join(path, 'x')])],
  ['a link to itself', () => symlinkSync('file', path)],
  ['a link to a device', () => symlinkSync('/dev/zero', path)],
  ['nothing', () => undefined],
];

test.each(OTHERS)('%s is no file, and makes room for one', (_, make) => {
  for (const write of [replaceFile, writeInPlace]) {
    rmSync(path, { recursive: true, force: true });
    make();
    expect(readRegularFile(path)).toBeUndefined();
    write(path, 'text');
    expect(readRegularFile(path)).toBe('text');
    expect(lstatSync(path).isFile()).toBe(true);
  }
});

test('a file is read whole, whatever its size is said to be, up to a length', () => {
  expect(readRegularFile('/proc/self/status')).toContain(`Pid:\t${process.pid}\n`);
  writeFileSync(path, 'x'.repeat(100_000));
  expect(readRegularFile(path)).toHaveLength(100_000);
  expect(readRegularFile(path, 99_999)).toBeUndefined();
  truncateSync(path, 2 ** 40);
  expect(readRegularFile(path)).toBeUndefined();
});

test('a draft that somebody has made is no way to another file', () => {
  const other = join(folder, 'other');
  writeFileSync(other, 'safe');
  symlinkSync(other, `${path}.${process.pid}`);
  replaceFile(path, 'text');
  expect([readFileSync(other, 'utf8'), readFileSync(path, 'utf8'), existsSync(`${path}.${process.pid}`)]).toEqual([
    'safe',
    'text',
    false,
  ]);
});

test.each([0o777, 0])('has the mode that it is given where the umask is %i', umask => {
  const before = process.umask(umask);
  try {
    replaceFile(path, 'text', 0o640);
  } finally {
    process.umask(before);
  }
  expect(lstatSync(path).mode & 0o777).toBe(0o640);
});
