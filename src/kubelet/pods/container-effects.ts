/**
 * What is done about a container: effects of its life come in, and what comes of them goes back as events.
 *
 * It decides nothing. The process, its output, its probes and the time are here.
 */
import { mkdirSync, rmSync } from 'node:fs';
import type { ProcessId } from '../../linux/proc.ts';
import { isProcessAlive } from '../../linux/proc.ts';
import { containerStatePath } from '../../memory/folders.ts';
import { writeJsonFile } from '../../memory/json-file.ts';
import type { ContainerState } from '../../memory/states.ts';
import type { ContainerProcess } from '../../state/container.ts';
import { containerFolder } from '../../state/pod-folder.ts';
import type { Children } from '../children.ts';
import type { ContainerEffect, ContainerEvent, EffectOf } from '../life/container-events.ts';
import { type Output, openOutput } from '../output.ts';
import { keepProbing, type Probing } from '../probes/probing.ts';
import type { Prober } from '../probes/run-probe.ts';
import type { Runtime } from '../runtime.ts';
import { handlesTerm } from '../signals.ts';
import { makeTimer, type Timer } from '../timer.ts';

/** What the containers of a lab are run and probed by. */
export interface PodTools extends Prober {
  readonly children: Children;
  runtimeOf(container: ContainerProcess): Runtime;
}

/** The pod, which hears what comes of effects. */
export interface ContainerPod {
  tell(event: ContainerEvent): void;
  /** Which container of the pod has a port that this one needs, where that may be why it ended with this code. */
  findConflict(exitCode: number | undefined): string | undefined;
  /** Something has changed that the pod has to look at. */
  review(): void;
}

export interface OpenContainer {
  readonly tools: PodTools;
  readonly pod: ContainerPod;
  readonly output: Output;
  /** SIGKILL follows. */
  readonly grace: Timer;
  /** It may be started again. */
  readonly restart: Timer;
  probing: Probing | undefined;
}

export function openContainer(ns: string, name: string, tools: PodTools, pod: ContainerPod): OpenContainer {
  mkdirSync(containerFolder(ns, name), { recursive: true });
  return {
    ...{ tools, pod, output: openOutput(ns, name) },
    ...{ grace: makeTimer(), restart: makeTimer(), probing: undefined },
  };
}

/** Goes on with a process that another kubelet has started. Its parent was that kubelet, but the runtime may know how it ended. */
export function adoptProcess(open: OpenContainer, container: ContainerProcess, process: ProcessId): void {
  const { children, runtimeOf } = open.tools;
  const lookHowItEnded = async () => tellEnd(open, await runtimeOf(container).exitCode(container));
  children.adopt(process, () => void lookHowItEnded());
  open.pod.tell({ kind: 'adopted', isAlive: isProcessAlive(process) });
}

export function saveContainer({ status, backoff, hasStarted, current }: ContainerState): void {
  const state: ContainerState = { status, backoff, hasStarted, current };
  writeJsonFile(containerStatePath(status.ns, status.name), state);
}

/** Removes all that is kept of it. */
export function removeContainer(open: OpenContainer, container: ContainerProcess): void {
  open.restart.clear();
  open.output.close();
  open.tools.runtimeOf(container).remove(container);
  rmSync(containerFolder(container.ns, container.container.name), { recursive: true, force: true });
}

export function carryOut(open: OpenContainer, effect: ContainerEffect): void {
  const { tools, pod, output } = open;
  switch (effect.kind) {
    case 'start':
      start(open, effect.container);
      break;
    case 'probe':
      probe(open, effect);
      break;
    case 'stop-probing':
      open.probing?.stop();
      break;
    case 'signal':
      signal(open, effect, effect.signal);
      break;
    case 'terminate':
      terminate(open, effect);
      break;
    case 'forget-grace':
      open.grace.clear();
      break;
    case 'remove-remains':
      tools.runtimeOf(effect.container).remove(effect.container);
      break;
    case 'note':
      output.note(effect.text);
      break;
    case 'review':
      pod.review();
      break;
    case 'review-after':
      open.restart.set(effect.ms, pod.review);
      break;
    default:
      effect satisfies never;
  }
}

function start(open: OpenContainer, container: ContainerProcess): void {
  const { tools, pod, output } = open;
  const onRunning = (process: ProcessId) => pod.tell({ kind: 'running', process });
  try {
    tools.runtimeOf(container).start(container, output, { onRunning, onEnd: code => tellEnd(open, code) });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    pod.tell({ kind: 'not-started', why, conflict: pod.findConflict(undefined) });
    return;
  }
  pod.tell({ kind: 'start-asked' });
}

function tellEnd({ pod }: OpenContainer, exitCode: number | undefined): void {
  pod.tell({ kind: 'ended', exitCode, conflict: pod.findConflict(exitCode) });
}

function probe(open: OpenContainer, { container, isStarted }: EffectOf<'probe'>): void {
  const { tools, pod } = open;
  open.probing?.stop();
  open.probing = keepProbing(container, isStarted, tools, {
    onStarted: () => pod.tell({ kind: 'started' }),
    onReady: (ready, message) => pod.tell({ kind: 'readiness', ready, message }),
    onDead: (message, graceMs) => pod.tell({ kind: 'probe-failed', message, graceMs }),
  });
}

function terminate(open: OpenContainer, effect: EffectOf<'terminate'>): void {
  const canTerm = handlesTerm(effect.process);
  signal(open, effect, canTerm ? 'SIGTERM' : 'SIGKILL');
  // A second request gives no more time.
  if (canTerm && !open.grace.isSet()) open.grace.set(effect.graceMs, () => open.pod.tell({ kind: 'grace-over' }));
}

function signal(
  { tools }: OpenContainer,
  { container, process }: EffectOf<'signal' | 'terminate'>,
  name: NodeJS.Signals,
): void {
  tools.runtimeOf(container).signal(container, process, name);
}
