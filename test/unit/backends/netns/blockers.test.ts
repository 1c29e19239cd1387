/** Who keeps a PID namespace from ending, told from a table of processes. */
import { expect, test } from 'vitest';
import { findBlockers, type SeenProcess } from '../../../../src/backends/netns/blockers.ts';

const HOST = 'pid:[1]';
const LAB = 'pid:[2]';
const CONTAINER = 'pid:[3]';

const seen = (pid: number, parent: number, space: string, more: Partial<SeenProcess> = {}): SeenProcess => ({
  ...{ pid, parent, space, startTime: '1', uid: 0, state: 'S', tracer: 0, isInit: false },
  ...more,
});

const pause = seen(11, 10, LAB, { isInit: true });
const table = [
  seen(10, 1, HOST),
  pause,
  seen(12, 11, LAB),
  seen(13, 12, CONTAINER, { isInit: true }),
  // The same in another lab.
  seen(20, 1, HOST),
  seen(21, 20, 'pid:[4]', { isInit: true }),
];
const pidsOf = (processes: readonly SeenProcess[]) => processes.map(({ pid }) => pid).sort();

test('what is in the namespace and in those within it', () => {
  const { left, awaited } = findBlockers(LAB, table);
  expect(pidsOf(left)).toEqual([11, 12, 13]);
  expect(pidsOf(awaited)).toEqual([10]);
});

test('the parents outside of what has entered it, and who traces something in it', () => {
  const entered = [
    seen(30, 1, HOST, { state: 'T' }),
    seen(31, 30, LAB, { state: 'Z' }),
    seen(40, 1, HOST),
    seen(41, 40, CONTAINER),
    seen(50, 1, HOST),
    seen(14, 12, LAB, { tracer: 50 }),
  ];
  expect(pidsOf(findBlockers(LAB, [...table, ...entered]).awaited)).toEqual([10, 30, 40, 50]);
});
