/**
 * One netlab at a time works on a lab: a user and a lab's name come in, out goes a lock that only one process holds.
 *
 * The lock is a listening socket in Linux' abstract namespace: no file, and the kernel takes it away with its process
 * however that ends. A second netlab connects, is told who holds it, and waits for the connection to close.
 */
import net from 'node:net';
import readline from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDeadline } from '../../linux/deadline.ts';
import type { Lock, LockHolder, LockOptions } from '../../sandbox/sandbox.ts';

/** The time was up; `holder` is unknown where it did not answer. */
export class LockTimeout extends Error {
  override readonly name = 'LockTimeout';
  readonly holder: LockHolder | undefined;
  constructor(lab: string, holder: LockHolder | undefined) {
    super(`lab ${lab} is busy: ${holder === undefined ? 'another netlab' : describeHolder(holder)} holds it`);
    this.holder = holder;
  }
}

const RETRY_MS = 10;
const ANSWER_MS = 500;

/** Waits for its turn. Rejects with `LockTimeout`. */
export async function acquireLock(lab: string, what: string, options: LockOptions): Promise<Lock> {
  const { onWait, onSilence, timeoutMs } = options;
  const over = new AbortController();
  const begin = () => (timeoutMs === undefined ? undefined : startDeadline(timeoutMs, () => over.abort()));
  let deadline = begin();
  let holder: LockHolder | undefined;
  const tell = (found: LockHolder): void => {
    if (found.pid === holder?.pid) return;
    onWait?.(found);
    holder = found;
    deadline?.cancel();
    deadline = begin();
  };
  try {
    for (;;) {
      const lock = await tryLock(socketPath(lab), { pid: process.pid, what });
      if (lock !== undefined) return lock;
      await waitForHolder(socketPath(lab), tell, () => onSilence?.(), over.signal);
      if (over.signal.aborted) throw new LockTimeout(lab, holder);
    }
  } finally {
    deadline?.cancel();
  }
}

/** The zero byte at its beginning makes the name abstract. It may have 107 bytes; a lab's name has at most 63. */
function socketPath(lab: string): string {
  return `\0netlab/${process.getuid?.() ?? 0}/${lab}`;
}

function describeHolder({ pid, what }: LockHolder): string {
  return `\`netlab ${what}\` (process ${pid})`;
}

/** Undefined where another process listens already. */
function tryLock(path: string, holder: LockHolder): Promise<Lock | undefined> {
  const waiting = new Set<net.Socket>();
  const server = net.createServer(socket => greet(socket, holder, waiting));
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(path, () => resolve({ release: () => release(server, waiting) }));
    server.unref();
  });
}

/** Says who holds the lock, and leaves the connection open: its end is what the other side waits for. */
function greet(socket: net.Socket, holder: LockHolder, waiting: Set<net.Socket>): void {
  waiting.add(socket);
  socket.unref();
  socket.on('error', () => undefined);
  socket.on('close', () => waiting.delete(socket));
  socket.write(`${JSON.stringify(holder)}\n`);
}

/** The socket stops listening first, so that waiting processes find the lock free. Harmless the second time. */
function release(server: net.Server, waiting: ReadonlySet<net.Socket>): void {
  server.close();
  for (const socket of waiting) socket.destroy();
}

/** Returns when the holder has let go, has died, or the time is up. */
async function waitForHolder(
  path: string,
  tell: (holder: LockHolder) => void,
  tellSilence: () => void,
  signal: AbortSignal,
): Promise<void> {
  const socket = net.connect({ path, signal });
  // Ctrl-Z stops a holder without ending it: it does not answer then.
  const silence = setTimeout(tellSilence, ANSWER_MS);
  await new Promise<void>(resolve => {
    readline
      .createInterface({ input: socket })
      .on('line', line => {
        clearTimeout(silence);
        tellOnce(line, tell);
      })
      .on('error', () => undefined);
    socket.on('error', () => undefined); // The holder went away between our two looks, or the time is up.
    socket.on('close', () => resolve());
  });
  clearTimeout(silence);
  // The holder may not be listening yet, or no longer.
  if (!signal.aborted) await sleep(RETRY_MS);
}

function tellOnce(line: string, tell: (holder: LockHolder) => void): void {
  try {
    tell(JSON.parse(line) as LockHolder);
  } catch {
    // Another program listens under our name: there is nothing to tell of it.
  }
}
