/**
 * The labs under `labs/` with nodes that are containers: what holds of it on `netns` holds there too. Images come from
 * this machine's own files (`docker-host.ts`).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDocker } from './docker-host.ts';
import { findProgram, makeNginxImage } from './docker-images.ts';
import { isRoot, isSweep, labFile, leftovers, netlab, ROOT, run } from './harness.ts';
import { followLesson } from './lesson.ts';
import { followPage } from './session.ts';

const host = await startDocker();
if (typeof host === 'string') process.stderr.write(`the labs were not tried in Docker: ${host}\n`);
else afterAll(() => host.remove());

/** In Docker they are what another one is: only a sweep brings them up there. */
const ALIKE = [
  ...['01-namespace', '02-veth-pair', '03-bridge', '04-two-nodes', '06-three-in-a-row', '07-nat', '12-namespaces'],
  ...['14-mtu', '16-port-collision', '18-pause', '31-node-port', '32-session-affinity', '40-way-back'],
];

/** A thousand containers are about Docker, and take minutes. */
const TOO_LARGE = ['11-thousand-pods'];

const FOLDER = join(ROOT, 'labs');
const LABS = readdirSync(FOLDER)
  .filter(name => name.endsWith('.lab.yaml'))
  .filter(name => isSweep || !ALIKE.includes(name.replace('.lab.yaml', '')))
  .map(base => {
    const title = base.replace('.lab.yaml', '');
    const name = `docker-${title}`;
    const text = readFileSync(join(FOLDER, base), 'utf8').replace(/^name: .*$/m, `name: ${name}`);
    return { base, title, name, text, file: labFile(text, name) };
  });

const lacksNetem = isRoot && !(await hasNetem());

async function hasNetem(): Promise<boolean> {
  const { checks } = JSON.parse((await netlab('root', ['doctor', '--json'])).stdout);
  return checks.find(({ id }: { id: string }) => id === 'netem').works;
}

describe.skipIf(typeof host === 'string')('in Docker', () => {
  if (typeof host === 'string') return;
  const { env } = host;
  const hasNginx = findProgram('nginx') !== undefined;

  beforeAll(() => (hasNginx ? makeNginxImage(host) : undefined));

  // Much of the time is waiting for Docker.
  it.concurrent.for(LABS)('$base', async ({ base, title, name, text, file }, { skip, expect }) => {
    skip(!hasNginx && text.includes('nginx:stable'), 'nginx is not installed');
    skip(
      TOO_LARGE.some(large => base.startsWith(large)),
      'a thousand containers take minutes',
    );
    skip(lacksNetem && /^[^#]*\b(delay|jitter|loss): /m.test(text), 'this kernel lacks netem');
    const call = (...args: string[]) => netlab('root', args, { env });
    // A lab that shows what does not work is not waited for.
    const patience = text.includes('netlab up --timeout 0') ? '0' : '300s';
    const up = await call('up', '--backend', 'docker', '--timeout', patience, file);
    try {
      expect(up, up.stderr).toMatchObject({ code: 0 });
      const again = await call('up', file);
      expect(again, again.stderr).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing to change') });
      const status = await call('status', file);
      expect(status, status.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('no drift') });
      const checked = await call('check', '--wait', '180s', file);
      expect(checked, `${checked.stdout}${checked.stderr}`).toMatchObject({ code: 0 });
    } finally {
      const down = await call('down', file);
      if (up.code === 0) expect(down).toMatchObject({ code: 0, stderr: `lab ${name} is gone\n` });
    }
    if (/^backend: docker$/m.test(text)) {
      const runScript = (script: string) => run(['bash', '-c', script], { env });
      await followLesson({ title, name, text, file }, runScript, expect).finally(() => call('down', name));
    }
    expect(await host.left(name)).toEqual([]);
    expect(await leftovers(name)).toEqual([]);
  });

  it.concurrent('docs/docker.md shows what is seen', async ({ skip, expect }) => {
    skip(!hasNginx, 'nginx is not installed');
    await followPage(readFileSync(join(ROOT, 'docs/docker.md'), 'utf8'), 'root', env, expect);
  });
});

it.runIf(typeof host === 'string')('says why it was skipped', () => expect(host).not.toBe(''));
