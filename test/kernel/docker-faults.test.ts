/** What is left of a lab in Docker when netlab, Docker or a node's own Docker is killed: nothing, once it was taken down. */
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { startDocker } from './docker-host.ts';
import { moments, seeded } from './fixtures/attack.ts';
import { labFile, leftovers, netlab, readProc, rounds, startNetlab } from './harness.ts';

const host = await startDocker();
if (typeof host === 'string') process.stderr.write(`faults were not tried in Docker: ${host}\n`);
else afterAll(() => host.remove());

const random = seeded('killing in Docker');

const small = (name: string) =>
  labFile(
    `name: ${name}\nbackend: docker\nnodes: { node1: {} }\npods: { web: { containers: { httpd: { command: [busybox, httpd, -f], readiness: { tcp: { port: 80 } } } } } }\n`,
    name,
  );

describe.skipIf(typeof host === 'string')('in Docker', () => {
  if (typeof host === 'string') return;
  const { env, left } = host;
  const call = (...args: string[]) => netlab('root', args, { env });

  async function expectNothingLeft(name: string): Promise<void> {
    const down = await call('down', name);
    expect(down, down.stderr).toMatchObject({ code: 0 });
    expect(await left(name)).toEqual([]);
    expect(await leftovers(name)).toEqual([]);
  }

  it('three nodes and nine pods are up within 30 s', async () => {
    const text = `name: docker-nine\nbackend: docker\nnodes: { node: { replicas: 3 } }\npods: { web: { replicas: 9, containers: { httpd: { command: [busybox, httpd, -f], readiness: { tcp: { port: 80 } } } } } }\n`;
    const file = labFile(text, 'docker-nine');
    // On a busy machine it may take a second try. A slow one is given as much more time as Docker itself needs there.
    let best = Number.POSITIVE_INFINITY;
    let limit = 30_000;
    for (let round = 0; round < 3 && best > limit; round++) {
      const [up, took] = await timed(() => call('up', '--timeout', '300s', file));
      expect(up, up.stderr).toMatchObject({ code: 0 });
      const [one, oneTook] = await timed(() => host.docker(...ONE_CONTAINER));
      expect(one).toMatchObject({ code: 0 });
      best = Math.min(best, took);
      limit = Math.max(limit, 30_000 * (oneTook / ONE_CONTAINER_MS));
      process.stdout.write(`${up.stderr}one container took ${Math.round(oneTook)} ms\n`);
      await expectNothingLeft('docker-nine');
    }
    expect(best).toBeLessThan(limit);
  });

  // Spread over what `up` takes, of which nobody knows which stage it meets.
  it.each(moments(rounds(4), 6000, random).map(Math.round))(
    'nothing is left when netlab is killed after %i ms',
    async delay => {
      const name = `docker-killed-${delay}`;
      const up = startNetlab('root', ['up', small(name)], { env: { ...process.env, ...env } });
      const ended = new Promise(done => up.once('exit', done));
      await sleep(delay);
      up.kill('SIGKILL');
      await ended;
      await expectNothingLeft(name);
    },
  );

  it.each(moments(rounds(2), 3000, random).map(Math.round))(
    'nothing is left when Docker is killed after %i ms of up',
    async delay => {
      const name = `docker-daemon-${delay}`;
      const up = startNetlab('root', ['up', small(name)], { env: { ...process.env, ...env } });
      const ended = new Promise<number | null>(done => up.once('exit', done));
      await sleep(delay);
      await host.kill();
      expect([0, 1, 3]).toContain(await ended);
      await host.start();
      await expectNothingLeft(name);
    },
  );

  it.each(moments(rounds(2), 2500, random).map(Math.round))(
    'nothing is left when the Docker of a node is killed after %i ms',
    async delay => {
      const name = `docker-inner-${delay}`;
      const up = startNetlab('root', ['up', small(name)], { env: { ...process.env, ...env } });
      const ended = new Promise<number | null>(done => up.once('exit', done));
      await expect.poll(() => innerDaemons(env.DOCKER_HOST).length, { timeout: 120_000 }).toBeGreaterThan(0);
      await sleep(delay);
      for (const pid of innerDaemons(env.DOCKER_HOST)) process.kill(pid, 'SIGKILL');
      expect([0, 1]).toContain(await ended);
      await expectNothingLeft(name);
    },
  );

  it('foreign containers stay, and a lab without a file goes', async () => {
    const file = small('docker-mine');
    const foreign = ['--label', 'netlab.lab=docker-mine', '--label', 'netlab.owner=someone-else'];
    expect(
      await host.docker(
        'run',
        '-d',
        '--name',
        'foreign',
        '--network',
        'none',
        '--security-opt',
        'seccomp=unconfined',
        ...foreign,
        'busybox:stable',
        'sleep',
        '1000',
      ),
    ).toMatchObject({ code: 0 });
    const up = await call('up', '--backend', 'docker', file);
    expect(up, up.stderr).toMatchObject({ code: 0 });
    expect(await call('down', 'docker-mine')).toMatchObject({ code: 0, stderr: 'lab docker-mine is gone\n' });
    expect(await host.left('docker-mine')).toEqual(['foreign']);
    await host.docker('rm', '--force', 'foreign');
  });
});

/** What a small machine takes for it, with nothing beside. */
const ONE_CONTAINER_MS = 600;
const ONE_CONTAINER = [
  'run',
  '--rm',
  '--network',
  'none',
  '--security-opt',
  'seccomp=unconfined',
  'busybox:stable',
  'true',
];

async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const since = performance.now();
  return [await work(), performance.now() - since];
}

/** Of this file's own Docker: another file may have nodes too. */
function innerDaemons(dockerHost: string): number[] {
  const folder = dockerHost.replace('unix://', '').replace('docker.sock', '');
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => readProc(pid, 'cmdline').startsWith('dockerd\0-H\0unix:///run/docker.sock'))
    .filter(pid => lineage(pid).some(one => readProc(one, 'cmdline').includes(folder)));
}

function lineage(pid: number): number[] {
  const parent = Number(/^PPid:\s+(\d+)$/m.exec(readProc(pid, 'status'))?.[1] ?? 0);
  return parent === 0 ? [pid] : [pid, ...lineage(parent)];
}

it.runIf(typeof host === 'string')('says why it was skipped', () => expect(host).not.toBe(''));
