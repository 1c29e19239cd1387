/**
 * One netlab at a time works on a lab: a user and a lab's name come in, out goes a lock that only one process holds.
 *
 * The lock is a listening socket in Linux' abstract namespace: no file, and the kernel takes it away with its process
 * however that ends. A second netlab connects, is told who holds it, and waits for the connection to close.
 *
 * A lock counts if a process of this user has it (`lock-holder.ts`): others are passed over, and a name of one's own is
 * taken. Whoever has a name then looks whether another process of this user has one too; of two that do so at once at least
 * the later sees the other, and gives its own back.
 */
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDeadline } from '../../linux/deadline.ts';
import { describeHold, findHold } from '../../linux/hold.ts';
import type { Lock, LockHolder, LockOptions } from '../../sandbox/sandbox.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import { type FoundHolder, findHolder, isOwnPeer } from './lock-holder.ts';
import { anotherName, listNames, usualName } from './lock-names.ts';
import { type EndOfWait, waitForHolder } from './wait-for-holder.ts';

/** The time was up, or who holds the lock does not go on. */
export class LockTimeout extends SandboxError {
  constructor(lab: string, holder: LockHolder, remedy: string) {
    super(`lab ${lab} is busy: ${describeHolder(holder)} holds it${remedy}`);
  }
}

/** As long as the longest `up` may take; another one that ends later is not waited for. */
const LONGEST_MS = 600_000;
/** Two that have got in each other's way do not begin again at the same moment. */
const RETRY_MS = 10;

/** Waits for its turn. Rejects with `LockTimeout`. */
export async function acquireLock(lab: string, what: string, options: LockOptions): Promise<Lock> {
  const { onWait, onSilence, onStranger, timeoutMs = LONGEST_MS } = options;
  const over = new AbortController();
  const begin = () => startDeadline(timeoutMs, () => over.abort());
  let deadline = begin();
  let holder: LockHolder | undefined;
  const tell = (found: LockHolder): void => {
    if (found.pid === holder?.pid) return;
    onWait?.(found);
    holder = found;
    deadline.cancel();
    deadline = begin();
  };
  const passedOver = new Set<number>();
  const onPassOver = (uid: number) => {
    if (!passedOver.has(uid)) onStranger?.(uid);
    passedOver.add(uid);
  };
  try {
    for (;;) {
      const turn = await tryTurn(lab, { pid: process.pid, what }, onPassOver);
      if ('release' in turn) return turn;
      const why = await waitForHolder(turn, { tell, tellSilence: () => onSilence?.() }, over.signal);
      if (why !== 'gone') throw new LockTimeout(lab, holder ?? { pid: turn.pid, what: '' }, remedyFor(why, turn.pid));
      await sleep(RETRY_MS * (1 + Math.random()));
    }
  } finally {
    deadline.cancel();
  }
}

/** Undefined where nobody but this process has it. */
export async function findLockHolder(lab: string): Promise<LockHolder | undefined> {
  for (const name of new Set([usualName(lab), ...listNames(lab)])) {
    const found = await findHolder(name, lab, () => undefined);
    if (!found) continue;
    let holder: LockHolder = { pid: found.pid, what: '' };
    const over = new AbortController();
    const tell = (said: LockHolder) => {
      holder = said;
      over.abort();
    };
    await waitForHolder(found, { tell, tellSilence: () => over.abort() }, over.signal);
    return holder.pid === process.pid ? undefined : holder;
  }
  return undefined;
}

function remedyFor(why: EndOfWait, pid: number): string {
  const hold = why === 'stopped' ? findHold(pid) : undefined;
  if (hold?.kind === 'frozen') return `, and ${describeHold(pid, hold)}`;
  if (why === 'stopped')
    return `, and is stopped: let it go on ("fg", or kill -CONT ${pid}), or end it (kill -KILL ${pid})`;
  return why === 'silent' ? `, and does not answer: end it (kill -KILL ${pid})` : '';
}

function describeHolder({ pid, what }: LockHolder): string {
  return what === '' ? `process ${pid}` : `\`netlab ${what}\` (process ${pid})`;
}

/** The lock, or who has it. */
async function tryTurn(lab: string, own: LockHolder, onPassOver: (uid: number) => void): Promise<Lock | FoundHolder> {
  const usual = usualName(lab);
  const first = await listen(usual, own);
  const before = first ? undefined : await findHolder(usual, lab, onPassOver);
  if (before) return before;
  const taken = first ? { name: usual, lock: first } : await takeAnother(lab, own);
  for (const name of listNames(lab)) {
    const other = name === taken.name ? undefined : await findHolder(name, lab, onPassOver);
    if (!other) continue;
    taken.lock.release();
    return other;
  }
  return taken.lock;
}

async function takeAnother(lab: string, own: LockHolder): Promise<{ readonly name: string; readonly lock: Lock }> {
  for (;;) {
    const name = anotherName(lab);
    const lock = await listen(name, own);
    if (lock) return { name, lock };
  }
}

/** Undefined where another process listens already. */
function listen(name: string, holder: LockHolder): Promise<Lock | undefined> {
  const waiting = new Set<net.Socket>();
  const server = net.createServer(socket => void greet(socket, holder, waiting));
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(name, () => resolve({ release: () => release(server, waiting) }));
    server.unref();
  });
}

/**
 * Says who holds the lock, and leaves the connection open: its end is what the other side waits for. A process of another
 * user has no business here.
 */
async function greet(socket: net.Socket, holder: LockHolder, waiting: Set<net.Socket>): Promise<void> {
  waiting.add(socket);
  socket.unref();
  socket.on('error', () => undefined);
  socket.on('close', () => waiting.delete(socket));
  if (await isOwnPeer(socket)) socket.write(`${JSON.stringify(holder)}\n`);
  else socket.destroy();
}

/** The socket stops listening first, so that waiting processes find the lock free. Harmless the second time. */
function release(server: net.Server, waiting: ReadonlySet<net.Socket>): void {
  server.close();
  for (const socket of waiting) socket.destroy();
}
