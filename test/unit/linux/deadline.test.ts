import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { startDeadline } from '../../../src/linux/deadline.ts';

/** As on a machine that does not run this process. */
function standStill(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test('ends once, after its time', async () => {
  const end = vi.fn();
  const since = performance.now();
  await new Promise<void>(resolve => {
    startDeadline(250, () => resolve(end()));
  });
  expect(performance.now() - since).toBeGreaterThan(240);
  await sleep(300);
  expect(end).toHaveBeenCalledTimes(1);
});

test('does not count the time in which nothing ran', async () => {
  const end = vi.fn();
  startDeadline(250, end);
  standStill(1000);
  await nextTurn();
  expect(end).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(end).toHaveBeenCalled(), 30_000);
});

test('can be stopped', async () => {
  const end = vi.fn();
  const deadline = startDeadline(250, end);
  await sleep(150);
  deadline.cancel();
  await sleep(300);
  expect(end).not.toHaveBeenCalled();
});
