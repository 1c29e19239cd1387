/** Every kind of file at every place where the command line names one: what it is, is said, and nothing is waited for. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const netlab = fileURLToPath(new URL('../../../bin/netlab', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'netlab-kinds-'));
const server = createServer();

beforeAll(async () => {
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'good.lab.yaml'), 'nodes: { node1: {} }\n');
  symlinkSync('loop', join(folder, 'loop'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  await new Promise<void>(resolve => server.listen(join(folder, 'socket'), resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** In a session of its own, which has no terminal. */
function say(script: string): { code: number | null; err: string } {
  const { status, stderr } = spawnSync('setsid', ['-w', 'sh', '-c', script, netlab], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 60_000,
  });
  return { code: status, err: stderr.split('\n')[0] ?? '' };
}

describe('what is no lab file', () => {
  test.each([
    ['validate folder', 'folder is a folder, and no lab file'],
    ['validate socket', 'socket cannot be read: it is a socket'],
    ['validate /dev/tty', '/dev/tty cannot be read: it is a device that is not there for this process'],
    ['validate loop', 'loop cannot be read: it is a symbolic link that leads to itself'],
    ['validate good.lab.yaml/x', 'good.lab.yaml/x cannot be read: a part of its path is no folder'],
    ['validate - </', 'standard input is a folder, and no lab file'],
    ['plan - <folder', 'standard input is a folder, and no lab file'],
  ])('%s', (words, error) => {
    expect(say(`"$0" ${words}`)).toEqual({ code: 2, err: `error: ${error}` });
  });
});

describe('what cannot be written', () => {
  test.each([
    ['folder', 'it is a folder'],
    ['socket', 'it is a socket'],
    ['pipe', 'it is a named pipe that nobody reads'],
    ['/dev/tty', 'it is a device that is not there for this process'],
    ['loop', 'it is a symbolic link that leads to itself'],
    ['good.lab.yaml/x', 'a part of its path is no folder'],
    ['nowhere/x', 'there is no folder nowhere'],
    ['/dev/full', 'ENOSPC: no space left on device'],
  ])('graph -o %s', (file, error) => {
    expect(say(`"$0" graph good.lab.yaml --format dot -o ${file}`)).toEqual({
      code: 1,
      err: `error: ${file} cannot be written: ${error}`,
    });
  });
});
