/**
 * Commands that Docker runs beside a container, found again: a mark comes in, process ids go out. Docker's client hands no
 * signals on where there is no terminal, and nobody tells which process it is that it has started.
 *
 * So such a command has a mark in its environment. Its name is one that a shell takes for a variable: what it does not, it
 * drops when it runs something else in its own place.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { listProcesses, readStat } from '../../linux/proc.ts';

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

function environmentOf(pid: number, proc: string): string[] {
  try {
    return readFileSync(`${proc}/${pid}/environ`, 'latin1').split('\0');
  } catch {
    return []; // It ended meanwhile, or is not ours to look at.
  }
}
