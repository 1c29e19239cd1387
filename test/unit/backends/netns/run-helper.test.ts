import { expect, test } from 'vitest';
import { runHelperToEnd } from '../../../../src/backends/netns/run-helper.ts';

test('a helper is run to its end', async () => {
  expect(await runHelperToEnd(['cat'], 30_000)).toBe(true);
});

test('one that does not end is waited for no longer than its time, also where something else keeps its pipes', async () => {
  const begin = performance.now();
  expect(await runHelperToEnd(['sh', '-c', 'sleep 3 & sleep 3'], 200)).toBe(false);
  expect(performance.now() - begin).toBeLessThan(2500);
});

test('one that cannot be started has not come to its end', async () => {
  expect(await runHelperToEnd(['/no/such/program'], 30_000)).toBe(false);
});
