/** Running a helper that nobody talks to: its command and a limit of time come in, whether it came to its end goes out. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawnHelper } from './helper-process.ts';

/** False also where it could not be started. One whose time is over is killed, and not waited for. */
export async function runHelperToEnd(argv: readonly string[], longestMs: number): Promise<boolean> {
  const child = startHelper(argv);
  if (!child) return false;
  const { stdin, stdout, stderr } = child;
  stdin.end();
  stdout.resume();
  stderr.resume();
  return new Promise(resolve => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      for (const stream of [stdin, stdout, stderr]) stream.destroy();
      child.unref();
      resolve(false);
    }, longestMs);
    const end = (hasRun: boolean) => {
      clearTimeout(timer);
      resolve(hasRun);
    };
    child.on('close', () => end(true)).on('error', () => end(false));
  });
}

function startHelper(argv: readonly string[]): ChildProcessWithoutNullStreams | undefined {
  try {
    return spawnHelper(argv);
  } catch {
    return undefined;
  }
}
