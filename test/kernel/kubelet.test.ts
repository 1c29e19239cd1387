/** What the kubelet does when it is killed at a bad moment, and what it keeps within bounds. */
import { readdirSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import {
  allProcessesOf,
  type ContainerText,
  containerPid,
  containersLeft,
  findContainer,
  findKubelet,
  idle,
  kubeletPid,
  labOf,
  type PodsText,
  pausePid,
  processesOf,
  shell,
} from './fixtures/containers.ts';
import { ok } from './fixtures/ok.ts';
import {
  inside,
  leftovers,
  netlab,
  netlabArgv,
  readProc,
  rounds,
  run,
  sandboxPid,
  startNetlab,
  triesAll,
  WHO,
} from './harness.ts';
import { until } from './until.ts';

const server: ContainerText = {
  command: ['busybox', 'httpd', '-f', '-p', '80'],
  readiness: { tcp: { port: 80 }, periodSeconds: 1 },
};

describe.each(WHO)('the kubelet, as %s', who => {
  const lab = `kubelet-${who}`;
  const up = (pods: PodsText, ...flags: string[]) => netlab(who, ['up', ...flags, labOf(lab, pods)]);
  const pid = (path: string) => containerPid(lab, path);
  const killKubelet = () => process.kill(kubeletPid(lab), 'SIGKILL');

  afterEach(async () => {
    await netlab(who, ['down', lab]);
    expect(await leftovers(lab)).toEqual([]);
    expect(await containersLeft(lab)).toEqual([]);
  });

  it('that is stopped is noticed, by up at once, and goes on where it was', async () => {
    const file = labOf(lab, { web: { containers: { app: idle } } });
    ok(await netlab(who, ['up', file]));
    const app = pid('web/app');
    const kubelet = kubeletPid(lab);
    process.kill(kubelet, 'SIGSTOP');
    try {
      expect(await netlab(who, ['status', lab])).toMatchObject({ stdout: expect.stringContaining('it is stopped') });
      expect(
        await up({ web: { containers: { app: { command: ['sleep', '2d'] } } } }, '--timeout', '60s'),
      ).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/it is stopped[\s\S]*the lab is as it was/),
      });
    } finally {
      process.kill(kubelet, 'SIGCONT');
    }
    process.kill(app, 'SIGKILL');
    await until('it is back', () => ![undefined, app].includes(findContainer(lab, 'web/app')));
    expect(kubeletPid(lab)).toBe(kubelet);
  });

  it('survives the death of a pause process together with its own, whatever it probes', async () => {
    ok(await up({ web: { containers: { server } } }));
    const before = pid('web/server');
    const pause = pausePid(lab, before);
    killKubelet();
    process.kill(pause, 'SIGKILL');
    await until('the server is back', () => {
      const found = findContainer(lab, 'web/server');
      return found !== before && found;
    });
    const kubelet = kubeletPid(lab);
    await sleep(1500);
    expect(kubeletPid(lab)).toBe(kubelet);
  });

  it('hands on variables whose names are no names to a shell, and none of its own', async () => {
    ok(
      await up({
        web: { containers: { app: { ...idle, env: { 'my.var': 'a', 'my-var': 'b\nc', PWD: '/nowhere' } } } },
      }),
    );
    const environment = readProc(pid('web/app'), 'environ').split('\0');
    expect(environment).toEqual(expect.arrayContaining(['my.var=a', 'my-var=b\nc', 'PWD=/nowhere']));
    expect(environment.filter(entry => entry.startsWith('OLDPWD='))).toEqual([]);
  });

  it('bounds a log of empty lines, and the memory of a pod', async () => {
    const fill = shell('head -c 100m /dev/zero > /dev/shm/x; head -c 100m /dev/zero > /run/x; exec sleep 1d');
    ok(await up({ web: { containers: { flood: { command: ['yes', ''] }, fill } } }));
    const folder = `/proc/${sandboxPid(lab)}/root/run/netlab/pods/web/containers/flood`;
    const logs = () => readdirSync(folder).filter(name => name.startsWith('log'));
    await until('there is a second log', () => logs().length === 2);
    await sleep(1000);
    // For a moment after one was put aside there is no other.
    await until('there are two', () => logs().length === 2);
    for (const name of logs()) {
      const { size } = statSync(`${folder}/${name}`, { throwIfNoEntry: false }) ?? { size: 0 };
      expect(size).toBeLessThanOrEqual(512 * 1024);
    }
    const du = ['exec', '--lab', lab, 'web', '-c', 'fill', '--', 'du', '-m', '/dev/shm/x', '/run/x'];
    await expect
      .poll(async () => (await netlab(who, du)).stdout, { timeout: 60_000, interval: 200 })
      .toBe('64\t/dev/shm/x\n64\t/run/x\n');
  });

  it('starts and retires with the first container and the last', async () => {
    ok(await up({ web: {} }));
    for (let round = 0; round < 2; round++) {
      ok(await up({ web: { containers: { app: idle } } }));
      ok(await up({ web: {} }));
      await until('it has retired', () => findKubelet(lab) === undefined);
    }
    expect((await inside(who, lab, null, ['ls', '/run/netlab/manifests', '/run/netlab/pods'])).stdout).not.toMatch(
      /web/,
    );
  });

  // It does not ask who it is.
  if (!triesAll(who)) return;

  it('tells what it fails at, also where it can open no file any more', async () => {
    const containers = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`c${index}`, idle]));
    const argv = netlabArgv(who, ['up', '--timeout', '60s', labOf(lab, { web: { containers } })]);
    expect(await run(['prlimit', '--nofile=256', ...argv])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/kubelet of this lab has failed[\s\S]*EMFILE[\s\S]*nothing is left/),
    });
  });

  it('ends what was taken out of the lab while there was none', async () => {
    ok(await up({ web: { containers: { stays: idle, goes: idle } }, db: { containers: { goes: idle } } }));
    const stays = pid('web/stays');
    const pause = pausePid(lab, pid('db/goes'));
    killKubelet();
    ok(await up({ web: { containers: { stays: idle } } }));
    expect([...processesOf(lab, 'web/goes'), ...processesOf(lab, 'db/goes')]).toEqual([]);
    await until('the pause process has ended', () => readProc(pause, 'status') === '');
    expect(pid('web/stays')).toBe(stays);
  });

  it('starts anew what was changed while there was none', async () => {
    ok(await up({ web: { containers: { app: idle } } }));
    killKubelet();
    ok(await up({ web: { containers: { app: { command: ['sleep', '2d'] } } } }));
    expect(readProc(pid('web/app'), 'cmdline')).toBe('sleep\x002d\0');
  });

  it('is started again also while a new lab is waited for', async () => {
    const late = { exec: { command: ['true'] }, initialDelaySeconds: 2 };
    const file = labOf(lab, { web: { containers: { app: { ...idle, readiness: late } } } });
    const ending = new Promise(done => startNetlab(who, ['up', '--timeout', '60s', file]).once('exit', done));
    await until('it runs', () => allProcessesOf(lab).length > 0 && findContainer(lab, 'web/app'));
    killKubelet();
    expect(await ending).toBe(0);
    await until('there is another', () => findKubelet(lab));
  });

  it('leaves no second container behind, whenever it is killed', async () => {
    const crash = shell('exit 0');
    ok(await up({ web: { containers: { app: idle, crash } } }, '--timeout', '0'));
    for (let round = 0; round < rounds(4); round++) {
      const app = { command: ['sleep', `${round + 2}d`] };
      const change = up({ web: { containers: { app, crash } } }, '--timeout', '0');
      await sleep(150 + 40 * (round % 4));
      const kubelet = findKubelet(lab);
      if (kubelet !== undefined) process.kill(kubelet, 'SIGKILL');
      ok(await change);
      await until('the new one runs', () =>
        readProc(findContainer(lab, 'web/app') ?? 0, 'cmdline').includes(`${round + 2}d`),
      );
      expect(processesOf(lab, 'web/app')).toHaveLength(1);
    }
  });

  it('does not take what a container was for what it is to be', async () => {
    const slow = shell("trap 'sleep 2; exit 0' TERM; while :; do sleep 0.1; done");
    ok(await up({ web: { containers: { app: slow } } }));
    const ran = await up({ web: { containers: { app: shell('exit 127') } } });
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining('exit code 127') });
    await until('the old one is back', () => readProc(findContainer(lab, 'web/app') ?? 0, 'cmdline').includes('trap'));
  });
});
