/** Attempts that may have been lost outside of the lab: neither that they came through nor that they did not is known. */
import { expect, it } from 'vitest';
import { ask } from './fake-probes.ts';

const LAB = `
name: inconclusive
nodes: { node1: {} }
pods: { a: {}, b: {} }
checks:
  open: { from: a, to: b, port: 80 }
  closed: { from: a, to: b, port: 81, expect: dropped }
`;
const FULL = 'the table was full';

it('fails a check that expects blocked, and one that does not, and looks for no culprit', async () => {
  const { findings } = await ask(LAB, () => ({
    ...{ verdict: 'dropped' as const, arrived: false, received: 0, rttMs: [] },
    ...{ reason: `no answer within 1 s; ${FULL}`, inconclusive: FULL },
  }));
  expect(findings.map(({ passed }) => passed)).toEqual([false, false]);
  expect(findings[0]?.message).toContain(`expected reachable, but dropped: no answer within 1 s; ${FULL}`);
  expect(findings[1]?.message).toContain(`expected dropped, and it was dropped, but that says nothing: ${FULL}`);
  expect(findings.flatMap(({ failed }) => failed)).toEqual([]);
});

it('leaves what came through alone', async () => {
  const { findings } = await ask(LAB, ({ port }) =>
    port === 81 ? { verdict: 'dropped', inconclusive: '' } : { inconclusive: FULL },
  );
  expect(findings.map(({ passed }) => passed)).toEqual([true, true]);
});
