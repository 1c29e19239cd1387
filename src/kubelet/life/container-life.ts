/**
 * The life of a container: what happens to it comes in, what it is after that and what is to be done about it go out.
 *
 * Pure: it knows no process, file or clock, and the time comes with each event. Restart policy, back-off and the end by
 * SIGTERM and SIGKILL are Kubernetes' own (`kuberuntime_manager.go`, `kuberuntime_container.go`).
 */
import { dequal } from 'dequal/lite';
import type { ProcessId } from '../../linux/proc.ts';
import type { ContainerState } from '../../memory/states.ts';
import type { ContainerStatus } from '../../sandbox/container-status.ts';
import { type ContainerProcess, graceMsOf } from '../../state/container.ts';
import { FRESH_BACKOFF } from './backoff.ts';
import { concludeRun } from './container-end.ts';
import type { ContainerEffect, ContainerEvent, ContainerLife, ContainerStep, EventOf } from './container-events.ts';

/** What a container runtime says where it could not start the command at all. */
const NOT_STARTED = 128;

/** One that is new, or that another kubelet has written down. */
export function beginLife(wanted: ContainerProcess, saved?: ContainerState): ContainerLife {
  const fresh = { status: freshStatus(wanted), backoff: FRESH_BACKOFF, hasStarted: false, current: wanted };
  return { ...(saved ?? fresh), wanted, startingSince: null, isStopping: false, isFinal: false, probeFailure: '' };
}

export const isRunning = ({ status, startingSince }: ContainerLife) =>
  status.process !== null || startingSince !== null;

/** Nothing of it is wanted any more, and nothing runs. */
export const isOver = (life: ContainerLife) => life.wanted === undefined && !isRunning(life);

/** It has ended well, as an init container has to before the next one starts. */
export const hasCompleted = (life: ContainerLife) =>
  !isRunning(life) && life.status.state === 'terminated' && life.status.exitCode === 0;

/** It has ended, and is not started again. */
export const isDone = (life: ContainerLife) =>
  !isRunning(life) && life.status.state === 'terminated' && life.status.nextStartAt === null;

/** `now` is in milliseconds since 1970. */
export function stepContainer(life: ContainerLife, event: ContainerEvent, now: number): ContainerStep {
  switch (event.kind) {
    case 'adopted':
      return { life, effects: event.isAlive ? [probe(life)] : [] };
    case 'wanted':
      return want({ ...life, wanted: event.process, isFinal: life.isFinal && !isBack(life, event) }, event.isLast);
    case 'turn':
      return takeTurn(life, now);
    case 'start-asked':
      return { life: life.startingSince === null ? life : update(life, CREATING), effects: [] };
    case 'not-started':
      return failToStart(life, event, now);
    case 'running':
      // Of one that is not being started any more its end would never be heard.
      return life.startingSince === null ? { life, effects: [] } : run(life, event.process, now);
    case 'ended':
      return isRunning(life) ? end(life, event, now) : { life, effects: [] };
    case 'readiness':
      if (life.status.process === null) return { life, effects: [] };
      return { life: update(life, { ready: event.ready, message: event.message }), effects: [REVIEW] };
    case 'started':
      if (life.status.process === null) return { life, effects: [] };
      return { life: { ...update(life, { started: true }), hasStarted: true }, effects: [REVIEW] };
    case 'probe-failed':
      return life.status.process === null ? { life, effects: [] } : restart(life, event);
    case 'stop':
      return stop({ ...life, isStopping: life.isStopping || isRunning(life) }, event.grace ? graceOf(life) : 0);
    case 'finish':
      return finish(life, event.graceMs);
    case 'grace-over':
      return { life, effects: signal(life, 'SIGKILL') };
    case 'forget-run':
      return { life: forgetRun(life), effects: [] };
    case 'hang-up':
      return { life, effects: signal(life, 'SIGHUP') };
  }
}

const graceOf = ({ current }: ContainerLife) => graceMsOf(current);

const REVIEW: ContainerEffect = { kind: 'review' };
const CREATING = { state: 'waiting', reason: 'ContainerCreating', message: '' } as const;

const probe = ({ current, status }: ContainerLife): ContainerEffect => ({
  ...{ kind: 'probe', container: current, isStarted: status.started },
});

function update(life: ContainerLife, change: Partial<ContainerStatus>): ContainerLife {
  return { ...life, status: { ...life.status, ...change } };
}

export const isChanged = ({ wanted, current }: ContainerLife) => wanted !== undefined && !dequal(wanted, current);

/** It is wanted again, or as something else, while it ends for good. */
const isBack = ({ wanted }: ContainerLife, { process }: EventOf<'wanted'>) =>
  process !== undefined && !dequal(process, wanted);

function want(life: ContainerLife, isLast: boolean): ContainerStep {
  const goesOn = !isRunning(life) || (life.wanted === undefined ? isLast : !isChanged(life));
  return goesOn ? { life, effects: [] } : stop({ ...life, isStopping: true }, graceOf(life));
}

/** Starts it, if that is due. */
function takeTurn(life: ContainerLife, now: number): ContainerStep {
  if (life.wanted === undefined || isRunning(life)) return { life, effects: [] };
  if (isChanged(life)) return startChanged(life, life.wanted, now);
  const { startedAt, nextStartAt, restarts } = life.status;
  if (startedAt === null) return start(life, now);
  if (nextStartAt === null) return { life, effects: [] };
  if (nextStartAt > now) return { life, effects: [{ kind: 'review-after', ms: nextStartAt - now }] };
  return start(update(life, { restarts: restarts + 1 }), now);
}

/** What has gone to another node leaves nothing on the one before; on the same one it takes that place itself. */
function startChanged(life: ContainerLife, wanted: ContainerProcess, now: number): ContainerStep {
  const moves = life.current.docker?.node !== wanted.docker?.node;
  const { life: started, effects } = start(beginLife(wanted), now);
  const removal: ContainerEffect = { kind: 'remove-remains', container: life.current };
  return { life: started, effects: moves ? [removal, ...effects] : effects };
}

function start(life: ContainerLife, now: number): ContainerStep {
  return { life: { ...life, startingSince: now }, effects: [{ kind: 'start', container: life.current }] };
}

function run(life: ContainerLife, process: ProcessId, now: number): ContainerStep {
  const started = life.current.container.startup === undefined;
  const running = update(
    { ...life, startingSince: null, probeFailure: '', hasStarted: life.hasStarted || started },
    {
      ...{ state: 'running', reason: '', message: '', process, startedAt: now, nextStartAt: null },
      ...{ ready: false, started },
    },
  );
  // What was to be stopped while it was only being started.
  return life.isStopping ? stop(running, graceOf(running)) : { life: running, effects: [probe(running)] };
}

function restart(life: ContainerLife, { message, graceMs }: EventOf<'probe-failed'>): ContainerStep {
  const note: ContainerEffect = { kind: 'note', text: `netlab: ${message}; the container is ${nextOf(life)}` };
  const stopped = stop({ ...life, probeFailure: message }, graceMs ?? graceOf(life));
  return { ...stopped, effects: [note, ...stopped.effects] };
}

const nextOf = ({ current }: ContainerLife) => (current.container.restart === 'never' ? 'ended' : 'started again');

/** What its pod's end waits for is asked once. */
function finish(life: ContainerLife, graceMs: number): ContainerStep {
  if (life.isFinal || !isRunning(life)) return { life, effects: [] };
  return stop({ ...life, isStopping: true, isFinal: true }, graceMs);
}

/** What is only being started is stopped as soon as it runs. */
function stop(life: ContainerLife, graceMs: number): ContainerStep {
  if (!isRunning(life)) return { life, effects: [] };
  const { process } = life.status;
  const stopProbing: ContainerEffect = { kind: 'stop-probing' };
  if (process === null || graceMs === 0) return { life, effects: [stopProbing, ...signal(life, 'SIGKILL')] };
  const end = { kind: 'terminate', signal: 'SIGTERM', container: life.current, process, graceMs } as const;
  return { life, effects: [stopProbing, end] };
}

function signal({ current, status }: ContainerLife, name: 'SIGKILL' | 'SIGHUP'): ContainerEffect[] {
  if (status.process === null) return [];
  return [{ kind: 'signal', signal: name, container: current, process: status.process }];
}

function end(life: ContainerLife, event: EventOf<'ended'>, now: number): ContainerStep {
  // Where it was over before it was seen to run.
  const begun = life.startingSince === null ? life : update(life, { startedAt: life.startingSince });
  const ended = concludeRun(begun, event, now);
  return {
    life: { ...ended, startingSince: null, isStopping: false, isFinal: false },
    effects: [{ kind: 'forget-grace' }, { kind: 'stop-probing' }, REVIEW],
  };
}

function failToStart(life: ContainerLife, { why, conflict }: EventOf<'not-started'>, now: number): ContainerStep {
  const begun = update({ ...life, startingSince: null }, { startedAt: now });
  const note: ContainerEffect = { kind: 'note', text: `netlab: cannot start it: ${why}` };
  const failed = concludeRun(begun, { exitCode: NOT_STARTED, conflict }, now);
  return { life: { ...failed, isStopping: false, isFinal: false }, effects: [note, REVIEW] };
}

function forgetRun(life: ContainerLife): ContainerLife {
  const { current, status } = life;
  if (isRunning(life) || status.startedAt === null) return life;
  return { ...life, hasStarted: false, status: { ...freshStatus(current), restarts: status.restarts + 1 } };
}

function freshStatus({ ns, container, init }: ContainerProcess): ContainerStatus {
  return {
    ...{ ns, name: container.name, init: init !== null, state: 'waiting', reason: 'PodInitializing', message: '' },
    ...{ ready: false, started: false, restarts: 0, process: null, startedAt: null, finishedAt: null, exitCode: null },
    nextStartAt: null,
  };
}
