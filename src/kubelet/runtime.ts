/**
 * What runs a container: this host itself, where it is a program of the host's, or Docker, where it has an image. When a
 * container is started, probed and ended is the same.
 */

import type { ProcessId } from '../linux/proc.ts';
import type { ContainerProcess } from '../state/container.ts';
import type { Children } from './children.ts';
import type { Home } from './namespaces.ts';
import type { Output } from './output.ts';
import { killSession, signalProcess } from './signals.ts';
import { startCommand, startContainer } from './start.ts';

export interface Runtime {
  /** Throws, or tells of an end, where it cannot be started. */
  start(container: ContainerProcess, output: Output, events: RunEvents): void;
  signal(container: ContainerProcess, process: ProcessId, signal: NodeJS.Signals): void;
  /** How a process ended that another kubelet started; undefined where the runtime does not know. */
  exitCode(container: ContainerProcess): Promise<number | undefined>;
  /** A command in all that the container is in. */
  exec(container: ContainerProcess, command: readonly string[]): RunningCommand;
  /** Removes what is left of it. */
  remove(container: ContainerProcess): void;
}

export interface RunningCommand {
  /** A child of the kubelet, which ends with the command's exit code. */
  readonly pid: number;
  /** At once, with whatever it has started. */
  kill(): void;
}

export interface RunEvents {
  onRunning(id: ProcessId): void;
  onEnd(exitCode: number): void;
}

export function makeHostRuntime(home: Home, children: Children): Runtime {
  return {
    start: (container, output, { onRunning, onEnd }) => {
      const { id, go } = output.withChildEnd(fd => startContainer(container, fd, home));
      children.watch(id.pid, onEnd);
      onRunning(id);
      go();
    },
    signal: (_, process, signal) => signalProcess(process, signal),
    exitCode: async () => undefined,
    exec: (container, command) => {
      const pid = startCommand(container, command, home);
      return { pid, kill: () => killSession(pid) };
    },
    remove: () => undefined,
  };
}
