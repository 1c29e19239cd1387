/** Runs `backend-program.ts` as root or as an ordinary user, and looks at what it leaves on the host. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { Calls } from './backend-program.ts';
import { PROGRAM } from './harness.ts';
import { until } from './until.ts';

/** Bundled beside a copy of the agent, where every user may read it, wherever the checkout is. */
const BUNDLE = bundleProgram();

function bundleProgram(): string {
  const outfile = `${PROGRAM}/dist/backend-program.mjs`;
  const entryPoints = [fileURLToPath(new URL('./backend-program.ts', import.meta.url))];
  buildSync({ entryPoints, outfile, bundle: true, platform: 'node', target: 'node20', format: 'esm' });
  chmodSync(outfile, 0o644);
  return outfile;
}

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Root and, if there is such an account, `tester`; only oneself if not root. */
export function testUsers(): User[] {
  const uid = process.getuid?.() ?? 0;
  const self = { name: uid === 0 ? 'root' : 'ordinary user', uid, gid: process.getgid?.() ?? 0 };
  const tester = readFileSync('/etc/passwd', 'utf8').match(/^tester:[^:]*:(\d+):(\d+):/m);
  if (uid !== 0 || tester === null) return [self];
  return [self, { name: 'tester', uid: Number(tester[1]), gid: Number(tester[2]) }];
}

export interface Program {
  readonly process: ChildProcess;
  call<K extends keyof Calls>(name: K, ...args: Parameters<Calls[K]>): Promise<Awaited<ReturnType<Calls[K]>>>;
  /** Until it says that it waits for a lock. */
  waits(): Promise<void>;
  /** Sends a call and does not wait for its answer. */
  send(name: keyof Calls, ...args: unknown[]): void;
  kill(): Promise<void>;
}

export function startProgram(user: User): Program {
  const { uid, gid } = user;
  const child = spawn(process.execPath, [BUNDLE], {
    cwd: '/',
    uid,
    gid,
    // What vitest sets for its own processes would reach the program and, through it, the sandbox.
    env: { PATH: '/usr/bin:/bin', HOME: '/tmp' },
    // The last one stands for a file that a CI runner leaves open.
    stdio: ['pipe', 'pipe', 'inherit', ...Array.from({ length: 60 }, () => 'ignore' as const), 'pipe'],
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('no pipes');
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()));
  stdin.on('error', () => undefined); // It has ended: its answers tell.
  const { lines, said } = readAnswers(stdout);
  const answers = lines[Symbol.asyncIterator]();
  const send = (name: keyof Calls, ...args: unknown[]): void => {
    stdin.write(`${JSON.stringify([name, ...args])}\n`);
  };
  return {
    process: child,
    send,
    waits: () => until('it says that it waits for the lock', () => said.waits).then(() => undefined),
    call: async (name, ...args) => {
      send(name, ...args);
      const { value: line, done } = await answers.next();
      if (done === true) throw new Error(`the program ended during ${name}`);
      const answer = JSON.parse(line) as { value?: unknown; error?: string };
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.value as never;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Its answers; that it waits is told beside them. */
function readAnswers(stdout: NodeJS.ReadableStream) {
  const said = { waits: false };
  const lines = async function* () {
    for await (const line of readline.createInterface({ input: stdout })) {
      if (line.startsWith('{"waitsFor"')) said.waits = true;
      else yield line;
    }
  };
  return { lines: lines(), said };
}

/** The command lines of all processes that hold this word. */
export function processesWith(word: string): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(readCommandLine)
    .filter(line => line.includes(word));
}

/** Everything of the host that a lab might have touched. */
export function hostState(): string {
  const ip = (...args: string[]): string => execFileSync('ip', args, { encoding: 'utf8' });
  const mounts = readFileSync('/proc/self/mounts', 'utf8');
  return [ip('-br', 'link'), ip('route'), ip('netns', 'list'), readdirSync('/run').sort().join(' '), mounts].join('\n');
}

function readCommandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
