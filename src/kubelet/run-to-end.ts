/**
 * Running a program to its end: how to start it comes in, its exit code and what it has printed go out. One that hangs is
 * ended, and waited for no longer.
 */
import { closeSync, openSync, unlinkSync } from 'node:fs';
import { startDeadline } from '../linux/deadline.ts';
import { takeOutput } from '../linux/spawn.ts';
import { FOLDER } from '../memory/folders.ts';
import type { Children } from './children.ts';
import { killSession } from './signals.ts';

export interface Finished {
  readonly code: number;
  /** Standard output and standard error, in the order in which they were written. */
  readonly text: string;
}

/** As long as netlab itself waits for an answer of Docker's. What is run here for readiness takes seconds at most. */
const LONGEST_MS = 120_000;
/** A shell's exit code for what SIGKILL has ended. */
const KILLED = 137;

/**
 * `start` gets a file descriptor for what the program prints, and returns its process, which leads a session: that is
 * ended as a whole.
 */
export async function runToEnd(
  children: Children,
  start: (output: number) => number,
  longestMs = LONGEST_MS,
): Promise<Finished> {
  const output = openNameless();
  try {
    const pid = start(output);
    const code = await endWithin(longestMs, children.exitCode(pid), () => killSession(pid));
    if (code !== undefined) return { code, text: takeOutput(output) };
    return { code: KILLED, text: `${takeOutput(output)}has not ended within ${longestMs / 1000} s` };
  } finally {
    closeSync(output);
  }
}

function endWithin(ms: number, work: Promise<number>, end: () => void): Promise<number | undefined> {
  return new Promise(resolve => {
    const deadline = startDeadline(ms, () => {
      end();
      resolve(undefined);
    });
    void work.then(code => {
      deadline.cancel();
      resolve(code);
    });
  });
}

/** A file and no pipe, so that it need not be read while the program runs. */
function openNameless(): number {
  const path = `${FOLDER}/.kubelet-output`;
  const fd = openSync(path, 'w+', 0o600);
  unlinkSync(path);
  return fd;
}
