/**
 * Running a command of the user's in this terminal's place: how it is run comes in, its exit code goes out.
 *
 * By Node's own spawn: nothing of the command is read, and to load execa takes as long as netlab's own start.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandRunner } from '../sandbox/sandbox.ts';

/** The command may be about to start. */
const GIVE_UP_MS = 30_000;
const RETRY_MS = 50;

/** Tries until the command has been found and told, or has ended. */
async function tellCommand(runner: ChildProcess, tell: CommandRunner['signal'], signal: NodeJS.Signals): Promise<void> {
  const deadline = performance.now() + GIVE_UP_MS;
  while (runner.exitCode === null && runner.signalCode === null) {
    if (runner.pid !== undefined && tell(runner.pid, signal)) return;
    if (performance.now() > deadline) runner.kill(signal);
    await sleep(RETRY_MS);
  }
}

const LATE_SIGNAL_MS = 250;

/** The command has the terminal to itself; netlab only waits, and hands on what would end it. Resolves to its exit code. */
export function passThrough({ argv, signal: tell, isRemote }: CommandRunner): Promise<number> {
  const [command = '', ...args] = argv;
  const hasTerminal = process.stdin.isTTY && process.stdout.isTTY;
  const handOn = (signal: NodeJS.Signals) => void tellCommand(child, tell, signal);
  let interrupted: NodeJS.Signals | undefined;
  const note = (signal: NodeJS.Signals) => {
    interrupted = signal;
  };
  // Before there is a command: on a busy machine it may have said that it is ready before this process goes on.
  process.on('SIGTERM', handOn).on('SIGHUP', handOn);
  // Ctrl-C and Ctrl-\ reach the command from the terminal itself, unless there is none.
  process.on('SIGINT', isRemote ? handOn : note).on('SIGQUIT', isRemote ? handOn : note);
  // In a session of its own, a process that only passes signals on does not end by those of the keyboard.
  const child = spawn(command, args, { stdio: 'inherit', detached: isRemote && !hasTerminal });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', async (code, signal) => {
      // nsenter ignores what the terminal has ended the command by, and then ends with 1 itself. Of that signal one thread
      // of this process is told, of the end another: on a busy machine the end may be heard of first.
      if (code === 1 && interrupted === undefined && process.stdin.isTTY) await sleep(LATE_SIGNAL_MS);
      const by = signal ?? (code === 1 ? interrupted : undefined);
      resolve(by ? 128 + constants.signals[by] : (code ?? 0));
    });
  });
}
