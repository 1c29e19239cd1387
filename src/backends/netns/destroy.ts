/**
 * Ending a lab: its pause process is killed, and the kernel does the rest.
 *
 * A PID namespace whose PID 1 dies takes every process in it along before PID 1 itself is gone, so waiting for that
 * one is waiting for all. The network namespaces are taken apart by the kernel afterwards, behind our back: with
 * 1,000 pods that takes seconds; there is no need to wait, as nothing of it is visible from the host.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type ProcessId, readArgv, readStat } from '../../linux/proc.ts';
import type { RunningLab } from '../../sandbox/sandbox.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import { isRunning } from './find-labs.ts';
import { PAUSE_NAME } from './pause.ts';

/** It takes some milliseconds, but many processes of many labs may be ending on a busy machine. */
const END_TIMEOUT_MS = 60_000;
const LONGEST_NAP_MS = 20;

/** Kills only what is proved to be this lab's pause process; one that is gone already is no error. */
export async function destroyLab(lab: RunningLab): Promise<void> {
  if (!isRunning(lab)) return;
  const launcher = findLauncher(lab);
  kill(lab.pid);
  const gone = await waitUntilGone([lab, ...launcher]);
  if (!gone) throw new SandboxError(`lab ${lab.name}: process ${lab.pid} does not end`);
}

/** The `unshare` that started the pause process, and ends with it. */
function findLauncher(lab: RunningLab): ProcessId[] {
  const pid = readStat(lab.pid)?.parent ?? 0;
  const argv = readArgv(pid) ?? [];
  const stat = readStat(pid);
  const isOurs = argv[0] === 'unshare' && argv[argv.indexOf(PAUSE_NAME) + 1] === lab.name;
  return isOurs && stat !== undefined ? [{ pid, startTime: stat.startTime }] : [];
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function waitUntilGone(processes: readonly ProcessId[]): Promise<boolean> {
  const deadline = performance.now() + END_TIMEOUT_MS;
  for (let nap = 1; processes.some(({ pid, startTime }) => isAlive(pid, startTime)); nap *= 2) {
    if (performance.now() > deadline) return false;
    await sleep(Math.min(nap, LONGEST_NAP_MS));
  }
  return true;
}
