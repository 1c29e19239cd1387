/**
 * One pod: what it should be comes in from its manifests, and its processes are brought in line. What is due is decided by
 * its life (`pod-life.ts`); here effects are carried out, and what comes of them is told.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import type { ProcessId } from '../../linux/proc.ts';
import { containerStatePath, podStatePath } from '../../memory/folders.ts';
import { readJsonFile, writeJsonFile } from '../../memory/json-file.ts';
import type { ContainerState, PodState } from '../../memory/states.ts';
import type { ContainerProcess } from '../../state/container.ts';
import { type Pause, pauseNetworkOf } from '../../state/pause.ts';
import { containerFolder, podFolder } from '../../state/pod-folder.ts';
import { isFailure } from '../life/container-end.ts';
import { isRunning } from '../life/container-life.ts';
import {
  beginPod,
  isPodReady,
  type PodEffect,
  type PodEvent,
  type PodLife,
  processesOf,
  stepPod,
} from '../life/pod-life.ts';
import { signalProcess } from '../signals.ts';
import { sharesNetwork, startPause } from '../start.ts';
import { makeTimer, type Timer } from '../timer.ts';
import {
  adoptProcess,
  carryOut,
  type OpenContainer,
  openContainer,
  type PodTools,
  removeContainer,
  saveContainer,
} from './container-effects.ts';
import { findPortConflict } from './port-conflict.ts';

export interface KeptPod {
  /** From now on it should be made of these; undefined for no pod at all. */
  want(pause: Pause | undefined, containers: readonly ContainerProcess[]): void;
  /** Whether every container of it is ready. */
  isReady(): boolean;
  /** SIGHUP to its containers: they should read their configuration again. */
  sendHangup(): void;
  /** The processes that should be running. */
  processes(): ProcessId[];
}

export interface PodEvents {
  /** Nothing of it is left. */
  onGone(): void;
  /** It may have become ready, or be so no longer. */
  onChange(): void;
}

interface OpenPod {
  readonly ns: string;
  readonly tools: PodTools;
  readonly events: PodEvents;
  readonly containers: Map<string, OpenContainer>;
  /** The pause process could not be started, and is tried again. */
  readonly retry: Timer;
  life: PodLife;
  review: NodeJS.Immediate | undefined;
  isGone: boolean;
}

export function keepPod(ns: string, tools: PodTools, events: PodEvents): KeptPod {
  const pod = openPod(ns, tools, events);
  return {
    want: (pause, containers) => {
      const { process, current } = pod.life;
      const isElsewhere = process !== null && current !== null && !sharesNetwork(process.pid, pauseNetworkOf(current));
      tell(pod, { kind: 'wanted', pause, containers, isElsewhere });
    },
    isReady: () => isPodReady(pod.life),
    sendHangup: () => tell(pod, { kind: 'hang-up' }),
    processes: () => processesOf(pod.life),
  };
}

function openPod(ns: string, tools: PodTools, events: PodEvents): OpenPod {
  mkdirSync(containerFolder(ns, ''), { recursive: true });
  const life = beginPod(readJsonFile(podStatePath(ns)) as PodState | undefined, readContainers(ns));
  const pod: OpenPod = {
    ...{ ns, tools, events, containers: new Map(), retry: makeTimer() },
    ...{ life, review: undefined, isGone: false },
  };
  savePod(pod);
  if (life.process !== null) tools.children.adopt(life.process, () => tell(pod, { kind: 'pause-ended' }));
  for (const [name, container] of life.containers) {
    const { status, current } = container;
    const open = openOf(pod, name);
    saveContainer(container);
    if (status.process !== null) adoptProcess(open, current, status.process);
  }
  return pod;
}

/** What a kubelet before this one has left, as it was started. */
function readContainers(ns: string): ContainerState[] {
  const names = readdirSync(containerFolder(ns, ''));
  return names.flatMap(name => (readJsonFile(containerStatePath(ns, name)) as ContainerState | undefined) ?? []);
}

function tell(pod: OpenPod, event: PodEvent): void {
  if (pod.isGone) return;
  const before = pod.life;
  const { life, effects } = stepPod(before, event, Date.now());
  pod.life = life;
  // Before anything is done: the next kubelet has to know what this one has begun.
  save(pod, before);
  for (const effect of effects) perform(pod, effect);
}

function save(pod: OpenPod, before: PodLife): void {
  const { process, failure, containers } = pod.life;
  const isOther =
    process !== before.process || failure !== before.failure || isPodReady(pod.life) !== isPodReady(before);
  if (isOther) savePod(pod);
  for (const [name, container] of containers) {
    const { status, backoff, current } = container;
    const was = before.containers.get(name);
    if (was?.status === status && was.backoff === backoff && was.current === current) continue;
    openOf(pod, name);
    saveContainer(container);
  }
}

function savePod({ ns, life }: OpenPod): void {
  const { process, current, failure } = life;
  writeJsonFile(podStatePath(ns), { process, current, failure, ready: isPodReady(life) } satisfies PodState);
}

function openOf(pod: OpenPod, name: string): OpenContainer {
  const known = pod.containers.get(name);
  if (known) return known;
  const made = openContainer(pod.ns, name, pod.tools, {
    // One of the same name may have taken its place.
    tell: event => {
      if (pod.containers.get(name) === made) tell(pod, { kind: 'container', name, event });
    },
    findConflict: exitCode => findConflict(pod, name, exitCode),
    review: () => review(pod),
  });
  pod.containers.set(name, made);
  return made;
}

function findConflict({ life, tools }: OpenPod, name: string, exitCode: number | undefined): string | undefined {
  const container = life.containers.get(name);
  if (container === undefined || !isFailure(container, exitCode)) return undefined;
  // What is being ended gives its port back in a moment.
  const others = [...life.containers].filter(([other, one]) => other !== name && isRunning(one) && !one.isStopping);
  const siblings = others.map(([other, { status }]) => ({ name: other, proc: status.process?.proc ?? '/proc' }));
  return findPortConflict(container.current, siblings, tools.home);
}

function perform(pod: OpenPod, effect: PodEffect): void {
  switch (effect.kind) {
    case 'start-pause':
      start(pod, effect.pause);
      break;
    case 'kill-pause':
      signalProcess(effect.process, 'SIGKILL');
      break;
    case 'review':
      review(pod);
      break;
    case 'review-after':
      pod.retry.set(effect.ms, () => review(pod));
      break;
    case 'container':
      carryOut(openOf(pod, effect.name), effect.effect);
      break;
    case 'remove-container':
      removeContainer(openOf(pod, effect.name), effect.container);
      pod.containers.delete(effect.name);
      break;
    case 'remove':
      remove(pod);
      break;
    default:
      effect satisfies never;
  }
}

/** What happens at once is looked at together. */
function review(pod: OpenPod): void {
  pod.events.onChange();
  pod.review ??= setImmediate(() => {
    pod.review = undefined;
    tell(pod, { kind: 'review' });
  });
}

function start(pod: OpenPod, pause: Pause): void {
  const { children, home } = pod.tools;
  let process: ProcessId;
  try {
    process = startPause(pause, home);
  } catch (error) {
    tell(pod, { kind: 'pause-not-started', why: error instanceof Error ? error.message : String(error) });
    return;
  }
  children.watch(process.pid, () => tell(pod, { kind: 'pause-ended' }));
  tell(pod, { kind: 'pause-started', pause, process });
}

function remove(pod: OpenPod): void {
  pod.isGone = true;
  pod.retry.clear();
  rmSync(podFolder(pod.ns), { recursive: true, force: true });
  pod.events.onGone();
}
