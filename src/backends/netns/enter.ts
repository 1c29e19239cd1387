/** Entering a lab: a place in it and a command come in, the argument vector that runs it there goes out. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { findCommand, searchPath, withOwnPrograms } from '../../linux/find-command.ts';
import { namespaceOf } from '../../linux/proc.ts';
import { type Bounds, boundsArgv, type ContainerPlace, type Place, type PodPlace } from '../../sandbox/place.ts';
import type { RunningLab } from '../../sandbox/sandbox.ts';
import type { CommandJob } from '../../state/job.ts';
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
 * it, and so ignores it; the command does not. At Ctrl-Z nsenter stops itself when it sees its command stopped, and
 * lets that go on when it does itself: were it stopped by the terminal, it would do so only then, with nothing to let
 * it go on.
 */
export function enterPlace(lab: RunningLab, place: Place, argv: readonly string[], cwd: string): string[] {
  const path = withOwnPrograms(searchPath(process.env.PATH));
  const folder = place.kind === 'container' ? place.workingDir : cwd;
  const command = ['-C', folderInside(lab, folder), `PATH=${path}`, ...ownEnvironment(place, path), ...argv];
  const enter = [...enterSandbox(lab), ...enterFromSandbox(place, path)];
  if (!canIgnoreSignals()) return [...enter, 'env', ...command];
  return ['env', `--ignore-signal=${KEYBOARD}`, ...enter, 'env', `--default-signal=${KEYBOARD}`, ...command];
}

/** It takes a millisecond. */
const LONGEST_MS = 10_000;

/**
 * coreutils before 8.31 cannot: there, `exec` ends at Ctrl-C whatever its command makes of it. One exit code is not
 * worth the time that loading execa takes.
 */
function canIgnoreSignals(): boolean {
  return spawnSync('env', [`--ignore-signal=${KEYBOARD}`, 'true'], { timeout: LONGEST_MS }).status === 0;
}

function enterFromSandbox(place: Place, path: string): string[] {
  if (place.kind !== 'network') return [findCommand('nsenter', path) ?? 'nsenter', ...enterProcess(place).slice(1)];
  const { ns, view } = place;
  return [findCommand('ip', path) ?? 'ip', 'netns', 'exec', ns, ...(view ? viewArgv(view) : [])];
}

/** Into what a pod's pause process or a container's first process is in. */
function enterProcess(place: PodPlace | ContainerPlace): string[] {
  if (place.kind === 'pod') return enterArgv(podNamespaces(place.ns), ['net', 'uts', 'ipc', 'mnt']);
  return enterArgv(containerNamespaces(place.ns, place.container), ['net', 'uts', 'ipc', 'mnt', 'pid']);
}

/**
 * The beginning of a command in a container: it finds the container's environment, and of the caller's what a terminal
 * takes.
 */
function ownEnvironment(place: Place, path: string): string[] {
  if (place.kind !== 'container') return [];
  const { TERM } = process.env;
  const inherited = { PATH: path, ...(TERM === undefined ? {} : { TERM }) };
  return ['env', '-i', ...settings({ ...inherited, ...place.env })];
}

const settings = (env: Readonly<Record<string, string>>) =>
  Object.entries(env).map(([key, value]) => `${key}=${value}`);

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The same for a command without a terminal, which the agent runs in the sandbox. */
export function jobIn(place: Place, argv: readonly string[], bounds: Bounds): CommandJob {
  const bounded = [...boundsArgv(bounds), ...argv];
  if (place.kind === 'network')
    return { ns: place.ns, argv: [...(place.view ? viewArgv(place.view) : []), ...bounded] };
  if (place.kind === 'pod') return { ns: null, argv: [...enterProcess(place), ...bounded] };
  const env = settings({ PATH: SYSTEM_PATH, ...place.env });
  return { ns: null, argv: [...enterProcess(place), 'env', '-i', '-C', place.workingDir, ...env, ...bounded] };
}

/** A folder that is not there, such as one in /run, which is the sandbox's own, becomes `/`. */
function folderInside(lab: RunningLab, cwd: string): string {
  const found = statSync(pathInside(lab, cwd), { throwIfNoEntry: false });
  return found?.isDirectory() === true ? cwd : '/';
}
