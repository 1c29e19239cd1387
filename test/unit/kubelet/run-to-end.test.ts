import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';

vi.mock('../../../src/memory/folders.ts', async importOriginal => ({
  ...(await importOriginal<object>()),
  FOLDER: mkdtempSync(join(tmpdir(), 'kubelet-')),
}));
const { runToEnd } = await import('../../../src/kubelet/run-to-end.ts');
const { makeChildren } = await import('../../../src/kubelet/children.ts');

test('a program that hangs is ended with what it has started, and waited for no longer, even if it does not go', async () => {
  const child = spawn('sh', ['-c', 'sleep 1000; true'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const start = (output: number) => {
    writeSync(output, 'so far\n');
    return child.pid ?? 0;
  };
  const ended = once(child.stdout, 'close');
  const finished = await runToEnd(makeChildren(), start, 300);
  expect(finished).toEqual({ code: 137, text: 'so far\nhas not ended within 0.3 s' });
  await ended;
});

test('one that ends in its time is told as it ended', async () => {
  const children = makeChildren();
  const run = runToEnd(children, () => 7, 60_000);
  children.ended([{ pid: 7, waitStatus: 3 << 8 }]);
  expect(await run).toEqual({ code: 3, text: '' });
});
