/** Running a program to its end: how to start it comes in, its exit code and what it has printed go out. */
import { closeSync, openSync, unlinkSync } from 'node:fs';
import { takeOutput } from '../linux/spawn.ts';
import { FOLDER } from '../memory/folders.ts';
import type { Children } from './children.ts';

export interface Finished {
  readonly code: number;
  /** Standard output and standard error, in the order in which they were written. */
  readonly text: string;
}

/** `start` gets a file descriptor for what the program prints, and returns its process. */
export async function runToEnd(children: Children, start: (output: number) => number): Promise<Finished> {
  const output = openNameless();
  try {
    const code = await children.exitCode(start(output));
    return { code, text: takeOutput(output) };
  } finally {
    closeSync(output);
  }
}

/** A file and no pipe, so that it need not be read while the program runs. */
function openNameless(): number {
  const path = `${FOLDER}/.kubelet-output`;
  const fd = openSync(path, 'w+', 0o600);
  unlinkSync(path);
  return fd;
}
