/** When containers count as started: looked at as the kubelet would write it down. */
import { expect, it } from 'vitest';
import { waitUntilReady } from '../../../src/lifecycle/wait-ready.ts';
import type { LabProcesses, SeenContainer } from '../../../src/sandbox/container-status.ts';
import type { ContainerProcess } from '../../../src/state/container.ts';

const app: ContainerProcess = {
  ...{ kind: 'container', ns: 'web', init: null, hostname: 'web', address: '10.0.0.2' },
  container: { name: 'app', command: ['app'], env: {}, workingDir: '/', restart: 'never' } as never,
};

const running = (startedAt: number): SeenContainer => ({
  ...{
    ns: 'web',
    name: 'app',
    init: false,
    state: 'running',
    reason: '',
    message: '',
    ready: true,
    started: true,
    restarts: 0,
  },
  ...{
    process: { pid: 1, startTime: '1' },
    finishedAt: null,
    exitCode: null,
    nextStartAt: null,
    startedAt,
    current: app,
  },
});
const failed = (startedAt: number): SeenContainer => ({
  ...running(startedAt),
  ...{ state: 'terminated', reason: 'Error', ready: false, process: null, exitCode: 9 },
});

/** Waits for what each look in turn says; the last one says it for ever. */
function wait(looks: readonly (() => SeenContainer)[], timeoutMs = 30_000) {
  let count = 0;
  const readProcesses = async (): Promise<LabProcesses> => {
    const look = looks[Math.min(count++, looks.length - 1)];
    return { kubeletRuns: true, kubeletError: '', containers: look ? [look()] : [], readyPods: [], failures: {} };
  };
  const signal = new AbortController().signal;
  return waitUntilReady([app], { readProcesses } as never, { timeoutMs, signal, onProgress: () => undefined });
}

const standStill = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

it('what runs for a moment is ready', async () => {
  const startedAt = Date.now();
  expect(await wait([() => running(startedAt)])).toEqual([]);
});

it('what runs anew again and again is not', async () => {
  let startedAt = Date.now();
  expect(await wait([() => running(startedAt++)], 600)).toMatchObject([{ state: 'running' }]);
});

it('what fails at once is not, though nobody could run for a while after its start', async () => {
  const startedAt = Date.now();
  const afterwards = () => {
    standStill(600);
    return running(startedAt);
  };
  const unready = await wait([() => running(startedAt), afterwards, () => running(startedAt), () => failed(startedAt)]);
  expect(unready).toMatchObject([{ state: 'Error, exit code 9' }]);
});

it('a look that the machine was taken away from is not made up for by a long rest', async () => {
  const startedAt = Date.now();
  const waiting = () => ({ ...running(startedAt), ready: false });
  const late = () => {
    standStill(1000);
    return waiting();
  };
  const since = performance.now();
  expect(await wait([waiting, late, () => running(startedAt)])).toEqual([]);
  expect(performance.now() - since).toBeLessThan(8000);
});
