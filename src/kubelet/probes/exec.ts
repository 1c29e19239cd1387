/** Commands that probes run in containers: each ends by itself, or is killed when its time is over. */
import { startDeadline } from '../../linux/deadline.ts';
import type { ContainerProcess } from '../../state/container.ts';
import type { Children } from '../children.ts';
import type { RunningCommand } from '../runtime.ts';

/** Resolves to the exit code of a command in a container; undefined where the time was over. */
export type Exec = (
  container: ContainerProcess,
  command: readonly string[],
  timeoutMs: number,
) => Promise<number | undefined>;

/** `start` is how a command gets into a container. */
export function makeExec(
  children: Children,
  start: (container: ContainerProcess, command: readonly string[]) => RunningCommand,
): Exec {
  return (container, command, timeoutMs) =>
    new Promise(resolve => {
      const { pid, kill } = start(container, command);
      const deadline = startDeadline(timeoutMs, () => {
        resolve(undefined);
        kill();
      });
      children.watch(pid, code => {
        deadline.cancel();
        resolve(code);
      });
    });
}
