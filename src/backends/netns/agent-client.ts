/**
 * The agent as seen from netlab: a request goes out to the program inside the sandbox, a promise of its answer comes
 * back. It is started at the first request, or ahead of it by `warmUp`.
 */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AgentNews, AgentReply, AgentRequest } from '../../agent/protocol.ts';
import { HostError } from '../../sandbox/host-error.ts';
import type { OnDone, RunningLab } from '../../sandbox/sandbox.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import { toldHostError } from '../../sandbox/system-error.ts';
import { enterSandbox } from './enter.ts';
import { isRunning } from './find-labs.ts';
import { spawnHelper } from './helper-process.ts';
import { runHelperToEnd } from './run-helper.ts';
import { watchHelper } from './watch-helper.ts';

const NEWLINE = 10;
/** It only puts back a few settings; what is frozen does not do so at all. */
const LONGEST_NEXT_MS = 30_000;
const NOT_PUT_BACK = 'another one, which should put back what it had changed for a time, has not come to its end';

export interface Agent {
  warmUp(): void;
  /** Rejects where the agent says that it failed, or ends before it answers. */
  ask(request: AgentRequest, onDone?: OnDone): Promise<unknown>;
  /** From now on it waits for none of its tools that does nothing. */
  hurry(): void;
  close(): void;
}

/** One line for the user, while something is waited for. */
export type Tell = (line: string) => void;

interface Waiter {
  readonly onDone: OnDone;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Of all that an agent is asked and has not answered. */
interface Talk {
  readonly waiters: Waiter[];
  /** How much it has said. */
  said: number;
  isHurried: boolean;
  isClosed: boolean;
  /** Set where it is waited for no longer: what it does from then on, it does for nobody. */
  lost?: SandboxError;
}

/** Namespaces whose names begin with `scratch` are removed when it ends. */
export function makeAgent(lab: RunningLab, scratch: string, tell: Tell): Agent {
  let process: ChildProcessWithoutNullStreams | undefined;
  const talk: Talk = { waiters: [], said: 0, isHurried: false, isClosed: false };
  const started = (): ChildProcessWithoutNullStreams => {
    if (talk.lost) throw talk.lost;
    process ??= startAgent(lab, scratch, talk, tell).once('close', () => {
      process = undefined;
    });
    return process;
  };
  return {
    warmUp: () => {
      try {
        started();
      } catch {
        // Whoever asks it something hears of it, and by then can take back what there is already.
      }
    },
    ask: (request, onDone = () => undefined) =>
      new Promise((resolve, reject) => {
        const { stdin } = started();
        // To take a change back may take its time.
        if (request.op === 'take-back') talk.isHurried = false;
        talk.waiters.push({ resolve, reject, onDone });
        stdin.write(`${JSON.stringify(request)}\n`);
      }),
    hurry: () => {
      talk.isHurried = true;
    },
    close: () => {
      talk.isClosed = true;
      process?.stdin.end();
    },
  };
}

/** The command that runs the agent in the sandbox. */
function agentCommand(lab: RunningLab, scratch: string): string[] {
  return [...enterSandbox(lab), process.execPath, agentFile(), scratch];
}

/** The bundled agent is in the folder of the bundled netlab; seen from the sources it is in the folder of the build. */
function agentFile(): string {
  const places = ['./agent.cjs', '../../../dist/agent.cjs'].map(place =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  const found = places.find(place => existsSync(place));
  if (found === undefined) throw new Error('the agent has not been built: run `npm run build`');
  return found;
}

function startAgent(lab: RunningLab, scratch: string, talk: Talk, tell: Tell): ChildProcessWithoutNullStreams {
  // Its number may by now be another process', whose namespaces are none of our business.
  if (!isRunning(lab)) throw new SandboxError(notRunning(lab));
  const child = spawnHelper(agentCommand(lab, scratch));
  const said: Buffer[] = [];
  child.stderr.on('data', (piece: Buffer) => said.push(piece));
  const { waiters } = talk;
  eachLine(child.stdout, line => {
    talk.said++;
    hear(waiters, line);
  });
  watchAgent(child, lab, talk, tell);
  child.on('error', error => rejectAll(waiters, error));
  child.on('close', async () => {
    if (talk.lost) return;
    const failure = toEnding(lab, Buffer.concat(said).toString().trim());
    const hasPutBack = waiters.length === 0 || !isRunning(lab) || (await runNextAgent(lab, scratch));
    rejectAll(
      waiters,
      hasPutBack || failure instanceof HostError ? failure : new SandboxError(`${failure.message}; ${NOT_PUT_BACK}`),
    );
  });
  return child;
}

/** Also where it only has to end: it takes with it what it has made for a time. */
function watchAgent(child: ChildProcessWithoutNullStreams, lab: RunningLab, talk: Talk, tell: Tell): void {
  const name = workerOf(lab);
  watchHelper(child, {
    name,
    isAwaited: () => talk.waiters.length > 0 || talk.isClosed,
    said: () => talk.said,
    isHurried: () => talk.isHurried,
    tell,
    giveUp: why => {
      const message = `${name} is waited for no longer: ${why}`;
      talk.lost = new SandboxError(`${message}; a change that it has begun it takes back as soon as it goes on`);
      if (talk.waiters.length === 0) tell(message);
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      child.unref();
      rejectAll(talk.waiters, talk.lost);
    },
  });
}

/** An agent puts back what one before it, which was killed, has changed for a time: so another is started at once. */
async function runNextAgent(lab: RunningLab, scratch: string): Promise<boolean> {
  return runHelperToEnd(agentCommand(lab, scratch), LONGEST_NEXT_MS);
}

function toEnding(lab: RunningLab, said: string): Error {
  if (!isRunning(lab)) return new SandboxError(notRunning(lab));
  const worker = workerOf(lab);
  const text = `${worker} ended unexpectedly${said === '' ? '' : `: ${said}`}`;
  return toldHostError(worker, said) ?? new SandboxError(text);
}

const workerOf = (lab: RunningLab) => `the worker inside lab ${lab.name}`;

function notRunning(lab: RunningLab): string {
  return `lab ${lab.name} is not running any more`;
}

function hear(waiters: Waiter[], line: string): void {
  const message = JSON.parse(line) as AgentReply | AgentNews;
  if ('done' in message) for (const index of message.done) waiters[0]?.onDone(index);
  else settle(waiters.shift(), message);
}

function settle(waiter: Waiter | undefined, reply: AgentReply): void {
  if (reply.ok) waiter?.resolve(reply.value);
  else waiter?.reject(toError(reply));
}

function toError(reply: Exclude<AgentReply, { readonly ok: true }>): Error {
  switch (reply.cause) {
    case 'host':
      return new HostError(reply.error, reply.fixes);
    case 'sandbox':
      return new SandboxError(reply.error);
    case 'defect':
      return new Error(reply.error);
  }
}

function rejectAll(waiters: Waiter[], error: Error): void {
  for (const waiter of waiters.splice(0)) waiter.reject(error);
}

/** Calls back with each line. An answer may be megabytes long, so its pieces are joined only once. */
function eachLine(stream: NodeJS.ReadableStream, use: (line: string) => void): void {
  let pieces: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      use(Buffer.concat([...pieces, chunk.subarray(start, end)]).toString('utf8'));
      pieces = [];
      start = end + 1;
    }
    if (start < chunk.length) pieces.push(chunk.subarray(start));
  });
}
