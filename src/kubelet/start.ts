/** Starting what a pod is made of, in its namespaces: an object comes in, a process goes out. */
import { closeSync, rmSync, statSync, symlinkSync, writeSync } from 'node:fs';
import { findCommand } from '../linux/find-command.ts';
import { perform } from '../linux/mount.ts';
import type { ProcessId } from '../linux/proc.ts';
import { type ContainerProcess, containerEnv } from '../state/container.ts';
import { PAUSE_ARGV, type Pause, pauseLastSetup, pauseNetworkOf, pauseSetup } from '../state/pause.ts';
import { containerNamespaces, podNamespaces } from '../state/pod-folder.ts';
import { CLONE, type Home, unshare } from './namespaces.ts';
import { pauseProgram } from './pause-program.ts';
import { identify, makePipe, spawn } from './spawn.ts';

const PATH = process.env['PATH'] ?? '';

/** /run/netns is not part of the template, but PID 1 of the lab has it. */
export const NETWORKS = '/proc/1/root/run/netns';

/** Whether a process is in the network namespace that now has this name: the name may have been given to a new one. */
export function sharesNetwork(pid: number, network: string): boolean {
  const inodes = [`/proc/${pid}/ns/net`, `${NETWORKS}/${network}`].map(
    path => statSync(path, { throwIfNoEntry: false })?.ino,
  );
  return inodes[0] === inodes[1];
}

export const PAUSE_PROGRAM_NAME = 'pause';

/** Throws `SystemError` where the kernel refuses. */
export function startPause(pause: Pause, home: Home): ProcessId {
  const program = pauseProgram();
  const pid = home.inside(NETWORKS, [pauseNetworkOf(pause)], () => {
    unshare(CLONE.NEWNS | CLONE.NEWUTS | CLONE.NEWIPC);
    for (const words of pauseSetup(pause)) perform(words);
    const pid = program ? spawn({ file: program, argv: [PAUSE_PROGRAM_NAME, pause.ns], env: {} }) : spawnSleep();
    for (const words of pauseLastSetup(pause)) perform(words);
    return pid;
  });
  linkNamespaces(podNamespaces(pause.ns), { pid });
  return identify(pid);
}

function spawnSleep(): number {
  return spawn({ file: findCommand(PAUSE_ARGV[0], PATH) ?? PAUSE_ARGV[0], argv: PAUSE_ARGV, env: {} });
}

/**
 * What `unshare --pid --fork --mount-proc env -C` does, without a process that stays in between. The shell is in the new
 * PID namespace already, so that /proc shows what belongs there. It waits for a line first: a kubelet that ends before
 * it has written the process down takes it along. env sets the variables, as a shell drops those with a dot or a dash in
 * their names, and adds its own.
 */
const SCRIPT = 'read -r go && "$0" -t proc proc /proc && exec "$@" </dev/null';
const MOUNT = findCommand('mount', PATH) ?? 'mount';
const ENV = findCommand('env', PATH) ?? 'env';

export interface StartedContainer {
  readonly id: ProcessId;
  /** To be called when the process is written down, or not at all. */
  go(): void;
}

export function startContainer(container: ContainerProcess, output: number, home: Home): StartedContainer {
  const { readEnd, writeEnd } = makePipe();
  try {
    const id = startWaiting(container, readEnd, output, home);
    return {
      id,
      go: () => {
        try {
          writeSync(writeEnd, 'go\n');
        } catch {
          // It has been ended already, which is heard of as of any other end.
        } finally {
          closeSync(writeEnd);
        }
      },
    };
  } catch (error) {
    closeSync(writeEnd);
    throw error;
  } finally {
    closeSync(readEnd);
  }
}

function startWaiting(container: ContainerProcess, input: number, output: number, home: Home): ProcessId {
  const { ns, container: spec } = container;
  const pid = home.inside(podNamespaces(ns), ['net', 'uts', 'ipc', 'mnt'], () => {
    unshare(CLONE.NEWPID | CLONE.NEWNS);
    const argv = ['sh', '-c', SCRIPT, MOUNT, ...inEnvironment(container), ...spec.command];
    return spawn({ file: '/bin/sh', argv, env: { PATH }, input, output });
  });
  linkNamespaces(containerNamespaces(ns, spec.name), { pid });
  return identify(pid);
}

/** A command in all the namespaces of a container. */
export function startCommand(container: ContainerProcess, argv: readonly string[], home: Home): number {
  return home.inside(
    containerNamespaces(container.ns, container.container.name),
    ['pid', 'net', 'uts', 'ipc', 'mnt'],
    () => {
      return spawn({ file: ENV, argv: [...inEnvironment(container), ...argv], env: { PATH } });
    },
  );
}

/** The beginning of a command that finds the environment and the working directory of a container. */
function inEnvironment(container: ContainerProcess): string[] {
  const settings = Object.entries({ PATH, ...containerEnv(container.hostname, container.container) }).map(
    ([name, value]) => `${name}=${value}`,
  );
  return [ENV, '-i', '-C', container.container.workingDir, ...settings];
}

/** By it others get in. */
export function linkNamespaces(path: string, { pid, proc = '/proc' }: Pick<ProcessId, 'pid' | 'proc'>): void {
  rmSync(path, { force: true });
  symlinkSync(`${proc}/${pid}/ns`, path);
}
