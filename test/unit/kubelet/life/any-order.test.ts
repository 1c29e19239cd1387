/** Laws of pods and containers that hold whatever happens, and in whatever order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContainerEvent } from '../../../../src/kubelet/life/container-events.ts';
import { beginLife, isRunning, stepContainer } from '../../../../src/kubelet/life/container-life.ts';
import { anyActions, makeHost } from './any-host.ts';
import { containerOf, processOf, START } from './lives.ts';

const RUNS = { numRuns: 400 };

describe('a container to which anything may happen', () => {
  const other = containerOf({ command: ['other'] });
  const anyEvent: fc.Arbitrary<ContainerEvent> = fc.oneof(
    fc.record({ kind: fc.constant('adopted' as const), isAlive: fc.boolean() }),
    fc.record({
      kind: fc.constant('wanted' as const),
      process: fc.constantFrom(undefined, containerOf(), other),
      isLast: fc.boolean(),
    }),
    fc.record({ kind: fc.constantFrom('turn', 'start-asked', 'grace-over', 'forget-run', 'hang-up') }),
    fc.record({ kind: fc.constant('not-started' as const), why: fc.constant('no'), conflict: fc.constant(undefined) }),
    fc.record({ kind: fc.constant('running' as const), process: fc.integer({ min: 1, max: 9 }).map(processOf) }),
    fc.record({
      kind: fc.constant('ended' as const),
      exitCode: fc.constantFrom(undefined, 0, 1),
      conflict: fc.constant(undefined),
    }),
    fc.record({ kind: fc.constant('readiness' as const), ready: fc.boolean(), message: fc.constant('') }),
    fc.record({
      kind: fc.constant('probe-failed' as const),
      message: fc.constant('dead'),
      graceMs: fc.constantFrom(undefined, 0, 1000),
    }),
    fc.record({ kind: fc.constant('stop' as const), grace: fc.boolean() }),
    fc.record({ kind: fc.constant('started' as const) }),
    fc.record({ kind: fc.constant('finish' as const), graceMs: fc.constantFrom(2000, 30_000) }),
  );

  it('has a process exactly while it runs, is ready and stopped only then, and is started only where it does not', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyEvent, fc.integer({ min: 0, max: 20_000 })), { maxLength: 30 }), events => {
        let life = beginLife(containerOf());
        let now = START;
        for (const [event, after] of events) {
          now += after;
          const { life: next, effects } = stepContainer(life, event, now);
          if (effects.some(({ kind }) => kind === 'start')) {
            expect(isRunning(life)).toBe(false);
            expect(next.current).toEqual(life.wanted);
          }
          expect(next.status.process !== null).toBe(next.status.state === 'running');
          if (next.status.process !== null) expect(next.startingSince).toBeNull();
          if (next.status.ready || next.status.started) expect(next.status.process).not.toBeNull();
          if (next.isFinal) expect(next.isStopping).toBe(true);
          if (next.isStopping) expect(isRunning(next)).toBe(true);
          life = next;
        }
      }),
      RUNS,
    );
  });
});

describe('a pod on a host on which anything may happen', () => {
  it('has one process of each container at most, and ends as it is wanted', () => {
    fc.assert(
      fc.property(anyActions, actions => {
        const host = makeHost();
        for (const action of actions) {
          host.act(action);
          host.check();
        }
        host.settle();
        host.checkSettled();
        host.act({ kind: 'want', manifest: undefined, crashAfter: undefined });
        host.settle();
        host.checkGone();
      }),
      RUNS,
    );
  });
});
