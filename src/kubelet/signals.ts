/** Signals to a process that is proved to be the one that is meant. */
import { readdirSync } from 'node:fs';
import os from 'node:os';
import type { ProcessId } from '../linux/proc.ts';
import { isProcessAlive, readProc } from '../linux/proc.ts';
import { waitUntil } from '../linux/wait-until.ts';

/** So long no fork takes, but on a machine that stands still. */
const MOMENT_MS = 100;

export function signalProcess(id: ProcessId, signal: NodeJS.Signals): void {
  if (!isProcessAlive(id)) return;
  try {
    process.kill(id.pid, signal);
  } catch {
    // It has just ended.
  }
}

/**
 * The kernel keeps from PID 1 of a PID namespace every signal that it has no handler for; but not those that one of its
 * threads has blocked, to read them from a file (signalfd), or waits for (sigwait).
 *
 * A shell blocks all there are for a moment, as while it forks, and what is sent just then is lost: so where also faults are
 * blocked, it is looked again until that is over, or has lasted.
 */
export function handlesTerm({ pid, proc = '/proc' }: ProcessId): boolean {
  const blocksAll = () => listThreads(pid, proc).some(thread => has('SIGSEGV', 'SigBlk', statusOf(pid, thread, proc)));
  waitUntil(() => !blocksAll(), MOMENT_MS);
  return listThreads(pid, proc).some(thread => {
    const status = statusOf(pid, thread, proc);
    return has('SIGTERM', 'SigCgt', status) || has('SIGTERM', 'SigBlk', status) || waitsForSignals(pid, thread, proc);
  });
}

function listThreads(pid: number, proc: string): string[] {
  try {
    return readdirSync(`${proc}/${pid}/task`);
  } catch {
    return []; // It has just ended.
  }
}

const statusOf = (pid: number, thread: string, proc: string) =>
  readProc(pid, `task/${thread}/status`, undefined, proc) ?? '';

function has(signal: 'SIGTERM' | 'SIGSEGV', mask: 'SigCgt' | 'SigBlk', status: string): boolean {
  const signals = new RegExp(`^${mask}:\t([0-9a-f]+)$`, 'm').exec(status)?.[1];
  const bit = 1n << BigInt(os.constants.signals[signal] - 1);
  return signals !== undefined && (BigInt(`0x${signals}`) & bit) !== 0n;
}

/** The number of rt_sigtimedwait(2). While it waits the kernel shows what is waited for as not blocked. */
const SIGTIMEDWAIT: Readonly<Record<string, string>> = { x64: '128', arm64: '137', riscv64: '137' };

function waitsForSignals(pid: number, thread: string, proc: string): boolean {
  const [call] = readProc(pid, `task/${thread}/syscall`, undefined, proc)?.split(' ') ?? [];
  return call !== undefined && call === SIGTIMEDWAIT[process.arch];
}

/** A process with whatever it has started and not put into a session of its own. */
export function killSession(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}
