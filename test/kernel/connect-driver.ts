/** Runs `connect-program.ts` in a lab, and asks it who reaches whom. */
import { execFileSync } from 'node:child_process';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { Attempt, Outcome } from './connect-program.ts';
import { PROGRAM, startInside, type Who } from './harness.ts';

/** Bundled where every user may read it. */
const BUNDLE = bundleProgram();

function bundleProgram(): string {
  const outfile = `${PROGRAM}/dist/connect-program.mjs`;
  const entryPoints = [fileURLToPath(new URL('./connect-program.ts', import.meta.url))];
  buildSync({
    ...{ entryPoints, outfile, bundle: true, platform: 'node', target: 'node20', format: 'esm' },
    external: ['koffi'],
  });
  execFileSync('chmod', ['a+r', outfile]);
  return outfile;
}

export interface Everybody {
  /** Listens in these network namespaces on each of the ports, on TCP and UDP. */
  listen(namespaces: readonly string[], ports: readonly number[]): Promise<void>;
  /** One outcome for each attempt; all are made at once. */
  attempt(attempts: readonly Attempt[]): Promise<Outcome[]>;
  /** A connection that stays open, and whether what is said on it comes back. */
  hold(namespace: string, address: string, port: number): Promise<void>;
  say(): Promise<boolean>;
  end(): void;
}

/** It ends with the lab. */
export function startEverybody(who: Who, lab: string): Everybody {
  const child = startInside(who, lab, null, [process.execPath, BUNDLE], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('no pipes');
  stdin.on('error', () => undefined); // It has ended: its answers tell.
  const answers = readline.createInterface({ input: stdout })[Symbol.asyncIterator]();
  const call = async <T>(...words: readonly unknown[]): Promise<T> => {
    stdin.write(`${JSON.stringify(words)}\n`);
    const { value, done } = await answers.next();
    if (done === true) throw new Error(`it ended during ${words[0]}`);
    return JSON.parse(value) as T;
  };
  return {
    listen: (namespaces, ports) => call('listen', namespaces, ports),
    attempt: attempts => call('attempt', attempts),
    hold: (namespace, address, port) => call('hold', namespace, address, port),
    say: () => call('say'),
    end: () => void child.kill('SIGKILL'),
  };
}
