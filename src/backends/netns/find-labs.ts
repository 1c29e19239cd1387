/**
 * Finding labs: nothing comes in, out go the sandboxes of this user that the kernel knows now.
 *
 * There is no list on the host that could be wrong: a lab is its pause process. What counts is proved by what others
 * cannot fake by chance: own user, PID 1 of a nested PID namespace, and a /run that is our tmpfs.
 */
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { argvStartsWith, findChildren, listProcesses, readArgv, readStat, readStatus } from '../../linux/proc.ts';
import { COMMITTED_INPUT } from '../../memory/folders.ts';
import type { RunningLab } from '../../sandbox/sandbox.ts';
import { requireOwnProc } from './host-limits.ts';
import { MOUNT_SOURCE, parsePauseArgv } from './pause.ts';

const SHELL = 'sh\0-c\0';
const LAUNCHER = 'unshare\0';

/** The labs that are up: those whose pause process has been told `commit`. */
export function findLabs(): RunningLab[] {
  return findSandboxes().filter(isCommitted);
}

/** The sandboxes that an `up` is working on just now; they go when it does. */
export function findUncommitted(): RunningLab[] {
  return findSandboxes().filter(lab => !isCommitted(lab));
}

/**
 * Those whose pause process is ending and waits for others: it has no argument vector any more, but the `unshare` that
 * started it has one.
 */
export function findEnding(): RunningLab[] {
  return listProcesses()
    .filter(pid => readStatus(pid)?.uid === process.getuid?.() && argvStartsWith(pid, LAUNCHER))
    .flatMap(launcher => {
      const argv = readArgv(launcher) ?? [];
      const lab = parsePauseArgv(argv.slice(argv.indexOf('sh')));
      return lab === undefined ? [] : findChildren(launcher).flatMap(pid => readEnding(pid, lab));
    });
}

function readEnding(pid: number, lab: Pick<RunningLab, 'name' | 'docker'>): RunningLab[] {
  const stat = readStat(pid);
  const isEnding = stat !== undefined && stat.state !== 'Z' && readArgv(pid)?.length === 0 && isOwnInit(pid);
  return isEnding ? [{ ...lab, pid, startTime: stat.startTime }] : [];
}

/** Whether this lab's very process still runs. */
export function isRunning(lab: RunningLab): boolean {
  const found = readSandbox(lab.pid);
  return found !== undefined && found.startTime === lab.startTime && found.name === lab.name;
}

/** The sandbox that this process is PID 1 of, if it is one of this user's. */
export function readSandbox(pid: number): RunningLab | undefined {
  if (!isOwn(pid) || !argvStartsWith(pid, SHELL)) return undefined;
  const lab = parsePauseArgv(readArgv(pid) ?? []);
  if (lab === undefined || !isOwnInit(pid)) return undefined;
  const stat = readStat(pid);
  return stat === undefined || stat.state === 'Z' ? undefined : { ...lab, pid, startTime: stat.startTime };
}

/** The path by which a file of the sandbox is reached from outside, without entering it. */
export function pathInside(lab: RunningLab, path: string): string {
  return `/proc/${lab.pid}/root${path}`;
}

/** Arguments are in the memory of the process, and whoever has it can let a reader wait there for ever. */
function isOwn(pid: number): boolean {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid === process.getuid?.();
}

function findSandboxes(): RunningLab[] {
  requireOwnProc();
  return listProcesses()
    .map(readSandbox)
    .filter(lab => lab !== undefined)
    .filter(hasOwnRun);
}

function isOwnInit(pid: number): boolean {
  const status = readStatus(pid);
  if (status === undefined || status.uid !== process.getuid?.()) return false;
  return status.nestedPids.length >= 2 && status.nestedPids.at(-1) === 1;
}

/** Asked of the kernel, not of a file: root in the lab may remove its files, and it must still be found. */
function hasOwnRun(lab: RunningLab): boolean {
  try {
    const mounts = readFileSync(`/proc/${lab.pid}/mounts`, 'latin1').split('\n');
    return mounts.some(mount => mount.startsWith(`${MOUNT_SOURCE} /run tmpfs `));
  } catch {
    return false;
  }
}

function isCommitted(lab: RunningLab): boolean {
  try {
    return readlinkSync(`/proc/${lab.pid}/fd/0`) === COMMITTED_INPUT;
  } catch {
    return false;
  }
}
