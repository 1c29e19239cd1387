/** `netlab exec` and `netlab shell`: run a command in a node, pod or switch of a running lab. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { Backend, RunningLab } from '../../backend/backend.ts';
import type { Lab } from '../../lab/lab.ts';
import { UsageError } from '../../lifecycle/errors.ts';
import { recallRunning } from '../../lifecycle/record.ts';
import { suggestName } from '../../resolve/machines.ts';
import type { Io } from '../io.ts';
import { readRunningLab } from '../lab-argument.ts';

export interface ExecArguments {
  readonly lab: string | undefined;
  readonly target: string;
  readonly argv: readonly string[];
}

export async function runExec({ lab, target, argv }: ExecArguments, backend: Backend, io: Io): Promise<number> {
  const running = await readRunningLab(lab, backend, io);
  const ns = await findNamespace(running, target, backend);
  return passThrough(backend.enter(running, ns, argv, io.cwd));
}

export function runShell({ lab, target }: Omit<ExecArguments, 'argv'>, backend: Backend, io: Io): Promise<number> {
  const shell = process.env['SHELL'] ?? '';
  return runExec({ lab, target, argv: [existsSync(shell) ? shell : '/bin/sh'] }, backend, io);
}

async function findNamespace(running: RunningLab, target: string, backend: Backend): Promise<string> {
  const remembered = await recallRunning(running, backend);
  if (!remembered) return target;
  const namespaces = targetsOf(remembered.lab);
  const ns = namespaces.get(target) ?? namespaces.get(target.replace(/^default\//, ''));
  if (ns === undefined) {
    throw new UsageError(
      `lab ${running.name} has no node or pod "${target}"`,
      suggestName(target, [...namespaces.keys()]),
    );
  }
  return ns;
}

/** Namespaces by what people call them: nodes, pods and switches. */
export function targetsOf({ nodes, pods, bridges }: Lab): Map<string, string> {
  const switches = bridges.filter(({ node }) => node === null);
  return new Map([...nodes, ...pods, ...switches].map(({ key, ns }) => [key, ns]));
}

/** nsenter waits for the command, which is a process of its own, and hands no signal on. */
function endCommand(nsenter: ChildProcess, signal: NodeJS.Signals): void {
  try {
    const pids = readFileSync(`/proc/${nsenter.pid}/task/${nsenter.pid}/children`, 'latin1').trim();
    if (pids === '') nsenter.kill(signal);
    else for (const pid of pids.split(' ')) process.kill(Number(pid), signal);
  } catch {
    nsenter.kill(signal); // It has ended, or this kernel does not tell its children.
  }
}

/** The command has the terminal to itself; netlab only waits, and hands on what would end it. */
function passThrough(argv: readonly string[]): Promise<number> {
  const [command = '', ...args] = argv;
  const child = spawn(command, args, { stdio: 'inherit' });
  const handOn = (signal: NodeJS.Signals) => endCommand(child, signal);
  const ignore = () => undefined;
  process.on('SIGTERM', handOn).on('SIGHUP', handOn);
  // Ctrl-C and Ctrl-\ reach the command from the terminal itself.
  process.on('SIGINT', ignore).on('SIGQUIT', ignore);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}
