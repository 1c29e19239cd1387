import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askDocker, findEndpoint } from '../../../../src/backends/docker/client.ts';

const { PATH, DOCKER_HOST } = process.env;
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docker-client-'));
  process.env['PATH'] = `${folder}:${PATH}`;
  delete process.env['DOCKER_HOST'];
});

afterEach(() => {
  process.env['PATH'] = PATH;
  if (DOCKER_HOST !== undefined) process.env['DOCKER_HOST'] = DOCKER_HOST;
  rmSync(folder, { recursive: true });
});

/** A `docker` of our own, found before any other. */
function installDocker(script: string): void {
  const file = join(folder, 'docker');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

test('what Docker says comes back as it is, whatever its exit code', async () => {
  installDocker('echo "$@"; echo no >&2; exit 3');
  const said = await askDocker(['ps', '--all'], '/run/docker.sock');
  expect(said).toEqual({ code: 3, stdout: '--host unix:///run/docker.sock ps --all\n', stderr: 'no\n' });
});

test('a Docker that fails without a word is told of by its command and exit code', async () => {
  installDocker('exit 2');
  expect(await askDocker(['ps'])).toMatchObject({ code: 2, stderr: 'Command failed with exit code 2: docker ps' });
});

test('a command that cannot be started is no error either', async () => {
  installDocker('');
  const tooLong = 'x'.repeat(1 << 18);
  const { code, stderr } = await askDocker([tooLong]);
  expect(code).toBe(127);
  expect(stderr).toContain('E2BIG');
});

test('Docker listens where its current context says, or where it does by default', async () => {
  installDocker('echo unix:///somewhere/else.sock');
  expect(await findEndpoint()).toBe('unix:///somewhere/else.sock');
  installDocker('exit 1');
  expect(await findEndpoint()).toBe('unix:///var/run/docker.sock');
});
