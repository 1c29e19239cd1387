/** Starting the processes of pods: a command comes in, the new process goes out. It belongs to this process alone. */
import { openSync } from 'node:fs';
import * as libc from '../linux/libc.ts';
import type { ProcessId } from '../linux/proc.ts';
import { readStat } from '../linux/proc.ts';
import { makeAttributes, POSIX_SPAWN_SETSID, STRUCT_SIZE } from '../linux/spawn-attributes.ts';
import type { EndedChild } from './children.ts';

const cell = new Int32Array(STRUCT_SIZE);
const actions = new Uint8Array(STRUCT_SIZE);
const attributes = makeAttributes(POSIX_SPAWN_SETSID);
const nothing = openSync('/dev/null', 'r+');

export interface SpawnOptions {
  /** Absolute path of the program. */
  readonly file: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Takes its standard output and error; /dev/null where there is none. */
  readonly output?: number;
  /** Becomes its standard input; /dev/null where there is none. */
  readonly input?: number;
}

/** In a session of its own, in the namespaces that this thread is in. Throws `SystemError`. */
export function spawn({ file, argv, env, output = nothing, input = nothing }: SpawnOptions): number {
  libc.fileActionsInit(actions);
  for (const [fd, target] of [input, output, output].entries()) libc.fileActionsAddDup2(actions, target, fd);
  const strings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const failure = libc.posixSpawn(cell, file, actions, attributes, [...argv, null], [...strings, null]);
  libc.fileActionsDestroy(actions);
  if (failure !== 0) throw new libc.SystemError(argv[0] ?? file, failure);
  return cell[0] ?? 0;
}

const O_CLOEXEC = 0o2000000;

/** The two ends of a pipe that no child has but by `SpawnOptions`. */
export function makePipe(): { readonly readEnd: number; readonly writeEnd: number } {
  libc.check('pipe2', libc.pipe2(cell, O_CLOEXEC));
  return { readEnd: cell[0] ?? -1, writeEnd: cell[1] ?? -1 };
}

/** The children that have ended since the last look. */
export function reap(): EndedChild[] {
  const WNOHANG = 1;
  const ended: EndedChild[] = [];
  for (;;) {
    const pid = libc.waitpid(-1, cell, WNOHANG);
    if (pid <= 0) return ended;
    ended.push({ pid, waitStatus: cell[0] ?? 0 });
  }
}

/** A new process with its start time; to be asked before it is reaped. */
export function identify(pid: number): ProcessId {
  return { pid, startTime: readStat(pid)?.startTime ?? '' };
}
