/** What tasks wait for, and by which clock. */
import { closeSync, writeSync } from 'node:fs';
import { expect, it } from 'vitest';
import { makeEventLoop, now } from '../../../../src/agent/probe/event-loop.ts';
import { READABLE, type Steps } from '../../../../src/agent/probe/task.ts';
import { pipe2 } from '../../../../src/linux/libc.ts';

/** Whether a task that has so much patience gets what another writes after doing something else. */
function isHeard(patienceMs: number, doFirst: () => void, writeAfterMs: number): boolean {
  const ends = new Int32Array(2);
  pipe2(ends, 0);
  const [readEnd = -1, writeEnd = -1] = ends;
  const loop = makeEventLoop();
  let heard = false;
  const listen = function* (): Steps<void> {
    heard = yield { fd: readEnd, events: READABLE, until: loop.now() + patienceMs };
  };
  const write = function* (): Steps<void> {
    doFirst();
    yield { until: loop.now() + writeAfterMs };
    writeSync(writeEnd, 'x');
  };
  const tasks = [listen(), write()].values();
  try {
    loop.runAll(
      () => tasks.next().value,
      2,
      () => 1,
    );
  } finally {
    loop.close();
    for (const end of ends) closeSync(end);
  }
  return heard;
}

const standStill = (ms: number) => () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

it('gives up when the time is over', () => {
  const since = now();
  expect(isHeard(50, () => undefined, 300)).toBe(false);
  expect(now() - since).toBeGreaterThan(250);
});

it('does not take the time for over in which the machine stood still', () => {
  expect(isHeard(500, standStill(1000), 20)).toBe(true);
});
