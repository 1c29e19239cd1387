/** Commands that probes run in containers: each ends by itself, or is ended when its time is over. */

import { setPatience } from '../linux/patience.ts';
import { exitCode } from '../linux/spawn.ts';
import type { ContainerProcess } from '../state/container.ts';
import type { Home } from './namespaces.ts';
import type { Prober } from './run-probe.ts';
import type { Beside } from './runtime.ts';

export type StartBeside = (container: ContainerProcess, command: readonly string[]) => Beside;

export interface Exec {
  readonly prober: Prober;
  /** Tells that a child has ended; whether it was one of these. */
  ended(pid: number, waitStatus: number): boolean;
}

/** `start` is how a command gets into a container: its process comes out. */
export function makeExec(home: Home, start: StartBeside): Exec {
  const waiting = new Map<number, (waitStatus: number) => void>();
  const prober: Prober = {
    home,
    exec: (container, command, timeoutMs) =>
      new Promise(resolve => {
        const { pid, end } = start(container, command);
        const patience = setPatience(timeoutMs, () => {
          resolve(undefined);
          end();
        });
        waiting.set(pid, waitStatus => {
          patience.stop();
          resolve(exitCode(waitStatus));
        });
      }),
  };
  return {
    prober,
    ended: (pid, waitStatus) => {
      const tell = waiting.get(pid);
      waiting.delete(pid);
      tell?.(waitStatus);
      return tell !== undefined;
    },
  };
}
