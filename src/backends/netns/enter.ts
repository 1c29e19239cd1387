/** Entering a lab: a running lab and a command come in, the argument vector that runs it in there goes out. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { findCommand, searchPath, withOwnPrograms } from '../../linux/find-command.ts';
import { namespaceOf } from '../../linux/proc.ts';
import type { Place, RunningLab } from '../../sandbox/sandbox.ts';
import { containerNamespaces, enterArgv, podNamespaces } from '../../state/pod-folder.ts';
import { viewArgv } from '../../state/pod-view.ts';
import { pathInside } from './find-labs.ts';

/** Into every namespace of the sandbox; into its user namespace too, where it has one of its own. */
export function enterSandbox(lab: RunningLab): string[] {
  const ownUsers = namespaceOf(lab.pid, 'user') !== namespaceOf('self', 'user');
  const user = ownUsers ? ['-U', '--preserve-credentials'] : [];
  return ['nsenter', '-t', String(lab.pid), ...user, '-m', '-n', '-p', '-u', '-i', '--'];
}

/** Signals of a terminal's Ctrl-C, Ctrl-\\ and Ctrl-Z. */
const KEYBOARD = 'INT,QUIT,TSTP';

/**
 * Runs a command of the user's in a place of the lab. `ip netns exec` gives it a /sys and an /etc/resolv.conf that fit
 * the namespace; `env` sets the working directory, which nsenter leaves behind, and a PATH that has /usr/sbin, for in a
 * lab everybody is root.
 *
 * Ctrl-C reaches all that a terminal runs in the foreground. nsenter has to wait for the command whatever that makes of
 * it, and so ignores it; the command does not. At Ctrl-Z nsenter stops itself when it sees its command stopped, and lets
 * that go on when it does itself: were it stopped by the terminal, it would do so only then, with nobody to let it go on.
 */
export function enterPlace(lab: RunningLab, place: Place, argv: readonly string[], cwd: string): string[] {
  const path = withOwnPrograms(searchPath(process.env.PATH));
  const command = ['-C', folderInside(lab, cwd), `PATH=${path}`, ...argv];
  const enter = [...enterSandbox(lab), ...enterFromSandbox(place, path)];
  if (!canIgnoreSignals()) return [...enter, 'env', ...command];
  return ['env', `--ignore-signal=${KEYBOARD}`, ...enter, 'env', `--default-signal=${KEYBOARD}`, ...command];
}

/** coreutils before 8.31 cannot: there, `exec` ends at Ctrl-C whatever its command makes of it. */
function canIgnoreSignals(): boolean {
  return spawnSync('env', [`--ignore-signal=${KEYBOARD}`, 'true']).status === 0;
}

function enterFromSandbox({ ns, paused, view, container }: Place, path: string): string[] {
  const nsenter = (argv: readonly string[]) => [findCommand('nsenter', path) ?? 'nsenter', ...argv.slice(1)];
  if (container !== undefined)
    return nsenter(enterArgv(containerNamespaces(ns, container), ['net', 'uts', 'ipc', 'mnt', 'pid']));
  if (paused) return nsenter(enterArgv(podNamespaces(ns), ['net', 'uts', 'ipc', 'mnt']));
  return [findCommand('ip', path) ?? 'ip', 'netns', 'exec', ns, ...(view ? viewArgv(view) : [])];
}

/** A folder that is not there, such as one in /run, which is the sandbox's own, becomes `/`. */
function folderInside(lab: RunningLab, cwd: string): string {
  const found = statSync(pathInside(lab, cwd), { throwIfNoEntry: false });
  return found?.isDirectory() === true ? cwd : '/';
}
