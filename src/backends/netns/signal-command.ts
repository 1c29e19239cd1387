/**
 * A signal for a command that nsenter runs: what was started and a signal come in. nsenter waits for the command, which is a
 * process of its own, and hands no signal on; one nsenter may start another.
 */
import { readFileSync } from 'node:fs';

export function signalCommand(runner: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(commandOf(runner), signal);
  } catch {
    signalRunner(runner, signal); // The command has ended, or this kernel does not tell a process's children.
  }
  return true;
}

function signalRunner(runner: number, signal: NodeJS.Signals): void {
  try {
    process.kill(runner, signal);
  } catch {
    // It has ended too.
  }
}

function commandOf(pid: number): number {
  const isNsenter = readFileSync(`/proc/${pid}/comm`, 'latin1').trim() === 'nsenter';
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').filter(Boolean);
  return isNsenter && child !== undefined ? commandOf(Number(child)) : pid;
}
