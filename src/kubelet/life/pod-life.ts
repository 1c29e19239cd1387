/**
 * The life of a pod: its pause process, then its init containers one after the other, then its containers; in the end its
 * containers first, then its sidecars from the last to the first. What happens to it comes in, what it is after that and
 * what is to be done about it go out.
 *
 * Pure. A review looks at what is due; whatever happens only leads to the next review. A pod whose pause process ends is
 * started all over again, as kubelet does it, in the network namespace that it has.
 */
import { dequal } from 'dequal/lite';
import type { ProcessId } from '../../linux/proc.ts';
import type { ContainerState, PodState } from '../../memory/states.ts';
import { type ContainerProcess, graceMsOf, isSidecarProcess } from '../../state/container.ts';
import type { Pause } from '../../state/pause.ts';
import type { ContainerEffect, ContainerEvent, ContainerLife } from './container-events.ts';
import { beginLife, hasCompleted, isChanged, isDone, isOver, isRunning, stepContainer } from './container-life.ts';

export interface PodLife extends Omit<PodState, 'ready'> {
  /** The pause process that it should have; undefined where there should be no pod at all. */
  readonly pause: Pause | undefined;
  /** Since when it is ending; null while it is not. */
  readonly endingSince: number | null;
  readonly containers: ReadonlyMap<string, ContainerLife>;
}

export type PodEvent =
  /** `isElsewhere`: the pause process is in a network namespace that is not the one of this name any more. */
  | {
      readonly kind: 'wanted';
      readonly pause: Pause | undefined;
      readonly containers: readonly ContainerProcess[];
      readonly isElsewhere: boolean;
    }
  | { readonly kind: 'review' }
  | { readonly kind: 'pause-started'; readonly pause: Pause; readonly process: ProcessId }
  | { readonly kind: 'pause-not-started'; readonly why: string }
  | { readonly kind: 'pause-ended' }
  | { readonly kind: 'hang-up' }
  | { readonly kind: 'container'; readonly name: string; readonly event: ContainerEvent };

export type PodEffect =
  | { readonly kind: 'start-pause'; readonly pause: Pause }
  | { readonly kind: 'kill-pause'; readonly process: ProcessId }
  | { readonly kind: 'review' }
  | { readonly kind: 'review-after'; readonly ms: number }
  | { readonly kind: 'container'; readonly name: string; readonly effect: ContainerEffect }
  /** Nothing of a container is left but what is kept of it. */
  | { readonly kind: 'remove-container'; readonly name: string; readonly container: ContainerProcess }
  /** The same of the pod. */
  | { readonly kind: 'remove' };

export interface PodStep {
  readonly life: PodLife;
  readonly effects: readonly PodEffect[];
}

const RETRY_MS = 1000;

export const NEW_POD: PodState = { process: null, current: null, failure: '', ready: false };

/** One that is new, or that another kubelet has written down: what runs may not be wanted any more, or not as it is. */
export function beginPod(
  { process, current, failure }: Omit<PodState, 'ready'> = NEW_POD,
  containers: readonly ContainerState[] = [],
): PodLife {
  const lives = containers.map(one => [one.current.container.name, beginLife(one.current, one)] as const);
  return { process, current, failure, pause: undefined, endingSince: null, containers: new Map(lives) };
}

export const isPodReady = ({ process, containers }: PodLife) =>
  process !== null && [...containers.values()].every(one => (isInit(one) && !isSidecar(one)) || one.status.ready);

const specOf = ({ wanted, current }: ContainerLife) => wanted ?? current;
const initOf = (container: ContainerLife) => specOf(container).init;
const isInit = (container: ContainerLife) => initOf(container) !== null;
const isSidecar = (container: ContainerLife) => isSidecarProcess(specOf(container));

/** The processes that should be running. */
export function processesOf({ process, containers }: PodLife): ProcessId[] {
  return [process, ...[...containers.values()].map(({ status }) => status.process)].filter(id => id !== null);
}

export function stepPod(life: PodLife, event: PodEvent, now: number): PodStep {
  switch (event.kind) {
    case 'wanted':
      return want(life, event, now);
    case 'review':
      return review(life, now);
    case 'pause-started':
      return startContainers({ ...life, process: event.process, current: event.pause, failure: '' }, now);
    case 'pause-not-started':
      return {
        life: { ...life, process: null, current: null, failure: event.why },
        effects: [{ kind: 'review-after', ms: RETRY_MS }],
      };
    case 'pause-ended':
      return endPause(life, now);
    case 'hang-up':
      return stepAll(life, () => ({ kind: 'hang-up' }), now);
    case 'container':
      return stepOne(life, event.name, event.event, now);
  }
}

const REVIEW: PodEffect = { kind: 'review' };

/** Something happens to one container; nothing where it is not known any more. */
function stepOne(pod: PodLife, name: string, event: ContainerEvent, now: number): PodStep {
  const container = pod.containers.get(name);
  if (container === undefined) return { life: pod, effects: [] };
  const { life, effects } = stepContainer(container, event, now);
  return {
    life: life === container ? pod : { ...pod, containers: new Map(pod.containers).set(name, life) },
    effects: effects.map(effect => ({ kind: 'container', name, effect })),
  };
}

/** To each container what `eventOf` says, if anything. */
function stepAll(
  pod: PodLife,
  eventOf: (container: ContainerLife, name: string) => ContainerEvent | undefined,
  now: number,
): PodStep {
  return [...pod.containers].reduce<PodStep>(
    (step, [name, container]) => {
      const event = eventOf(container, name);
      return event === undefined ? step : then(step, life => stepOne(life, name, event, now));
    },
    { life: pod, effects: [] },
  );
}

function then({ life, effects }: PodStep, next: (life: PodLife) => PodStep): PodStep {
  const step = next(life);
  return { life: step.life, effects: [...effects, ...step.effects] };
}

type WantedEvent = Extract<PodEvent, { kind: 'wanted' }>;

function want(pod: PodLife, { pause, containers, isElsewhere }: WantedEvent, now: number): PodStep {
  // What runs may be of a manifest that is gone, or that another kubelet has seen.
  const before = pod.pause ?? pod.current;
  const isChanged = Boolean(before) && !dequal(pause, before);
  const mustRestart = pod.process !== null && pause !== undefined && (isChanged || isElsewhere);
  const killPause: PodEffect[] = mustRestart && pod.process ? [{ kind: 'kill-pause', process: pod.process }] : [];
  const wanted = new Map(pause && containers.map(one => [one.container.name, one]));
  const known = stepAll(
    { ...pod, pause, endingSince: pause === undefined ? (pod.endingSince ?? now) : null },
    (one, name) => ({ kind: 'wanted', process: wanted.get(name), isLast: isSidecar(one) }),
    now,
  );
  const fresh = [...wanted].filter(([name]) => !pod.containers.has(name));
  const lives = fresh.map(([name, container]) => [name, beginLife(container)] as const);
  return {
    life: { ...known.life, containers: new Map([...known.life.containers, ...lives]) },
    effects: [...killPause, ...known.effects, REVIEW],
  };
}

function endPause(pod: PodLife, now: number): PodStep {
  const step = stepAll(pod, one => (isInit(one) ? { kind: 'forget-run' } : undefined), now);
  return { life: { ...step.life, process: null, current: null, failure: '' }, effects: [...step.effects, REVIEW] };
}

function review(pod: PodLife, now: number): PodStep {
  return then(removeContainers(pod), life => {
    if (life.pause === undefined) return takeDown(life, now);
    return life.process === null ? restart(life, life.pause, now) : startContainers(life, now);
  });
}

function removeContainers(pod: PodLife): PodStep {
  const [over, kept] = [true, false].map(isIt => [...pod.containers].filter(([, one]) => isOver(one) === isIt));
  if (!over?.length) return { life: pod, effects: [] };
  return {
    life: { ...pod, containers: new Map(kept) },
    effects: over.map(([name, { current }]) => ({ kind: 'remove-container', name, container: current })),
  };
}

/** The pause process is the last to go, and before it the sidecars. */
function takeDown(life: PodLife, now: number): PodStep {
  if (life.containers.size > 0) return endSidecar(life, () => true, now);
  return {
    life,
    effects: [life.process === null ? { kind: 'remove' } : { kind: 'kill-pause', process: life.process }],
  };
}

/** What still runs is in the namespaces of a pause process that has ended. */
function restart(life: PodLife, pause: Pause, now: number): PodStep {
  if (![...life.containers.values()].some(isRunning)) {
    const fresh = stepAll(life, one => (isInit(one) ? { kind: 'forget-run' } : undefined), now);
    return then(fresh, next => ({ life: next, effects: [{ kind: 'start-pause', pause }] }));
  }
  return stepAll(life, one => (isRunning(one) ? { kind: 'stop', grace: false } : undefined), now);
}

/** What sidecars have at least to end, as in kubelet (`kuberuntime_container.go`). */
const LEAST_GRACE_MS = 2000;

/** The last one that ends, as soon as nothing else does that may need it. */
function endSidecar(pod: PodLife, ends: (container: ContainerLife) => boolean, now: number): PodStep {
  const last = inOrder(pod).findLast(([, one]) => isRunning(one) && ends(one));
  if (!last || !isSidecar(last[1])) return { life: pod, effects: [] };
  const [name, { current }] = last;
  const graceMs = Math.max(LEAST_GRACE_MS, graceMsOf(current) - (now - (pod.endingSince ?? now)));
  return stepOne(pod, name, { kind: 'finish', graceMs }, now);
}

function inOrder({ containers }: PodLife): [name: string, container: ContainerLife][] {
  const order = (container: ContainerLife) => initOf(container) ?? Number.POSITIVE_INFINITY;
  return [...containers].sort(([, a], [, b]) => order(a) - order(b));
}

/** Whether all its containers have ended for good: then its sidecars have nothing to do any more. */
function hasEnded({ containers }: PodLife): boolean {
  const all = [...containers.values()];
  const main = all.filter(one => !isInit(one));
  const isDue = (one: ContainerLife) => isChanged(one) || one.status.startedAt === null;
  return main.length > 0 && main.every(isDone) && !all.some(isDue);
}

/** Each that is due; an init container keeps those after it waiting until it has succeeded, or has started as a sidecar. */
function startContainers(pod: PodLife, now: number): PodStep {
  if (hasEnded(pod)) return endSidecar({ ...pod, endingSince: pod.endingSince ?? now }, () => true, now);
  let step = endSidecar({ ...pod, endingSince: null }, ({ wanted }) => wanted === undefined, now);
  for (const [name] of inOrder(pod)) {
    step = then(step, life => giveTurn(life, name, now));
    const after = step.life.containers.get(name);
    if (after && keepsWaiting(after)) break;
  }
  return step;
}

/** A sidecar that ended with its pod goes on where that does. */
function giveTurn(pod: PodLife, name: string, now: number): PodStep {
  const container = pod.containers.get(name);
  const isBack = container && isSidecar(container) && isDone(container);
  const before: PodStep = isBack ? stepOne(pod, name, { kind: 'forget-run' }, now) : { life: pod, effects: [] };
  return then(before, life => stepOne(life, name, { kind: 'turn' }, now));
}

/** As kubelet has it, a sidecar that is started again keeps nobody waiting (`computeInitContainerActions`). */
function keepsWaiting(container: ContainerLife): boolean {
  if (!isInit(container)) return false;
  return isSidecar(container) ? !container.hasStarted : !hasCompleted(container);
}
