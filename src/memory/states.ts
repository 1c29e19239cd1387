/** What the kubelet writes down of pods and containers: netlab shows it, and another kubelet goes on from it. */
import type { ProcessId } from '../linux/proc.ts';
import type { ContainerStatus } from '../sandbox/container-status.ts';
import type { ContainerProcess } from '../state/container.ts';
import type { Pause } from '../state/pause.ts';

export interface PodState {
  /** The pause process, while there is one. */
  readonly process: ProcessId | null;
  /** What it was started from; null while there is none. */
  readonly current: Pause | null;
  /** Why the pod cannot be started; empty where it can. */
  readonly failure: string;
  /** Whether it counts as ready, for whatever follows the readiness of pods. */
  readonly ready: boolean;
}

export interface ContainerState {
  readonly status: ContainerStatus;
  /** How long it stays down after its next end; 0 where it has never ended. */
  readonly backoff: { readonly delayMs: number };
  /** It has run, and its startup probe succeeded, at least once since its pod began: as a sidecar it keeps nobody waiting any more. */
  readonly hasStarted: boolean;
  /** What the process was started from. */
  readonly current: ContainerProcess;
}
