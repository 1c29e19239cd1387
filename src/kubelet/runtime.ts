/**
 * What runs a container: this host itself, where it is a program of the host's, or Docker, where it has an image. How it
 * is supervised is the same.
 */

import type { ProcessId } from '../sandbox/container-status.ts';
import type { ContainerProcess } from '../state/container.ts';
import type { Home } from './namespaces.ts';
import type { Output } from './output.ts';
import { killSession, signalProcess } from './signals.ts';
import { startBeside, startContainer } from './start.ts';

export interface Runtime {
  /** Throws, or tells of an end, where it cannot be started. */
  start(container: ContainerProcess, output: Output, events: RunEvents): void;
  signal(container: ContainerProcess, process: ProcessId, signal: NodeJS.Signals): void;
  /** How a process ended that another supervisor started; undefined where nobody knows. */
  exitCode(container: ContainerProcess): Promise<number | undefined>;
  /** A command beside it, in all that it is in. */
  startBeside(container: ContainerProcess, command: readonly string[]): Beside;
  /** Removes what is left of it. */
  remove(container: ContainerProcess): void;
}

export interface Beside {
  /** A child of the supervisor, which ends with the command's exit code. */
  readonly pid: number;
  /** At once, with whatever it has started. */
  end(): void;
}

export interface RunEvents {
  onRunning(id: ProcessId): void;
  /** Of a process that is not a child of the supervisor; of those it hears anyway. */
  onEnd(exitCode: number): void;
}

export function makeHostRuntime(home: Home): Runtime {
  return {
    start: (container, output, { onRunning }) => {
      const { id, go } = output.withChildEnd(fd => startContainer(container, fd, home));
      onRunning(id);
      go();
    },
    signal: (_, process, signal) => signalProcess(process, signal),
    exitCode: async () => undefined,
    startBeside: (container, command) => {
      const pid = startBeside(container, command, home);
      return { pid, end: () => killSession(pid) };
    },
    remove: () => undefined,
  };
}
