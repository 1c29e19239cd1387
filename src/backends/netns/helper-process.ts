/**
 * Starting one of our own helper processes: an argument vector comes in, a child with three pipes goes out.
 *
 * It is cut off from what netlab itself was started with: in a session of its own, which neither Ctrl-C nor a closing
 * terminal reaches; in `/`, so that no file system is kept busy; without the files that netlab inherited.
 *
 * By Node's own `spawn`: netlab does not read the output only when such a program ends. It is talked to while it
 * runs, and a pause process that was told `commit` outlives netlab.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { searchPath, withOwnPrograms } from '../../linux/find-command.ts';
import { requireRoom } from './room.ts';

/** Throws `HostError` where this user may not have enough processes. */
export function spawnHelper([command = '', ...args]: readonly string[]): ChildProcessWithoutNullStreams {
  requireRoom();
  // What configures this Node, such as a loader, is not meant for another one.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const nothing = openSync('/dev/null', 'r+');
  try {
    const child = spawn(command, args, {
      cwd: '/',
      detached: true,
      env: { ...env, PATH: withOwnPrograms(searchPath(env.PATH)) },
      stdio: ['pipe', 'pipe', 'pipe', ...hideInherited(nothing)],
    }) as ChildProcessWithoutNullStreams; // The first three are pipes.
    child.on('error', () => undefined); // Whoever started it hears of it too, or of the end of its output.
    // What Node returns where it could not even open the pipes.
    if (child.stdin === undefined) throw Object.assign(new Error('spawn EMFILE'), { code: 'EMFILE', syscall: 'spawn' });
    child.stdin.on('error', () => undefined); // It ended: its `close` event tells.
    return child;
  } finally {
    closeSync(nothing);
  }
}

/**
 * Node marks the files that it opens close-on-exec, but not every one that it inherited. A lab outlives its `up`, and
 * a CI runner that waits for the end of such a pipe would wait as long as the lab lives. So /dev/null goes in
 * their places; to `spawn`, "ignore" means to leave a descriptor alone.
 */
function hideInherited(nothing: number): ('ignore' | number)[] {
  const inherited = readdirSync('/proc/self/fd')
    .map(Number)
    .filter(fd => fd > 2 && isInheritable(fd));
  return Array.from({ length: Math.max(2, ...inherited) - 2 }, (_, i) =>
    inherited.includes(i + 3) ? nothing : 'ignore',
  );
}

function isInheritable(fd: number): boolean {
  const O_CLOEXEC = 0o2000000;
  try {
    const flags = readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1').match(/^flags:\s*([0-7]+)/m)?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & O_CLOEXEC) === 0;
  } catch {
    return false; // It was the one by which the folder was read.
  }
}
