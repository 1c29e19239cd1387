/**
 * A program for kernel tests that is everybody in a lab at once: it has sockets in all its network namespaces, and tries many
 * connections at the same time. Calls come in on standard input, one a line as JSON; an answer goes out for each.
 *
 * It runs in the lab's own namespaces, and knows nothing of netlab. Node makes a socket on the main thread, which setns(2) moves.
 */
import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import readline from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import koffi from 'koffi';

export interface Attempt {
  readonly ns: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
  /** Whether an answer is waited for as long as it takes; else only for a moment after all that are waited for have come. */
  readonly isExpected: boolean;
}

/** `open`: there was an answer, if only that nobody listens; `silent`: none; else the name of an error. */
export type Outcome = string;

const CLONE_NEWNET = 0x40000000;
const PATIENCE_MS = 30_000;
const AGAIN_MS = 500;
/** A packet between namespaces arrives before the call that sends it has returned: this is for whoever has to answer. */
const QUIET_MS = 150;

const setns = koffi.load(null).func('int setns(int, int)') as (fd: number, type: number) => number;

function enter(ns: string): void {
  const fd = openSync(`/run/netns/${ns}`, 'r');
  const result = setns(fd, CLONE_NEWNET);
  closeSync(fd);
  if (result !== 0) throw new Error(`cannot enter ${ns}`);
}

/** What is asked for are addresses: looking them up must not wait. */
const lookup = (host: string, _: unknown, done: (error: null, address: string, family: number) => void) =>
  done(null, host, host.includes(':') ? 6 : 4);
const makeSocket = (type: 'udp4' | 'udp6') => createSocket({ type, lookup: lookup as never });

/** Takes connections and says on them what it hears; answers datagrams; on both families. */
function listen(namespaces: readonly string[], ports: readonly number[]): void {
  for (const ns of namespaces) {
    enter(ns);
    for (const port of ports) {
      createServer(client => client.on('error', () => undefined).pipe(client)).listen(port);
      const socket = makeSocket('udp6');
      socket.on('message', (text, peer) => socket.send(text, peer.port, peer.address));
      socket.bind(port);
    }
  }
}

let nextPort = 0;
/** No flow is taken for an earlier one, which connection tracking may remember. */
const freshPort = () => 10_000 + (nextPort++ % 50_000);

async function attempt(attempts: readonly Attempt[]): Promise<Outcome[]> {
  const outcomes = new Map<number, Outcome>();
  const sockets: (Socket | Datagrams)[] = [];
  const resend: (() => void)[] = [];
  const byNamespace = new Map<string, number[]>();
  for (const [index, { ns }] of attempts.entries()) byNamespace.set(ns, [...(byNamespace.get(ns) ?? []), index]);
  for (const [ns, indexes] of byNamespace) {
    enter(ns);
    const senders = new Map<'udp4' | 'udp6', Datagrams>();
    for (const index of indexes) {
      const { address, port, protocol } = attempts[index] as Attempt;
      if (protocol === 'TCP') {
        const socket = connect({ host: address, port });
        const end = (outcome: Outcome) => {
          outcomes.set(index, outcome);
          socket.resetAndDestroy();
        };
        socket.once('connect', () => end('open'));
        socket.on('error', (error: NodeJS.ErrnoException) =>
          end(error.code === 'ECONNREFUSED' ? 'open' : (error.code ?? String(error))),
        );
        sockets.push(socket);
        continue;
      }
      const type = address.includes(':') ? 'udp6' : 'udp4';
      const sender = senders.get(type) ?? makeSocket(type);
      if (!senders.has(type)) {
        senders.set(type, sender);
        sockets.push(sender);
        sender.on('message', text => outcomes.set(Number(text.toString()), 'open'));
        sender.bind(freshPort());
      }
      const send = () =>
        sender.send(String(index), port, address, error => {
          if (error) outcomes.set(index, (error as NodeJS.ErrnoException).code ?? String(error));
        });
      send();
      resend.push(() => attempts[index]?.isExpected && !outcomes.has(index) && send());
    }
    // Connections begin in the next turn.
    await new Promise(setImmediate);
  }
  await untilAnswered(attempts, outcomes, resend);
  for (const socket of sockets) 'destroy' in socket ? socket.destroy() : socket.close();
  return attempts.map((_, index) => outcomes.get(index) ?? 'silent');
}

async function untilAnswered(
  attempts: readonly Attempt[],
  outcomes: ReadonlyMap<number, Outcome>,
  resend: readonly (() => void)[],
): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  let next = performance.now() + AGAIN_MS;
  const isMissing = () => attempts.some(({ isExpected }, index) => isExpected && !outcomes.has(index));
  while (isMissing() && performance.now() < end) {
    await sleep(5);
    if (performance.now() < next) continue;
    for (const again of resend) again();
    next = performance.now() + AGAIN_MS;
  }
  await sleep(QUIET_MS);
  // Where the machine stood still meanwhile, what has come is still to be read.
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
}

let held: Socket | undefined;

/** Opens a connection that stays. */
async function hold(ns: string, address: string, port: number): Promise<void> {
  enter(ns);
  const socket = connect({ host: address, port });
  held = socket;
  await once(socket, 'connect');
}

/** Whether what is said on it comes back. */
async function say(): Promise<boolean> {
  if (!held) return false;
  held.write('still there');
  const [text] = await Promise.race([once(held, 'data'), sleep(PATIENCE_MS, [''])]);
  return String(text).includes('still there');
}

const calls = { listen, attempt, hold, say };
export type Calls = typeof calls;

for await (const line of readline.createInterface({ input: process.stdin })) {
  const [name, ...args] = JSON.parse(line) as [keyof Calls, ...never[]];
  const value = await (calls[name] as (...args: unknown[]) => unknown)(...args);
  process.stdout.write(`${JSON.stringify(value ?? null)}\n`);
}
process.exit();
