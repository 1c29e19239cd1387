/**
 * Making a sandbox: a lab's name comes in, out goes a pause process that has made its namespaces and waits for us.
 *
 * Our end of its standard input is the only one there is, and Node marks it close-on-exec; so whatever ends this
 * process ends the sandbox, until `commit`.
 */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import readline from 'node:readline';
import { findChildren, isPrivileged } from '../../linux/proc.ts';
import { HostError } from '../../sandbox/host-error.ts';
import type { RunningLab } from '../../sandbox/sandbox.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import { toHostError } from '../../sandbox/system-error.ts';
import type { Tell } from './agent-client.ts';
import { readSandbox } from './find-labs.ts';
import { spawnHelper } from './helper-process.ts';
import { explainFailure, requireCommands, requireProc } from './host-limits.ts';
import { pauseArgv } from './pause.ts';
import { watchHelper } from './watch-helper.ts';

export interface Launched {
  readonly running: RunningLab;
  /** Has the pause process start the kubelet, whose script is there already. */
  startKubelet(): void;
  /** Makes the sandbox outlive this process. */
  commit(): Promise<void>;
  /** Waits for its end no longer. */
  letGo(): void;
}

/** Rejects with `HostError` where the host does not allow it; nothing is left then. */
export async function launchSandbox(
  lab: Pick<RunningLab, 'name' | 'docker'>,
  tell: Tell,
  signal?: AbortSignal,
): Promise<Launched> {
  requireProc();
  requireCommands();
  const privileged = isPrivileged();
  const child = spawnHelper(pauseArgv(lab, privileged));
  // A failed start shows as the end of its output.
  let failure: Error | undefined;
  child.on('error', error => {
    failure = error;
  });
  const wait = watchLaunch(child, lab.name, tell, signal);
  const readWord = readWords(child);
  const nextWord = () => wait(readWord());
  const said = collect(child.stderr);
  if ((await nextWord()) !== 'ready') throw toHostError(failure) ?? explainFailure(await wait(said), privileged);
  const running = findPause(child.pid ?? 0);
  if (running === undefined) {
    child.stdin.destroy();
    throw new HostError(`cannot make a sandbox: its first process cannot be found in /proc`);
  }
  return {
    running,
    startKubelet: () => void child.stdin.write('kubelet\n'),
    commit: () => commit(child, nextWord),
    letGo: () => letGo(child),
  };
}

async function commit(child: ChildProcessWithoutNullStreams, nextWord: () => Promise<string | undefined>) {
  child.stdin.write('commit\n');
  if ((await nextWord()) !== 'committed') throw new SandboxError('the sandbox ended before it could be committed');
  letGo(child);
}

function letGo(child: ChildProcessWithoutNullStreams): void {
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  child.unref();
}

/** Waits for what comes of it; rejects where it does not go on. */
function watchLaunch(child: ChildProcessWithoutNullStreams, lab: string, tell: Tell, signal?: AbortSignal) {
  const name = `the sandbox of lab ${lab}`;
  const over = new AbortController();
  let awaited = 0;
  const giveUp = (why: string) => {
    child.kill('SIGKILL');
    letGo(child);
    over.abort(new SandboxError(`${name} is waited for no longer: ${why}`));
  };
  watchHelper(child, {
    name,
    isAwaited: () => awaited > 0,
    said: () => 0,
    isHurried: () => false,
    tell,
    giveUp,
  });
  signal?.addEventListener('abort', () => awaited > 0 && giveUp('it is not wanted any more'));
  return <T>(work: Promise<T>): Promise<T> => {
    awaited++;
    return new Promise<T>((resolve, reject) => {
      over.signal.addEventListener('abort', () => reject(over.signal.reason));
      work.then(resolve, reject);
    }).finally(() => awaited--);
  };
}

/** A reader of one line after the other; undefined at the end. */
function readWords(child: ChildProcessWithoutNullStreams): () => Promise<string | undefined> {
  const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => {
    const { value, done } = await lines.next();
    return done === true ? undefined : value;
  };
}

async function collect(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  stream.on('data', (piece: Buffer) => {
    text += piece.toString();
  });
  return new Promise(resolve => {
    stream.once('close', () => resolve(text));
  });
}

/** The pause process is the child of `unshare`, which stays to wait for it. */
function findPause(launcher: number): RunningLab | undefined {
  return findChildren(launcher)
    .map(readSandbox)
    .find(lab => lab !== undefined);
}
