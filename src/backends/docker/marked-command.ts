/**
 * Commands that Docker runs in a container, found again: a mark comes in, process ids go out. Docker's client hands no
 * signals on where there is no terminal, goes without them when it is ended, and nobody tells which process it is that it
 * has started.
 *
 * So such a command has a mark in its environment. Its name is one that a shell takes for a variable: what it does not, it
 * drops when it runs something else in its own place.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { listProcesses, readStat } from '../../linux/proc.ts';
import { type Bounds, boundsArgv } from '../../sandbox/place.ts';
import type { CommandJob } from '../../state/job.ts';

const NAME = 'LAB_EXEC';

export const newMark = () => `${NAME}=${randomUUID()}`;

/** Words for `docker exec`. */
export const markWords = (mark: string) => ['--env', mark];

/** The command, and what has its environment from it; by the numbers that this /proc knows them by. */
export function findMarked(mark: string, proc = '/proc'): number[] {
  return listProcesses(proc).filter(pid => environmentOf(pid, proc).includes(mark));
}

/** The command itself, whose parent has no mark. */
export function findMarkedFirst(mark: string, proc = '/proc'): number | undefined {
  const marked = findMarked(mark, proc);
  return marked.find(pid => !marked.includes(readStat(pid, proc)?.parent ?? 0));
}

/**
 * A command in a container, as a job of the sandbox's. An image need not have what keeps commands in bounds: Docker's
 * client is kept in them instead, and what goes on without it in the container is ended by its mark.
 */
export function markedJob(host: string, container: string, argv: readonly string[], bounds: Bounds): CommandJob {
  const enter = ['docker', 'exec', '--env', NAME, host, 'docker', 'exec', '--env', NAME, container];
  return { ns: null, argv: ['sh', '-c', RUN_MARKED, 'sh', host, ...boundsArgv(bounds), ...enter, ...argv] };
}

const END_MARKED = 'kill -9 $(grep -ls "$0" /proc/[0-9]*/environ | cut -d/ -f3)';
/** Exit codes of `timeout` where the time was over. */
const RUN_MARKED = `
export ${NAME}=$(cat /proc/sys/kernel/random/uuid); node=$1; shift
"$@"; code=$?
case $code in 124 | 137) docker exec "$node" sh -c '${END_MARKED}' "$${NAME}" >/dev/null 2>&1 ;; esac
exit $code`;

function environmentOf(pid: number, proc: string): string[] {
  try {
    return readFileSync(`${proc}/${pid}/environ`, 'latin1').split('\0');
  } catch {
    return []; // It ended meanwhile, or is not ours to look at.
  }
}
