/** What a container's life is made of: its state, what may happen to it, and what is to be done about it. All of it is data. */

import type { ProcessId } from '../../linux/proc.ts';
import type { ContainerState } from '../../memory/states.ts';
import type { ContainerProcess } from '../../state/container.ts';

export interface ContainerLife extends ContainerState {
  /** What it should be; undefined for nothing at all. */
  readonly wanted: ContainerProcess | undefined;
  /** Since when it is being started; null where it is not. */
  readonly startingSince: number | null;
  /** It is being ended on purpose, so that its end is no crash. */
  readonly isStopping: boolean;
  /** It is ended for good, as its pod is over. */
  readonly isFinal: boolean;
  /** What its liveness or startup probe has found, for which it is ended. */
  readonly probeFailure: string;
}

export type ContainerEvent =
  /** A kubelet before this one has started it; its process may have ended since. */
  | { readonly kind: 'adopted'; readonly isAlive: boolean }
  /** `isLast`: where it is not wanted any more, it goes on until its pod says so. */
  | { readonly kind: 'wanted'; readonly process: ContainerProcess | undefined; readonly isLast: boolean }
  /** Its pod says that it may run now. */
  | { readonly kind: 'turn' }
  /** The runtime has been asked to start it. */
  | { readonly kind: 'start-asked' }
  | { readonly kind: 'not-started'; readonly why: string; readonly conflict: string | undefined }
  | { readonly kind: 'running'; readonly process: ProcessId }
  /** The exit code is undefined where it is not known; `conflict` names the container that has a port which this one needs. */
  | { readonly kind: 'ended'; readonly exitCode: number | undefined; readonly conflict: string | undefined }
  | { readonly kind: 'readiness'; readonly ready: boolean; readonly message: string }
  /** Its startup probe has succeeded. */
  | { readonly kind: 'started' }
  /** Its liveness or startup probe has failed; `graceMs` is how long it has to end, where the probe says that. */
  | { readonly kind: 'probe-failed'; readonly message: string; readonly graceMs: number | undefined }
  | { readonly kind: 'stop'; readonly grace: boolean }
  /** Its pod is over: it ends, within this time, and is not started again. */
  | { readonly kind: 'finish'; readonly graceMs: number }
  | { readonly kind: 'grace-over' }
  /** Its pod starts all over again: as if it had never run, but for its count of restarts. */
  | { readonly kind: 'forget-run' }
  /** It should read its configuration again. */
  | { readonly kind: 'hang-up' };

export type EventOf<Kind extends ContainerEvent['kind']> = Extract<ContainerEvent, { kind: Kind }>;

export type ContainerEffect =
  | { readonly kind: 'start'; readonly container: ContainerProcess }
  /** `isStarted`: its startup probe has succeeded already, or it has none. */
  | { readonly kind: 'probe'; readonly container: ContainerProcess; readonly isStarted: boolean }
  | { readonly kind: 'stop-probing' }
  | Signal<'signal', 'SIGKILL' | 'SIGHUP'>
  /** SIGTERM, and `grace-over` after so long; SIGKILL at once where nothing handles SIGTERM. */
  | (Signal<'terminate', 'SIGTERM'> & { readonly graceMs: number })
  | { readonly kind: 'forget-grace' }
  /** Removes what is left of it on another node. */
  | { readonly kind: 'remove-remains'; readonly container: ContainerProcess }
  /** A line for its log. */
  | { readonly kind: 'note'; readonly text: string }
  /** Its pod should look at what is due. */
  | { readonly kind: 'review' }
  | { readonly kind: 'review-after'; readonly ms: number };

interface Signal<Kind, Name> {
  readonly kind: Kind;
  readonly signal: Name;
  readonly container: ContainerProcess;
  readonly process: ProcessId;
}

export interface ContainerStep {
  readonly life: ContainerLife;
  readonly effects: readonly ContainerEffect[];
}

export type EffectOf<Kind extends ContainerEffect['kind']> = Extract<ContainerEffect, { kind: Kind }>;
