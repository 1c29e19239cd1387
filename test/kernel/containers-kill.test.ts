/** Any one process of a lab with containers is killed: what happens next. */
import { closeSync, openSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { moments, netlabOf, remains, seeded, start, startLab, stays, sweep } from './fixtures/attack.ts';
import {
  containerPid,
  containersLeft,
  findContainer,
  findKubelet,
  idle,
  kubeletPid,
  labOf,
  namespaceOf,
  type PodsText,
  pausePid,
  processesOf,
  shell,
} from './fixtures/containers.ts';
import { ok } from './fixtures/ok.ts';
import { hostSnapshot, inside, netlabArgv, ORDINARY, rounds, sandboxPid, triesAll, WHO } from './harness.ts';
import { until } from './until.ts';

describe.each(WHO)('kill -9, as %s', who => {
  // Whoever does it, the moments are the same: root needs fewer.
  const few = (ordinarily: number, asRoot: number) => rounds(who === ORDINARY ? ordinarily : asRoot);
  const lab = `killed-${who}`;
  const random = seeded(`killing ${lab}`);
  const run = (...args: string[]) => netlabOf(who, lab, args);
  const pid = (path: string) => containerPid(lab, path);

  const pods: PodsText = {
    web: {
      containers: { app: idle, daemon: shell('setsid sleep 1d & sleep 1d') },
      initContainers: { first: shell('sleep 0.1') },
    },
    other: { containers: { app: idle } },
  };
  const file = labOf(lab, pods);

  afterEach(async () => {
    await run('down', lab);
    const left = await remains(lab);
    await sweep(lab);
    expect(left).toEqual([]);
    expect(await containersLeft(lab)).toEqual([]);
  });

  /** Whether it is whole, with a kubelet that does its work. */
  async function expectWhole(): Promise<void> {
    for (const path of ['web/app', 'web/daemon', 'other/app'])
      await until(`${path} runs`, () => findContainer(lab, path));
    await until('there is a kubelet', () => findKubelet(lab));
    const look = async () => {
      const { code, stdout, stderr } = await run('status', '--json', lab);
      return { code, stderr, ...JSON.parse(stdout || '{}') };
    };
    await expect
      .poll(look, { timeout: 60_000, interval: 200 })
      .toMatchObject({ code: 0, supervisor: 'running', drift: [] });
  }

  it('the kubelet: containers do not notice, and another one goes on', async () => {
    ok(await run('up', file));
    const before = ['web/app', 'web/daemon', 'other/app'].map(pid);
    const killed = kubeletPid(lab);
    process.kill(killed, 'SIGKILL');
    await until('there is another', () => ![undefined, killed].includes(findKubelet(lab)));
    await expectWhole();
    expect(['web/app', 'web/daemon', 'other/app'].map(pid)).toEqual(before);
    // It looks after those that it has not started itself.
    const app = pid('web/app');
    process.kill(app, 'SIGKILL');
    await until('the container is back', () => ![undefined, app].includes(findContainer(lab, 'web/app')));
    expect(pid('other/app')).toBe(before[2]);
    await expectWhole();
  });

  it('the pause process: its pod is started again where it is, and no other', async () => {
    ok(await run('up', file));
    const [app, other] = [pid('web/app'), pid('other/app')];
    const network = namespaceOf(app, 'net');
    const hostname = namespaceOf(app, 'uts');
    // Held open, so that its number is not given to another one.
    const held = openSync(`/proc/${app}/ns/uts`, 'r');
    const addresses = await inside(who, lab, 'web', ['ip', 'addr']);
    process.kill(pausePid(lab, app), 'SIGKILL');
    const again = await until('it is back', () => {
      const found = findContainer(lab, 'web/app');
      return found !== app && found;
    });
    expect(namespaceOf(again, 'net')).toBe(network);
    expect(namespaceOf(again, 'uts')).not.toBe(hostname);
    closeSync(held);
    expect(await inside(who, lab, 'web', ['ip', 'addr'])).toEqual(addresses);
    await expectWhole();
    await until('the other container is back too', () => {
      const found = findContainer(lab, 'web/daemon');
      return found !== undefined && namespaceOf(found, 'uts') === namespaceOf(again, 'uts');
    });
    expect(pid('other/app')).toBe(other);
  });

  it('PID 1 of the sandbox: everything goes with it', async () => {
    ok(await run('up', file));
    process.kill(sandboxPid(lab), 'SIGKILL');
    expect(await remains(lab)).toEqual([]);
    expect(await containersLeft(lab)).toEqual([]);
    expect(await run('list')).toMatchObject({ stdout: expect.not.stringContaining(lab) });
    ok(await run('up', file));
    await expectWhole();
  });

  it('up, at any moment: all or nothing', async () => {
    const before = await hostSnapshot();
    // The shortest of a few: one that the machine was too busy for says nothing of those that are to be killed.
    let took = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 2; round++) {
      took = Math.min(took, (await startLab(who, lab, ['up', file]).ended).took);
      ok(await run('down', lab));
    }
    const seen = { all: 0, nothing: 0 };
    for (const moment of moments(few(6, 3), took * 1.05, random)) {
      const up = startLab(who, lab, ['up', file]);
      await sleep(moment);
      up.child.kill('SIGKILL');
      await up.ended;
      if (await stays(lab)) {
        await expectWhole();
        seen.all++;
        ok(await run('down', lab));
      } else seen.nothing++;
      expect(await remains(lab)).toEqual([]);
      expect(await containersLeft(lab)).toEqual([]);
    }
    console.log(`${lab}: up killed:`, JSON.stringify(seen));
    expect(seen.nothing).toBeGreaterThan(0);
    expect(await hostSnapshot()).toEqual(before);
  });

  const starts = few(8, 4);

  it(`${starts} rounds of start and kill leave nothing`, async () => {
    const before = { host: await hostSnapshot(), run: folders() };
    const victims: Record<string, () => number> = {
      kubelet: () => kubeletPid(lab),
      pause: () => pausePid(lab, pid('web/app')),
      container: () => pid('web/daemon'),
      sandbox: () => sandboxPid(lab),
    };
    const kinds = Object.keys(victims);
    for (let round = 0; round < starts; round++) {
      ok(await run('up', file));
      const kind = kinds[Math.floor(random() * kinds.length)] ?? '';
      process.kill(victims[kind]?.() ?? 0, 'SIGKILL');
      await sleep(random() * 100);
      expect(await run('down', lab), `round ${round}: ${kind}`).toMatchObject({ code: 0 });
      expect(await remains(lab), `round ${round}: ${kind}`).toEqual([]);
      expect(await containersLeft(lab), `round ${round}: ${kind}`).toEqual([]);
    }
    expect({ host: await hostSnapshot(), run: folders() }).toEqual(before);
  });

  const folders = () =>
    ['/run', '/dev/shm'].flatMap(folder => readdirSync(folder).filter(name => name.includes('netlab')));

  // What is left of a lab is the same for everybody.
  if (!triesAll(who)) return;

  it('the kubelet and a container while nobody looks: both come back', async () => {
    ok(await run('up', file));
    const [app, other] = [pid('web/app'), pid('other/app')];
    process.kill(kubeletPid(lab), 'SIGKILL');
    process.kill(app, 'SIGKILL');
    await until('the container is back', () => ![undefined, app].includes(findContainer(lab, 'web/app')));
    expect(pid('other/app')).toBe(other);
    await expectWhole();
  });

  it('the kubelet, again and again', async () => {
    ok(await run('up', file));
    const app = pid('web/app');
    for (let round = 0; round < 4; round++) {
      process.kill(await until('there is one', () => findKubelet(lab)), 'SIGKILL');
      await sleep(random() * 600);
    }
    await expectWhole();
    expect(pid('web/app')).toBe(app);
    expect(processesOf(lab, 'web/app')).toEqual([app]);
  });

  it('the kubelet: a change and down work all the same', async () => {
    ok(await run('up', file));
    process.kill(kubeletPid(lab), 'SIGKILL');
    ok(await run('up', labOf(lab, { ...pods, more: { containers: { app: idle } } })));
    expect(pid('more/app')).toBeGreaterThan(0);
    process.kill(kubeletPid(lab), 'SIGKILL');
    ok(await run('down', lab));
  });

  it('up, at any moment of a change: what it was, or what it was to be', async () => {
    const changed = labOf(lab, {
      web: { containers: { app: { command: ['sleep', '2d'] }, daemon: shell('setsid sleep 1d & sleep 1d') } },
      other: { containers: { app: idle } },
      more: { containers: { app: idle } },
    });
    ok(await run('up', file));
    const other = pid('other/app');
    const { took } = await startLab(who, lab, ['up', changed]).ended;
    for (const moment of moments(rounds(3), took, random)) {
      ok(await run('up', file));
      const up = startLab(who, lab, ['up', changed]);
      await sleep(moment);
      up.child.kill('SIGKILL');
      await up.ended;
      ok(await run('up', changed));
      await expectWhole();
      expect(pid('other/app')).toBe(other);
      expect(processesOf(lab, 'web/app')).toEqual([pid('web/app')]);
      expect(processesOf(lab, 'more/app')).toEqual([pid('more/app')]);
    }
  });

  it('logs -f: it is gone, and the lab as it was', async () => {
    ok(await run('up', labOf(lab, { web: { containers: { app: shell('echo here; exec sleep 1d') } } })));
    const follow = start(lab, netlabArgv(who, ['logs', '--lab', lab, '-f', 'web']));
    await follow.said('here');
    const app = pid('web/app');
    follow.child.kill('SIGKILL');
    await follow.ended;
    expect(pid('web/app')).toBe(app);
    expect(await run('logs', '--lab', lab, 'web')).toMatchObject({ code: 0, stdout: 'here\n' });
  });

  it('exec: its command is gone at the latest with the container', async () => {
    ok(await run('up', file));
    const exec = start(
      lab,
      netlabArgv(who, ['exec', '--lab', lab, 'web', '-c', 'app', '--', 'sh', '-c', 'echo on; exec sleep 1d']),
    );
    await exec.said('on');
    exec.child.kill('SIGKILL');
    const app = pid('web/app');
    process.kill(app, 'SIGKILL');
    await until('all of it is new', () => {
      const found = processesOf(lab, 'web/app');
      return found.length === 1 && found[0] !== app;
    });
    ok(await run('down', lab));
    expect(await remains(lab)).toEqual([]);
  });
});
