/** When containers start, start again, count as ready, and end. */
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import {
  allProcessesOf,
  catchesTerm,
  containerPid,
  containersLeft,
  findContainer,
  httpd,
  idle,
  labOf,
  namespaceOf,
  type PodsText,
  pausePid,
  shell,
} from './fixtures/containers.ts';
import { ok } from './fixtures/ok.ts';
import { inside, leftovers, netlab, readProc, triesAll, WHO } from './harness.ts';
import { until } from './until.ts';

/** A gRPC server that says of the service `shop` that it serves, from its second second on. */
const HEALTHY = `
const server = require('http2').createServer();
server.on('stream', stream => {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.on('data', asked => stream.end(Buffer.from([0, 0, 0, 0, 2, 8, String(asked).endsWith('shop') ? 1 : 2])));
});
setTimeout(() => server.listen(80), 1000);
`;

describe.each(WHO)('the life of containers, as %s', who => {
  const lab = `life-${who}`;
  const up = (pods: PodsText, ...flags: string[]) => netlab(who, ['up', ...flags, labOf(lab, pods)]);
  const pid = (path: string) => containerPid(lab, path);

  afterEach(async () => {
    await netlab(who, ['down', lab]);
    expect(await leftovers(lab)).toEqual([]);
    expect(await containersLeft(lab)).toEqual([]);
  });

  async function statusOf(path: string) {
    const { stdout } = await netlab(who, ['status', '--json', lab]);
    const [pod, name] = path.split('/');
    const { pods } = JSON.parse(stdout);
    return pods
      .find((found: { name: string }) => found.name === pod)
      .containers.find((found: { name: string }) => found.name === name);
  }

  /** Waits for it, and gives all that was said then. */
  async function expectStatus(path: string, wanted: object) {
    let status: { readonly startedAt: number; readonly finishedAt: number; readonly nextStartAt: number } | undefined;
    await expect
      .poll(
        async () => {
          status = await statusOf(path);
          return status;
        },
        { timeout: 60_000, interval: 300 },
      )
      .toMatchObject(wanted);
    if (!status) throw new Error(`no status of ${path}`);
    return status;
  }

  // In the background it listens when the command has ended.
  const late = (probe: object) =>
    shell('sleep 1; touch /dev/shm/index.html; busybox httpd -p 80 -h /dev/shm; touch /dev/shm/ready; exec sleep 1d', {
      readiness: { ...probe, periodSeconds: 1 },
    });

  const graceful = (name: string, rest: object = {}) =>
    shell(`trap "echo ${name} >> /dev/shm/ended; exit 0" TERM; while :; do sleep 0.05; done`, rest);

  describe('in short', () => {
    it('init containers run one after the other, and the containers after them', async () => {
      const note = (name: string) => `echo ${name} >> /dev/shm/order; sleep 0.2; echo end ${name} >> /dev/shm/order`;
      ok(
        await up({
          web: {
            initContainers: { zebra: shell(note('zebra')), ape: shell(note('ape')) },
            containers: { app: shell('echo app >> /dev/shm/order; exec sleep 1d') },
          },
        }),
      );
      const order = () => readFileSync(`/proc/${pid('web/app')}/root/dev/shm/order`, 'utf8');
      await expect.poll(order, { timeout: 60_000 }).toBe('zebra\nend zebra\nape\nend ape\napp\n');
    });

    it('sidecars start in their turn, are started again alone, and end after the others, the last one first', async () => {
      const note = (text: string) => `echo ${text} >> /dev/shm/order`;
      const lasting = (name: string, rest: object = {}) =>
        shell(
          `trap "sleep 0.2; echo end ${name} >> /dev/shm/order; exit 0" TERM
          ${note(name)}; sleep 0.3; touch /dev/shm/${name}; while :; do sleep 0.05; done`,
          rest,
        );
      const startedAs = (name: string) => ({ exec: { command: ['test', '-e', `/dev/shm/${name}`] } });
      const web = {
        initContainers: {
          mesh: lasting('mesh', { restartPolicy: 'Always', startup: { ...startedAs('mesh'), periodSeconds: 1 } }),
          log: lasting('log', { restart: 'always', startup: { ...startedAs('log'), periodSeconds: 1 } }),
          look: shell(`test -e /dev/shm/mesh && ${note('look')}`),
        },
        containers: { app: lasting('app') },
      };
      // Its sidecar has nothing to do any more when the work is done.
      const job = {
        initContainers: { helper: shell('trap "exit 3" TERM; while :; do sleep 0.05; done', { restart: 'always' }) },
        containers: { work: shell('exit 0', { restart: 'never' }) },
      };
      // It starts too late, and is ended for it, again and again.
      const late = {
        containers: {
          slow: shell('exec sleep 1d', { startup: { tcp: { port: 80 }, periodSeconds: 1, failureThreshold: 1 } }),
        },
      };
      ok(await up({ web, job, keep: { containers: { idle } } }));
      expect(await statusOf('job/helper')).toMatchObject({ state: 'terminated', exitCode: 3, nextStartAt: null });
      const { stdout } = await netlab(who, ['status', lab]);
      expect(stdout).toMatch(/web +mesh \(sidecar\) +yes +0 .* running\n/);
      const app = pid('web/app');
      const shm = `/proc/${pausePid(lab, app)}/root/dev/shm`;
      const order = () => readFileSync(`${shm}/order`, 'utf8');
      expect(order()).toBe('mesh\nlog\nlook\napp\n');

      const mesh = pid('web/mesh');
      process.kill(mesh, 'SIGKILL');
      await until('it is a new one', () => (findContainer(lab, 'web/mesh') ?? mesh) !== mesh);
      await expectStatus('web/mesh', { started: true, restarts: 1 });
      await expectStatus('web/app', { ready: true, restarts: 0 });
      expect(pid('web/app')).toBe(app);
      expect(order()).toBe('mesh\nlog\nlook\napp\nmesh\n');

      // What ends is in the shared memory of a pod that is gone: what it is in is kept open.
      const kept = openSync(`${shm}/order`, 'r');
      ok(await up({ keep: { containers: { idle } }, late }, '--timeout', '0'));
      expect(readFileSync(kept, 'utf8').split('\n').slice(5, -1)).toEqual(['end app', 'end log', 'end mesh']);
      closeSync(kept);
      await expectStatus('late/slow', {
        ...{ state: 'waiting', started: false, ready: false },
        message: 'startup probe failed: connection refused',
      });
    });

    it('readiness by tcp, http, grpc and exec is waited for', async () => {
      const probes = {
        tcp: { tcp: { port: 80 } },
        http: { http: { port: 80, path: '/index.html' } },
        exec: { exec: { command: ['test', '-e', '/dev/shm/ready'] } },
      };
      const pods = Object.entries(probes).map(([name, probe]) => [name, { containers: { app: late(probe) } }] as const);
      const asked = { command: [process.execPath, '-e', HEALTHY], readiness: { grpc: { port: 80, service: 'shop' } } };
      const since = performance.now();
      ok(await up({ ...Object.fromEntries(pods), grpc: { containers: { app: asked } } }));
      expect(performance.now() - since).toBeGreaterThan(1000);
      for (const name of [...Object.keys(probes), 'grpc']) {
        expect((await inside(who, lab, name, ['ss', '-Hltn', 'sport = :80'])).stdout).toContain('LISTEN');
        expect(await statusOf(`${name}/app`)).toMatchObject({ ready: true, restarts: 0 });
      }
    });

    it('a change restarts the changed container alone, by SIGTERM', async () => {
      ok(await up({ web: { containers: { app: graceful('app'), other: graceful('other') } } }));
      const [app, other] = [pid('web/app'), pid('web/other')];
      const pause = pausePid(lab, other);
      await catchesTerm(app);
      ok(
        await up({ web: { containers: { app: graceful('app', { env: { NEW: 'yes' } }), other: graceful('other') } } }),
      );
      expect(pid('web/app')).not.toBe(app);
      expect([pid('web/other'), pausePid(lab, other)]).toEqual([other, pause]);
      expect(readFileSync(`/proc/${other}/root/dev/shm/ended`, 'utf8')).toBe('app\n');
      expect(readProc(pid('web/app'), 'environ').split('\0')).toContain('NEW=yes');
      expect(await statusOf('web/app')).toMatchObject({ restarts: 0 });
    });

    it('a change that fails brings the old container back', async () => {
      ok(await up({ web: { containers: { app: graceful('app'), other: graceful('other') } } }));
      const other = pid('web/other');
      const refused = await up({
        web: { containers: { app: shell('echo broken; exit 9', { restart: 'never' }), other: graceful('other') } },
      });
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/broken[\s\S]*the lab is as it was/) });
      await until('the old one is back', () =>
        readProc(findContainer(lab, 'web/app') ?? 0, 'cmdline').includes('trap'),
      );
      expect(pid('web/other')).toBe(other);
      expect(await netlab(who, ['status', lab])).toMatchObject({ code: 0 });
    });
  });

  // Their kubelet does not ask who it is.
  if (!triesAll(who)) return;

  describe('a container that ends', () => {
    it('leaves the pod and the others alone, and is started again at once, then after 10 s', async () => {
      ok(await up({ web: { containers: { victim: { command: httpd(80) }, other: idle } } }));
      const [first, other] = [pid('web/victim'), pid('web/other')];
      const pause = pausePid(lab, other);
      const before = await inside(who, lab, 'web', ['ip', 'addr']);
      process.kill(first, 'SIGKILL');
      const second = await until('it is back', () => {
        const found = findContainer(lab, 'web/victim');
        return found !== first && found;
      });
      expect(namespaceOf(second, 'net')).toBe(namespaceOf(other, 'net'));
      const killedAt = Date.now();
      process.kill(second, 'SIGKILL');
      const { finishedAt, nextStartAt } = await expectStatus('web/victim', {
        ...{ state: 'waiting', reason: 'CrashLoopBackOff', exitCode: 137, restarts: 1, ready: false },
      });
      // The next time it would be 20 s.
      expect(nextStartAt - finishedAt).toBe(10_000);
      await until('it is back again', () => findContainer(lab, 'web/victim'));
      expect(Date.now() - killedAt).toBeGreaterThan(9_500);
      const { startedAt } = await expectStatus('web/victim', { state: 'running', restarts: 2 });
      expect(startedAt).toBeGreaterThanOrEqual(nextStartAt);
      expect([pid('web/other'), pausePid(lab, other)]).toEqual([other, pause]);
      expect(await inside(who, lab, 'web', ['ip', 'addr'])).toEqual(before);
      expect(await netlab(who, ['up', '--dry-run', '--json', lab])).toMatchObject({ stdout: '{"steps":[]}\n' });
    });

    it('is started again as its "restart" says', async () => {
      const cases = [
        { pod: 'always', restart: 'always', exitCode: 0, again: true },
        { pod: 'well', restart: 'on-failure', exitCode: 0, again: false },
        { pod: 'failed', restart: 'on-failure', exitCode: 3, again: true },
        { pod: 'never', restart: 'never', exitCode: 3, again: false },
      ];
      // Each run leaves a line in the shared memory of the pod.
      const script = (exitCode: number) => `echo run >> /dev/shm/runs; sleep 0.05; exit ${exitCode}`;
      const pods = cases.map(({ pod, restart, exitCode }) => [
        pod,
        { containers: { app: shell(script(exitCode), { restart }), other: idle } },
      ]);
      ok(await up(Object.fromEntries(pods), '--timeout', '0'));
      // All at one moment: what is started again waits only so long.
      const look = async () => {
        const { pods: seen } = JSON.parse((await netlab(who, ['status', '--json', lab])).stdout);
        return cases.map(({ pod }) => {
          const { containers } = seen.find(({ name }: { name: string }) => name === pod);
          const { state, exitCode, restarts } = containers.find(({ name }: { name: string }) => name === 'app');
          return { pod, state, exitCode, restarts, runs: runsOf(pod) };
        });
      };
      const runsOf = (pod: string) => readFileSync(`/proc/${pid(`${pod}/other`)}/root/dev/shm/runs`, 'utf8');
      await expect.poll(look, { timeout: 60_000, interval: 300 }).toEqual(
        cases.map(({ pod, exitCode, again }) => ({
          ...{ pod, exitCode, state: again ? 'waiting' : 'terminated', restarts: again ? 1 : 0 },
          runs: again ? 'run\nrun\n' : 'run\n',
        })),
      );
      // The first restart would be at once.
      await sleep(500);
      for (const { pod, again } of cases) if (!again) expect(runsOf(pod), pod).toBe('run\n');
    });

    it('has the exit code of its command', async () => {
      const cases = {
        own: ['exit 42', 42],
        caught: ['kill -TERM $$; kill -SEGV $$; exit 7', 7],
        killed: ['sh -c "kill -9 \\$\\$"', 137],
        missing: ['exec /nowhere/to/be/found', 127],
      } as const;
      const containers = Object.entries(cases).map(([name, [script]]) => [name, shell(script, { restart: 'never' })]);
      ok(await up({ web: { containers: Object.fromEntries(containers) } }, '--timeout', '0'));
      for (const [name, [, exitCode]] of Object.entries(cases))
        await expectStatus(`web/${name}`, { state: 'terminated', exitCode });
    });
  });

  describe('init containers', () => {
    it('that fail keep the containers from starting, and up tells of it', async () => {
      const pods = { web: { initContainers: { check: shell('echo no luck; exit 5') }, containers: { app: idle } } };
      const { code, stderr } = await up(pods, '--timeout', '8s');
      expect({ code, stderr }).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/container check of pod web.*exit code 5[\s\S]*no luck/),
      });
      expect(await leftovers(lab)).toEqual([]);
      ok(await up(pods, '--timeout', '0'));
      await sleep(1000);
      expect(findContainer(lab, 'web/app')).toBeUndefined();
    });
  });

  describe('readiness', () => {
    it('by any probe that never comes: the log is shown, and nothing is left', async () => {
      const probes = {
        tcp: { tcp: { port: 81 } },
        http: { http: { port: 80, path: '/nowhere' } },
        exec: { exec: { command: ['false'] } },
      };
      const pods = Object.entries(probes).map(([name, probe]) => {
        const app = shell(`echo I am ${name}; exec busybox httpd -f -p 80 -h /dev/shm`, {
          readiness: { ...probe, periodSeconds: 1 },
        });
        return [name, { containers: { app } }] as const;
      });
      const { code, stderr } = await up(Object.fromEntries(pods), '--timeout', '8s');
      expect(code).toBe(1);
      for (const name of Object.keys(probes)) {
        const shown = `container app of pod ${name}: running, not ready, .*\n.*the end of its log:\n.*I am ${name}\n`;
        expect(stderr).toMatch(new RegExp(shown));
      }
      expect(stderr).toContain('nothing is left');
      expect(await leftovers(lab)).toEqual([]);
      expect(allProcessesOf(lab)).toEqual([]);
    });

    it('that is lost restarts nothing', async () => {
      ok(
        await up({
          web: {
            containers: { app: late({ exec: { command: ['test', '-e', '/dev/shm/ready'] }, failureThreshold: 1 }) },
          },
        }),
      );
      const app = pid('web/app');
      ok(await netlab(who, ['exec', '--lab', lab, 'web', '-c', 'app', '--', 'rm', '/dev/shm/ready']));
      await expectStatus('web/app', { ready: false, state: 'running', restarts: 0 });
      await sleep(1500);
      expect(pid('web/app')).toBe(app);
    });
  });

  it('a liveness probe that fails has the container ended by SIGTERM, and started again', async () => {
    const app = shell(
      'trap "echo bye > /dev/shm/bye; exit 0" TERM; touch /dev/shm/alive /dev/shm/ready; while :; do sleep 0.05; done',
      {
        readiness: { exec: { command: ['test', '-e', '/dev/shm/ready'] } },
        liveness: { exec: { command: ['test', '-e', '/dev/shm/alive'] }, periodSeconds: 1, failureThreshold: 2 },
      },
    );
    // It lives from the beginning, however long its shell takes to begin.
    const first = shell('touch /dev/shm/alive');
    ok(await up({ web: { initContainers: { first }, containers: { app, other: idle } } }));
    const [before, other] = [pid('web/app'), pid('web/other')];
    const shm = `/proc/${other}/root/dev/shm`;
    ok(await netlab(who, ['exec', '--lab', lab, 'web', '-c', 'app', '--', 'rm', '/dev/shm/alive']));
    await until('it is a new one', () => (findContainer(lab, 'web/app') ?? before) !== before);
    expect(readFileSync(`${shm}/bye`, 'utf8')).toBe('bye\n');
    expect(pid('web/other')).toBe(other);
  });

  describe('a change of the lab', () => {
    it('without a difference has no steps and touches nothing', async () => {
      const pods = { web: { containers: { app: graceful('app') } } };
      ok(await up(pods));
      const app = pid('web/app');
      expect(await up(pods, '--json')).toMatchObject({ code: 0, stdout: expect.stringContaining('"steps":0') });
      expect(pid('web/app')).toBe(app);
    });

    it('asks by SIGTERM also what does not catch it, but waits for it', async () => {
      const waits = `import signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
print("ready", file=open("/dev/shm/ready", "w"))
signal.sigwait([signal.SIGTERM])
print("ended", file=open("/dev/shm/ended", "w"))`;
      const app = {
        command: ['python3', '-c', waits],
        readiness: { exec: { command: ['test', '-e', '/dev/shm/ready'] } },
      };
      ok(await up({ web: { containers: { app, other: idle } } }));
      ok(await up({ web: { containers: { app: { ...app, env: { NEW: 'yes' } }, other: idle } } }));
      expect(readFileSync(`/proc/${pid('web/other')}/root/dev/shm/ended`, 'utf8')).toBe('ended\n');
    });

    it('adds and takes away containers and pods', async () => {
      ok(await up({ web: { containers: { app: idle } } }));
      const app = pid('web/app');
      ok(await up({ web: { containers: { app: idle, more: idle } }, next: { containers: { one: idle } } }));
      expect(pid('web/app')).toBe(app);
      expect(namespaceOf(pid('web/more'), 'net')).toBe(namespaceOf(app, 'net'));
      expect(namespaceOf(pid('next/one'), 'net')).not.toBe(namespaceOf(app, 'net'));
      ok(await up({ web: { containers: { more: idle } } }));
      expect([findContainer(lab, 'web/app'), findContainer(lab, 'next/one')]).toEqual([undefined, undefined]);
      expect(await netlab(who, ['status', lab])).toMatchObject({ code: 0 });
      ok(await up({ web: {} }));
      expect(allProcessesOf(lab)).toEqual([]);
      ok(await up({ web: { containers: { app: idle } } }));
      expect(pid('web/app')).toBeGreaterThan(0);
    });
  });
});
