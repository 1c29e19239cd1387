/**
 * Ending a lab: its pause process is killed, and the kernel does the rest.
 *
 * A PID namespace whose PID 1 dies takes every process in it along before PID 1 itself is gone, so waiting for that
 * one is waiting for all. The network namespaces are taken apart by the kernel afterwards, behind our back: with
 * 1,000 pods that takes seconds; there is no need to wait, as nothing of it is visible from the host.
 *
 * Whom the kernel waits for besides (`blockers.ts`) is helped along: what is stopped, goes on; what entered the lab for
 * netlab and still takes note of nothing, is killed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { describeHold, describeProcess, findHold, leaveFrozenGroup } from '../../linux/hold.ts';
import { isAlive, namespaceOf, type ProcessId, readArgv, readStat } from '../../linux/proc.ts';
import type { OnHelp, RunningLab } from '../../sandbox/sandbox.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import { type Blockers, findBlockers, type SeenProcess } from './blockers.ts';
import { isRunning } from './find-labs.ts';
import { PAUSE_NAME } from './pause.ts';

/** It takes some milliseconds, but many processes of many labs may be ending on a busy machine. */
const END_TIMEOUT_MS = 60_000;
const LONGEST_NAP_MS = 20;
/** From here on it is looked at who is waited for, and a second later what goes on and does nothing has to go. */
const HELP_MS = 100;
const KILL_MS = 1000;
/** Whoever has frozen something may be about to thaw it. */
const FROZEN_MS = 5000;

/** Kills only what is proved to be this lab's pause process; one that is gone already, or was never there, is no error. */
export async function destroyLab(lab: RunningLab, onHelp: OnHelp = () => undefined): Promise<void> {
  if (!isAlive(lab.pid, lab.startTime) || isAnother(lab)) return;
  const space = namespaceOf(lab.pid, 'pid');
  const processes = [lab, ...findLauncher(lab)];
  if (isRunning(lab)) kill(lab.pid);
  const isGone = () => !processes.some(({ pid, startTime }) => isAlive(pid, startTime));
  if (await waitUntil(isGone, HELP_MS)) return;
  const help = makeHelper(lab, onHelp);
  const since = performance.now();
  const isDecided = () => {
    if (isGone()) return true;
    const blockers = space === undefined ? NOBODY : findBlockers(space);
    help(blockers);
    return isGone() || (performance.now() - since > FROZEN_MS && blockers.left.some(isFrozen));
  };
  await waitUntil(isDecided, END_TIMEOUT_MS);
  if (!isGone()) throw new SandboxError(whyNot(lab, space));
}

/** What is ending has no argument vector any more. */
const isAnother = (lab: RunningLab) => !isRunning(lab) && (readArgv(lab.pid)?.join('') ?? '') !== '';

/** The `unshare` that started the pause process, and ends with it. */
function findLauncher(lab: RunningLab): ProcessId[] {
  const pid = readStat(lab.pid)?.parent ?? 0;
  const argv = readArgv(pid) ?? [];
  const stat = readStat(pid);
  const isOurs = argv[0] === 'unshare' && argv[argv.indexOf(PAUSE_NAME) + 1] === lab.name;
  return isOurs && stat !== undefined ? [{ pid, startTime: stat.startTime }] : [];
}

/** Only processes of this user are touched, and only what netlab itself has started into the lab is killed. */
function makeHelper(lab: RunningLab, onHelp: OnHelp): (blockers: Blockers) => void {
  const since = new Map<string, number>();
  return ({ left, awaited }) => {
    // All in the lab is killed, but what is frozen cannot die.
    for (const { pid, state } of [...left, ...awaited.filter(isOwn)]) if (state === 'D') leaveFrozenGroup(pid);
    for (const process of awaited.filter(isOwn)) {
      const { pid, startTime } = process;
      const seen = since.get(`${pid} ${startTime}`);
      since.set(`${pid} ${startTime}`, seen ?? performance.now());
      if (seen === undefined && isStopped(process)) onHelp({ pid, command: describe(pid) });
      if (isStopped(process)) signal(process, 'SIGCONT');
      else if (seen !== undefined && performance.now() - seen > KILL_MS && isEntrance(pid, lab))
        signal(process, 'SIGKILL');
    }
  };
}

const NOBODY: Blockers = { left: [], awaited: [] };
const isFrozen = ({ pid, state }: SeenProcess) => state === 'D' && findHold(pid) !== undefined;
const isOwn = ({ uid }: SeenProcess) => uid === process.getuid?.();
const isStopped = ({ state }: SeenProcess) => state === 'T' || state === 't';

/** How netlab itself enters a lab. */
function isEntrance(pid: number, lab: RunningLab): boolean {
  const [command, option, target] = readArgv(pid) ?? [];
  return command === 'nsenter' && option === '-t' && target === String(lab.pid);
}

function signal({ pid, startTime }: SeenProcess, name: NodeJS.Signals): void {
  if (isAlive(pid, startTime)) kill(pid, name);
}

function kill(pid: number, name: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function waitUntil(test: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (let nap = 1; !test(); nap *= 2) {
    if (performance.now() > deadline) return false;
    await sleep(Math.min(nap, LONGEST_NAP_MS));
  }
  return true;
}

/** Whoever is still there: somebody outside where there is one, else what the kernel cannot end. */
function whyNot({ name, pid }: RunningLab, space: string | undefined): string {
  const { left, awaited } = space === undefined ? NOBODY : findBlockers(space);
  const alive = left.filter(process => process.pid !== pid && process.state !== 'Z');
  const [culprit] = [...awaited.filter(isStopped), ...left.filter(isFrozen), ...alive, ...awaited];
  if (!culprit) return `lab ${name}: process ${pid} does not end`;
  const hold = findHold(culprit.pid);
  const why = hold ? `, which ${describeHold(culprit.pid, hold)}` : `, in state ${culprit.state}`;
  return `lab ${name} does not end: it waits for ${describeProcess(culprit.pid)} of user ${culprit.uid}${why}`;
}

const describe = (pid: number) => (readArgv(pid) ?? []).join(' ').slice(0, 60);
