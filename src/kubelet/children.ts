/**
 * The processes that the kubelet waits for: its own children, whose exit codes it hears, and those that a kubelet before
 * it has started, which it can only look at from time to time. Each end is told once, to the function that waits for it.
 *
 * Knows nothing of what the processes are for.
 */

import type { ProcessId } from '../linux/proc.ts';
import { isProcessAlive } from '../linux/proc.ts';
import { exitCode } from '../linux/spawn.ts';

export interface Children {
  /** Calls `onEnd` when this child has ended. To be called in the same turn as the child is started, or its end may be missed. */
  watch(pid: number, onEnd: (exitCode: number) => void): void;
  /** The same as a promise. */
  exitCode(pid: number): Promise<number>;
  /** Calls `onEnd` when a process has ended that is another's child. */
  adopt(id: ProcessId, onEnd: () => void): void;
  /** Tells that children have ended. */
  ended(children: readonly EndedChild[]): void;
  /** Looks which adopted processes have ended, now and as long as there are any. */
  followAdopted(): void;
}

export interface EndedChild {
  readonly pid: number;
  /** As waitpid(2) gives it. */
  readonly waitStatus: number;
}

/** How often processes are looked at that are not our children. */
const LOOK_MS = 1000;

export function makeChildren(isAlive: (id: ProcessId) => boolean = isProcessAlive): Children {
  const own = new Map<number, (exitCode: number) => void>();
  const adopted = new Map<ProcessId, () => void>();
  const watch: Children['watch'] = (pid, onEnd) => void own.set(pid, onEnd);
  const followAdopted = () => {
    const lost = [...adopted].filter(([id]) => !isAlive(id));
    for (const [id] of lost) adopted.delete(id);
    for (const [, onEnd] of lost) onEnd();
    if (adopted.size > 0) setTimeout(followAdopted, LOOK_MS);
  };
  return {
    watch,
    exitCode: pid => new Promise(resolve => watch(pid, resolve)),
    adopt: (id, onEnd) => void adopted.set(id, onEnd),
    ended: children => {
      for (const { pid, waitStatus } of children) {
        const onEnd = own.get(pid);
        own.delete(pid);
        onEnd?.(exitCode(waitStatus));
      }
    },
    followAdopted,
  };
}
