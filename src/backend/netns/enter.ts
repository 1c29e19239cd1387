/** Entering a lab: a running lab and a command come in, the argument vector that runs it in there goes out. */
import { statSync } from 'node:fs';
import type { RunningLab } from '../backend.ts';
import { findCommand, searchPath } from './find-command.ts';
import { pathInside } from './find-labs.ts';
import { namespaceOf } from './proc.ts';

/** Into every namespace of the sandbox; into its user namespace too, where it has one of its own. */
export function enterSandbox(lab: RunningLab): string[] {
  const ownUsers = namespaceOf(lab.pid, 'user') !== namespaceOf('self', 'user');
  const user = ownUsers ? ['-U', '--preserve-credentials'] : [];
  return ['nsenter', '-t', String(lab.pid), ...user, '-m', '-n', '-p', '-u', '-i', '--'];
}

/**
 * Runs a command of the user's in a network namespace of the lab. `ip netns exec` gives it a /sys and an
 * /etc/resolv.conf that fit the namespace; `env` sets the working directory, which nsenter leaves behind, and a PATH
 * that has /usr/sbin, for in a lab everybody is root.
 */
export function enterNamespace(lab: RunningLab, ns: string, argv: readonly string[], cwd: string): string[] {
  const path = searchPath(process.env.PATH);
  const ip = findCommand('ip', path) ?? 'ip';
  return [...enterSandbox(lab), ip, 'netns', 'exec', ns, 'env', '-C', folderInside(lab, cwd), `PATH=${path}`, ...argv];
}

/** A folder that is not there, such as one in /run, which is the sandbox's own, becomes `/`. */
function folderInside(lab: RunningLab, cwd: string): string {
  const found = statSync(pathInside(lab, cwd), { throwIfNoEntry: false });
  return found?.isDirectory() === true ? cwd : '/';
}
