import { describe, expect, test } from 'vitest';
import { type ApplyProgress, apply, splitByPhase } from '../../../src/apply/apply.ts';
import { compile } from '../../../src/pipeline/compile.ts';
import { diff } from '../../../src/plan/diff.ts';
import { type Step, turnOf } from '../../../src/plan/step.ts';
import type { Device } from '../../../src/state/device.ts';
import { PHASE_TITLES, PHASES } from '../../../src/state/kind.ts';
import { labOf } from '../resolve/lab-of.ts';
import { fakeSandbox } from './fake-sandbox.ts';

const steps = diff(new Map(), compile(labOf('nodes: { a: {}, b: {} }\npods: { p: {}, q: {} }'), { ipv6: true }));
const quiet = { onProgress: () => undefined };

describe('apply', () => {
  test('passes one phase after the other and tells how far it is', async () => {
    const sandbox = fakeSandbox(() => undefined);
    const progress: ApplyProgress[] = [];
    expect(await apply(steps, sandbox, { onProgress: one => progress.push(one) })).toBeUndefined();
    expect(Math.max(...sandbox.jobs.map(({ round }) => round))).toBe(splitByPhase(steps).length);
    const last = progress.filter(({ done, total }) => done === total).map(({ phase, total }) => [phase, total]);
    expect(last.map(([phase]) => phase)).toEqual([...new Set(progress.map(({ phase }) => phase))]);
    expect(last.reduce((sum, [, total]) => sum + Number(total), 0)).toBe(steps.length);
  });

  test('moves within a phase that is one long batch, and counts every step once', async () => {
    const pods = diff(
      new Map(),
      compile(labOf('nodes: { n: { replicas: 3 } }\npods: { p: { replicas: 600 } }'), { ipv6: true }),
    );
    const progress: ApplyProgress[] = [];
    await apply(
      pods,
      fakeSandbox(() => undefined),
      { onProgress: one => progress.push(one) },
    );
    for (const phase of splitByPhase(pods).filter(({ length }) => length > 600)) {
      const [first] = phase;
      const title = first && PHASE_TITLES[turnOf(first).phase];
      const told = progress.filter(one => one.phase === title).map(({ done }) => done);
      expect(told.length).toBeGreaterThan(2);
      expect(told).toEqual([...new Set(told)].sort((a, b) => a - b));
      expect(told.at(-1)).toBe(phase.length);
    }
  });

  test('calls a step done once, when the last of its commands is', async () => {
    const device = (ns: string, of: Partial<Device>): Device => {
      return { kind: 'device', ns, name: 'eth0', up: true, mtu: 1500, master: null, addrGenMode: 'none', ...of };
    };
    const change = (ns: string, of: Partial<Device>): Step => {
      return { operation: 'change', object: device(ns, of), was: device(ns, {}), why: '', source: [] };
    };
    const both = Array.from({ length: 130 }, (_, index) => change(`n${index}`, { mtu: 1400, addrGenMode: 'eui64' }));
    const told: number[] = [];
    await apply(
      [change('a', { mtu: 1400 }), ...both],
      fakeSandbox(() => undefined),
      { onProgress: ({ done }) => told.push(done) },
    );
    expect(told).toEqual([0, 125, 131]);
  });

  test('stops at the first failure and says which command it was', async () => {
    const sandbox = fakeSandbox(({ ns, argv }) =>
      ns === 'p' && argv[0] === 'ip' ? { code: 1, stderr: 'RTNETLINK answers: no\nCommand failed -:2\n' } : undefined,
    );
    const failure = await apply(steps, sandbox, quiet);
    expect(failure?.stderr).toBe('RTNETLINK answers: no\nCommand failed -:2');
    expect(failure?.unit.command).toEqual({
      ns: 'p',
      argv: ['ip', 'link', 'set', 'dev', 'eth0', 'addrgenmode', 'none'],
    });
    expect(failure && turnOf(failure.unit.step).phase).toBe(PHASES.inside);
    expect(sandbox.jobs.at(-1)?.ns).toBe('p');
  });

  test('blames the first command of a job that does not say which failed', async () => {
    const failure = await apply(
      steps,
      fakeSandbox(() => ({ code: 139 })),
      quiet,
    );
    expect(failure?.unit.command.argv).toEqual(['ip', 'netns', 'add', 'lan']);
  });

  test('rejects once it is told to stop', async () => {
    const controller = new AbortController();
    const sandbox = fakeSandbox(() => {
      controller.abort(new Error('stop'));
      return undefined;
    });
    await expect(apply(steps, sandbox, { ...quiet, signal: controller.signal })).rejects.toThrow('stop');
    expect(sandbox.jobs.every(({ round }) => round === 1)).toBe(true);
  });

  test('asks for few jobs at once, so that progress is seen to move', async () => {
    const pods = diff(new Map(), compile(labOf('nodes: { n: {} }\npods: { p: { replicas: 252 } }'), { ipv6: true }));
    const sandbox = fakeSandbox(() => undefined);
    await apply(pods, sandbox, quiet);
    const rounds = sandbox.jobs.map(({ round }) => round);
    const perRound = rounds.map(round => rounds.filter(other => other === round).length);
    expect(Math.max(...perRound)).toBe(250);
  });
});
