/** What becomes of a container, in Kubernetes' words. */

import type { ProcessId } from '../linux/proc.ts';
import type { ContainerProcess } from '../state/container.ts';

export interface ContainerStatus {
  /** Network namespace of its pod. */
  readonly ns: string;
  readonly name: string;
  readonly init: boolean;
  readonly state: 'waiting' | 'running' | 'terminated';
  /** `PodInitializing`, `CrashLoopBackOff`, `Completed`, `Error`, ...; empty while it runs. */
  readonly reason: string;
  /** What a person should know besides; empty for nothing. */
  readonly message: string;
  /** Running, and its readiness probe, where it has one, has succeeded. */
  readonly ready: boolean;
  /** Running, and its startup probe, where it has one, has succeeded. */
  readonly started: boolean;
  readonly restarts: number;
  /** While it runs: its number, and its start time in clock ticks since boot. */
  readonly process: ProcessId | null;
  /** Milliseconds since 1970, of the present run or else the last; null before the first. */
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Of the last run that ended; 128 + n for a signal, 137 also where its end was not seen. */
  readonly exitCode: number | null;
  /** When it is started again, in milliseconds since 1970; null where that is not settled. */
  readonly nextStartAt: number | null;
}

/** With what it was started from, which is not what is wanted now where a change has not been made yet. */
export interface SeenContainer extends ContainerStatus {
  readonly current: ContainerProcess;
}

/** The processes that a lab has besides its network. */
export interface LabProcesses {
  /** Whether the kubelet runs; a lab without containers has none. */
  readonly kubeletRuns: boolean;
  /** What the kubelet has failed at, where it does not run; else empty. */
  readonly kubeletError: string;
  readonly containers: readonly SeenContainer[];
  /** The namespaces of the pods that the kubelet counts as ready: nobody else judges it. */
  readonly readyPods: readonly string[];
  /** Why the processes of a pod could not be started, by its namespace. */
  readonly failures: Readonly<Record<string, string>>;
}
