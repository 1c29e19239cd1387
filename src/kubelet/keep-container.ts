/**
 * One container: what it should be comes in from its manifest, what it is goes out as its state.
 *
 * It is started when its pod says that it may, and again as its restart policy and Kubernetes' back-off have it.
 */

import { mkdirSync, rmSync } from 'node:fs';
import type { ProcessId } from '../linux/proc.ts';
import { isProcessAlive } from '../linux/proc.ts';
import { containerStatePath } from '../memory/folders.ts';
import { readJsonFile, writeJsonFile } from '../memory/json-file.ts';
import type { ContainerState } from '../memory/states.ts';
import type { ContainerStatus } from '../sandbox/container-status.ts';
import type { ContainerProcess } from '../state/container.ts';
import { containerFolder } from '../state/pod-folder.ts';
import type { Children } from './children.ts';
import { explainCollision } from './collision.ts';
import { openOutput } from './output.ts';
import { keepProbing, type Probing } from './probing.ts';
import { FRESH_BACKOFF, nextStart } from './rules/backoff.ts';
import type { Prober } from './run-probe.ts';
import type { Runtime } from './runtime.ts';
import { handlesTerm } from './signals.ts';

/** Between SIGTERM and SIGKILL, as Kubernetes' terminationGracePeriodSeconds. */
const GRACE_MS = 30_000;

/** Who was killed, or was not seen to end by anybody. */
const KILLED = 137;
/** What a container runtime says where it could not start the command at all. */
const NOT_STARTED = 128;

/** What a container is run and asked by. */
export interface Means extends Prober {
  readonly children: Children;
  runtimeOf(container: ContainerProcess): Runtime;
}

export interface Surroundings extends Means {
  /** Something has changed that the pod has to look at. */
  review(): void;
  /** The other containers of the pod. */
  siblings(): readonly KeptContainer[];
}

export interface KeptContainer {
  readonly name: string;
  readonly init: number | null;
  status(): ContainerStatus;
  isRunning(): boolean;
  /** It runs, and is to end because somebody wants it to. */
  isStopping(): boolean;
  /** From now on it should be this; undefined for nothing at all. */
  want(process: ContainerProcess | undefined): void;
  /** Whether nothing of it is wanted any more, and nothing runs. */
  isOver(): boolean;
  /** Starts it, if that is due. */
  start(): void;
  /** Ends it, at once where `grace` is false; what is started next is a new run. */
  stop(grace: boolean): void;
  /** As if it had never run, but for its count of restarts. */
  forgetRun(): void;
  /** SIGHUP: it should read its configuration again. */
  hangUp(): void;
  /** Removes what is kept of it. */
  remove(): void;
}

export function keepContainer(first: ContainerProcess, around: Surroundings): KeptContainer {
  const { ns, init } = first;
  const { name } = first.container;
  const path = containerStatePath(ns, name);
  mkdirSync(containerFolder(ns, name), { recursive: true });
  const output = openOutput(ns, name);
  const saved = readJsonFile(path) as ContainerState | undefined;
  let { status, backoff, current } = saved ?? { status: freshStatus(first), backoff: FRESH_BACKOFF, current: first };
  let wanted: ContainerProcess | undefined = first;
  let probing: Probing | undefined;
  let startTimer: NodeJS.Timeout | undefined;
  let killTimer: NodeJS.Timeout | undefined;
  /** It ends because somebody wants it to, so that its end is no crash. */
  let stopping = false;
  /** What its liveness probe has found, for which it is ended. */
  let ailment = '';
  /** Since when it is being started, where that takes a while. */
  let startingSince: number | undefined;

  const set = (change: Partial<ContainerStatus>) => {
    status = { ...status, ...change };
    writeJsonFile(path, { status, backoff, current } satisfies ContainerState);
  };
  const isRunning = () => status.process !== null || startingSince !== undefined;
  const isChanged = () => wanted !== undefined && JSON.stringify(wanted) !== JSON.stringify(current);
  const probe = () => {
    probing?.stop();
    probing = keepProbing(current, around, {
      onReady: (ready, message) => {
        set({ ready, message });
        around.review();
      },
      onDead: message => {
        ailment = message;
        output.note(`netlab: ${message}; the container is started again`);
        stop(true, false);
      },
    });
  };

  const run = (id: ProcessId) => {
    startingSince = undefined;
    ailment = '';
    const message = '';
    set({ state: 'running', reason: '', message, process: id, startedAt: Date.now(), nextStartAt: null, ready: false });
    if (stopping) stop(true);
    else probe();
  };

  const launch = () => {
    try {
      startingSince = Date.now();
      around.runtimeOf(current).start(current, output, { onRunning: run, onEnd: ended });
      if (startingSince !== undefined) set({ state: 'waiting', reason: 'ContainerCreating', message: '' });
    } catch (error) {
      startingSince = undefined;
      output.note(`netlab: cannot start it: ${error instanceof Error ? error.message : error}`);
      set({ startedAt: Date.now() });
      conclude(NOT_STARTED);
    }
  };

  const conclude = (code: number) => {
    const now = Date.now();
    const message =
      code === 0 || stopping ? '' : (explainCollision(current, around.siblings(), around.home) ?? ailment);
    const reason = code === 0 ? 'Completed' : 'Error';
    const next = restartTime(now, code);
    const waits = next !== null && next > now;
    set({
      ...{ state: waits ? 'waiting' : 'terminated', reason: waits ? 'CrashLoopBackOff' : reason, message },
      ...{ process: null, ready: false, finishedAt: now, exitCode: code, nextStartAt: next },
    });
  };

  const restartTime = (now: number, code: number): number | null => {
    const { restart } = current.container;
    if (stopping) return now;
    if (restart === 'never' || (restart === 'on-failure' && code === 0)) return null;
    const next = nextStart(backoff, status.startedAt ?? now, now);
    backoff = next.backoff;
    return next.at;
  };

  const stop = (grace: boolean, onPurpose = true) => {
    if (!isRunning()) return;
    stopping ||= onPurpose;
    probing?.stop();
    const { process } = status;
    // What is only being started is ended as soon as it runs.
    if (process === null) return;
    const canTerm = grace && handlesTerm(process);
    const { signal } = around.runtimeOf(current);
    signal(current, process, canTerm ? 'SIGTERM' : 'SIGKILL');
    if (canTerm) killTimer ??= setTimeout(() => signal(current, process, 'SIGKILL'), GRACE_MS);
  };

  const ended = (code: number | undefined) => {
    if (!isRunning()) return;
    clearTimeout(killTimer);
    killTimer = undefined;
    probing?.stop();
    if (startingSince !== undefined) set({ startedAt: startingSince });
    startingSince = undefined;
    conclude(code ?? KILLED);
    stopping = false;
    around.review();
  };

  /** Nobody was told, but whoever has run it may know. */
  const lookHowItEnded = () => void around.runtimeOf(current).exitCode(current).then(ended);

  const start = () => {
    clearTimeout(startTimer);
    if (wanted === undefined || isRunning() || status.state === 'running') return;
    if (isChanged()) {
      // What has gone to another node leaves nothing on the one before; on the same one it takes that place itself.
      if (current.docker?.node !== wanted.docker?.node) around.runtimeOf(current).remove(current);
      current = wanted;
      backoff = FRESH_BACKOFF;
      set({ ...freshStatus(current) });
    }
    if (status.startedAt === null) return launch();
    if (status.nextStartAt === null) return;
    const delay = status.nextStartAt - Date.now();
    if (delay > 0) startTimer = setTimeout(() => around.review(), delay);
    else {
      set({ restarts: status.restarts + 1 });
      launch();
    }
  };

  if (status.process !== null) {
    around.children.adopt(status.process, lookHowItEnded);
    if (isProcessAlive(status.process)) probe();
  }
  set({});

  return {
    ...{ name, init, isRunning, start },
    status: () => status,
    stop: grace => stop(grace),
    want: process => {
      wanted = process;
      if (isRunning() && (wanted === undefined || isChanged())) stop(true);
    },
    isStopping: () => stopping,
    isOver: () => wanted === undefined && !isRunning(),
    forgetRun: () => {
      if (!isRunning() && status.startedAt !== null) set({ ...freshStatus(current), restarts: status.restarts + 1 });
    },
    hangUp: () => {
      if (status.process) around.runtimeOf(current).signal(current, status.process, 'SIGHUP');
    },
    remove: () => {
      clearTimeout(startTimer);
      output.close();
      around.runtimeOf(current).remove(current);
      rmSync(containerFolder(ns, name), { recursive: true, force: true });
    },
  };
}

function freshStatus({ ns, container, init }: ContainerProcess): ContainerStatus {
  return {
    ...{ ns, name: container.name, init: init !== null, state: 'waiting', reason: 'PodInitializing', message: '' },
    ...{ ready: false, restarts: 0, process: null, startedAt: null, finishedAt: null, exitCode: null },
    nextStartAt: null,
  };
}
