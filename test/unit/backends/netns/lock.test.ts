import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { acquireLock } from '../../../../src/backends/netns/lock.ts';
import type { LockHolder, LockOptions } from '../../../../src/sandbox/sandbox.ts';

const LAB = `lock-${process.pid}`;
const PATIENCE = { timeout: 30_000 };
const isRoot = process.getuid?.() === 0;
const ANOTHER_USER = 65534;

/** Listens where the lock is and says something, which is a JavaScript expression, to each who connects. */
const HOLDER = `
  const [name, words] = process.argv.slice(1);
  const say = socket => socket.on('error', () => 0).write(eval(words));
  const server = require('node:net').createServer(say);
  const listen = () => server.listen('\\0' + name.padEnd(107, '\\0'));
  server.on('listening', () => console.log('held'));
  server.on('error', () => setTimeout(listen, 1));
  server.once('error', () => console.log('waits'));
  listen();
`;
const UP = `'{"pid":1,"what":"up"}\\n'`;

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Holder {
  readonly pid: number;
  release(): void;
}

/** Another process that has the lock or waits for it, of the same user or, as root, of another one. */
async function hold(words = UP, uid = process.getuid?.() ?? 0): Promise<Holder> {
  const name = `netlab/${process.getuid?.() ?? 0}/${LAB}`;
  const who = uid === process.getuid?.() ? {} : { uid, gid: uid };
  const child = spawn(process.execPath, ['-e', HOLDER, name, words], { stdio: ['ignore', 'pipe', 'inherit'], ...who });
  children.push(child);
  await once(child.stdout, 'data');
  return { pid: child.pid ?? 0, release: () => void child.kill('SIGKILL') };
}

function wait(timeoutMs: number) {
  const waitedFor: LockHolder[] = [];
  const strangers: number[] = [];
  const options: LockOptions = {
    timeoutMs,
    onWait: holder => void waitedFor.push(holder),
    onStranger: uid => void strangers.push(uid),
  };
  const lock = acquireLock(LAB, 'down', options);
  lock.catch(() => undefined);
  const untilTold = (pid: number) => vi.waitFor(() => expect(waitedFor.at(-1)?.pid).toBe(pid), PATIENCE);
  return { lock, untilTold, waitedFor, strangers };
}

test('has as much patience with each holder', async () => {
  const first = await hold();
  const others = [await hold(), await hold()];
  const holders = new Map([first, ...others].map(holder => [holder.pid, holder]));
  const { lock, waitedFor } = wait(1500);
  for (let met = 1; met <= holders.size; met++) {
    await vi.waitFor(() => expect(waitedFor).toHaveLength(met), PATIENCE);
    await sleep(700);
    holders.get(waitedFor.at(-1)?.pid ?? 0)?.release();
  }
  (await lock).release();
  expect(new Set(waitedFor.map(({ pid }) => pid))).toEqual(new Set(holders.keys()));
});

test('names one that keeps it, as the kernel knows it', async () => {
  const { pid } = await hold();
  await expect(wait(500).lock).rejects.toThrow(`\`netlab up\` (process ${pid}) holds it`);
});

test('does not count the time in which nothing ran', async () => {
  const { pid, release } = await hold();
  const { lock, untilTold } = wait(500);
  await untilTold(pid);
  const end = performance.now() + 1500;
  while (performance.now() < end);
  await sleep(10);
  release();
  (await lock).release();
});

describe('takes what a holder says for no more than words', () => {
  test.each([
    ['another name', `'{"what":"up\\\\u001b]0;x\\\\u0007\\\\nlab is up"}\\n'`],
    ['no JSON', `'up\\n'`],
    ['nothing that ends', `'x'.repeat(1 << 20)`],
    ['null', `'null\\n'`],
  ])('%s', async (_, words) => {
    const { pid } = await hold(words);
    const { lock, untilTold, waitedFor } = wait(300);
    await untilTold(pid);
    expect(waitedFor).toEqual([{ pid, what: '' }]);
    await expect(lock).rejects.toThrow(`process ${pid} holds it`);
  });
});

test('gives up where the holder is stopped, and says how that ends', async () => {
  const { pid } = await hold();
  process.kill(pid, 'SIGSTOP');
  await expect(wait(60_000).lock).rejects.toThrow(`and is stopped: let it go on ("fg", or kill -CONT ${pid})`);
}, 30_000);

describe.runIf(isRoot)('a process of another user', () => {
  test.each([
    ['that says it holds the lock', UP],
    ['that says nothing', `''`],
    ['that never ends', `'x'.repeat(1 << 24)`],
  ])('%s holds nothing', async (_, words) => {
    await hold(words, ANOTHER_USER);
    const { lock, strangers, waitedFor } = wait(10_000);
    const held = await lock;
    expect({ strangers, waitedFor }).toEqual({ strangers: [ANOTHER_USER], waitedFor: [] });
    held.release();
  });

  test('beside which two of this user still take turns', async () => {
    const { release } = await hold(UP, ANOTHER_USER);
    const first = await wait(10_000).lock;
    const second = wait(1000);
    await second.untilTold(process.pid);
    // One that finds the usual name free sees the lock of the other name.
    release();
    await expect(second.lock).rejects.toThrow('holds it');
    const third = wait(20_000);
    await third.untilTold(process.pid);
    first.release();
    (await third.lock).release();
  });
});
