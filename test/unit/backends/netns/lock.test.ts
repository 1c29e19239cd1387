import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { acquireLock } from '../../../../src/backends/netns/lock.ts';
import type { LockOptions } from '../../../../src/sandbox/sandbox.ts';

const LAB = `lock-${process.pid}`;
const PATIENCE = { timeout: 30_000 };

/** Holds the lock and says so, as another process would. Returns what lets go of it. */
async function hold(pid: number): Promise<() => void> {
  const sockets: net.Socket[] = [];
  const server = net.createServer(socket => {
    sockets.push(socket.on('error', () => undefined));
    socket.write(`${JSON.stringify({ pid, what: 'up' })}\n`);
  });
  await new Promise<void>(done => server.listen(`\0netlab/${process.getuid?.() ?? 0}/${LAB}`, done));
  return () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
}

function wait(timeoutMs: number) {
  const waitedFor: number[] = [];
  const options: LockOptions = { timeoutMs, onWait: ({ pid }) => void waitedFor.push(pid) };
  const lock = acquireLock(LAB, 'down', options);
  const untilTold = (pid: number) => vi.waitFor(() => expect(waitedFor.at(-1)).toBe(pid), PATIENCE);
  return { lock, untilTold };
}

test('has as much patience with each holder', async () => {
  let release = await hold(1);
  const { lock, untilTold } = wait(1000);
  for (const next of [2, 3, 4]) {
    await untilTold(next - 1);
    await sleep(400);
    release();
    release = await hold(next);
  }
  await untilTold(4);
  release();
  (await lock).release();
});

test('names one that keeps it', async () => {
  const release = await hold(7);
  await expect(wait(500).lock).rejects.toThrow('`netlab up` (process 7) holds it');
  release();
});

test('does not count the time in which nothing ran', async () => {
  const release = await hold(8);
  const { lock, untilTold } = wait(500);
  await untilTold(8);
  const end = performance.now() + 1500;
  while (performance.now() < end);
  await sleep(10);
  release();
  (await lock).release();
});
