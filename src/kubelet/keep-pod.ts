/**
 * One pod: its pause process, then its init containers one after the other, then its containers.
 *
 * `review` looks at how things are and does what is due; whatever happens only leads to the next review. A pod whose
 * pause process ends is started all over again, as kubelet does it, in the network namespace that it has.
 */

import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import type { ProcessId } from '../linux/proc.ts';
import { containerStatePath, podStatePath } from '../memory/folders.ts';
import { readJsonFile, writeJsonFile } from '../memory/json-file.ts';
import type { ContainerState, PodState } from '../memory/states.ts';
import type { ContainerProcess } from '../state/container.ts';
import type { Pause } from '../state/pause.ts';
import { containerFolder, podFolder } from '../state/pod-folder.ts';
import { type KeptContainer, keepContainer, type Means } from './keep-container.ts';
import { signalProcess } from './signals.ts';
import { sharesNetwork, startPause } from './start.ts';

const RETRY_MS = 1000;

export interface KeptPod {
  /** From now on it should be made of these; undefined for no pod at all. */
  want(pause: Pause | undefined, containers: readonly ContainerProcess[]): void;
  /** Whether every container of it is ready. */
  isReady(): boolean;
  /** SIGHUP to its containers: they should read their configuration again. */
  hangUp(): void;
  /** The processes that should be running. */
  processes(): ProcessId[];
}

export interface PodEvents {
  /** Nothing of it is left. */
  onGone(): void;
  /** It may have become ready, or be so no longer. */
  onChange(): void;
}

export function keepPod(ns: string, means: Means, { onGone, onChange }: PodEvents): KeptPod {
  const path = podStatePath(ns);
  const containers = new Map<string, KeptContainer>();
  let pause: Pause | undefined;
  let { process, failure } = (readJsonFile(path) as PodState | undefined) ?? { process: null, failure: '' };
  let due: NodeJS.Immediate | undefined;
  let retry: NodeJS.Timeout | undefined;
  let over = false;

  const save = (state: PodState) => {
    ({ process, failure } = state);
    writeJsonFile(path, state);
  };
  const reviewSoon = () => {
    onChange();
    if (due) return;
    due = setImmediate(() => {
      due = undefined;
      review();
    });
  };
  const around = { ...means, review: reviewSoon, siblings: () => [...containers.values()] };
  const running = () => [...containers.values()].filter(container => container.isRunning());

  const review = () => {
    if (over) return;
    forgetUnwanted();
    if (pause === undefined) return takeDown();
    if (process === null && !restartPause(pause)) return;
    const ordered = [...containers.values()].sort((a, b) => (a.init ?? Infinity) - (b.init ?? Infinity));
    for (const container of ordered) {
      container.start();
      if (container.init !== null && !hasCompleted(container)) return;
    }
  };

  const forgetUnwanted = () => {
    for (const [name, container] of containers) {
      if (!container.isOver()) continue;
      container.remove();
      containers.delete(name);
    }
  };

  const takeDown = () => {
    if (containers.size > 0) return;
    if (process !== null) return signalProcess(process, 'SIGKILL');
    rmSync(podFolder(ns), { recursive: true, force: true });
    over = true;
    onGone();
  };

  const pauseEnded = () => {
    save({ process: null, failure: '' });
    for (const container of containers.values()) if (container.init !== null) container.forgetRun();
    reviewSoon();
  };

  /** Whether there is one now. */
  const restartPause = (wanted: Pause): boolean => {
    const left = running();
    for (const container of left) container.stop(false);
    if (left.length > 0) return false;
    try {
      const started = startPause(wanted, means.home);
      means.children.watch(started.pid, pauseEnded);
      save({ process: started, failure: '' });
      return true;
    } catch (error) {
      save({ process: null, failure: error instanceof Error ? error.message : String(error) });
      clearTimeout(retry);
      retry = setTimeout(reviewSoon, RETRY_MS);
      return false;
    }
  };

  mkdirSync(containerFolder(ns, ''), { recursive: true });
  save({ process, failure });
  if (process !== null) means.children.adopt(process, pauseEnded);
  // Before anything else is said of them: what runs may not be wanted any more, or not as it is.
  for (const current of readKept(ns)) containers.set(current.container.name, keepContainer(current, around));

  return {
    want: (nextPause, nextContainers) => {
      const isChanged = pause !== undefined && JSON.stringify(nextPause) !== JSON.stringify(pause);
      const isElsewhere = process !== null && !sharesNetwork(process.pid, ns);
      if (process !== null && nextPause !== undefined && (isChanged || isElsewhere)) signalProcess(process, 'SIGKILL');
      pause = nextPause;
      const wanted = new Map(nextContainers.map(container => [container.container.name, container]));
      for (const [name, container] of containers) container.want(pause && wanted.get(name));
      for (const [name, container] of wanted)
        if (pause && !containers.has(name)) containers.set(name, keepContainer(container, around));
      reviewSoon();
    },
    isReady: () =>
      process !== null && [...containers.values()].every(({ init, status }) => init !== null || status().ready),
    hangUp: () => {
      for (const container of running()) container.hangUp();
    },
    processes: () => [...(process ? [process] : []), ...running().flatMap(({ status }) => status().process ?? [])],
  };
}

/** The containers that a supervisor before this one has left, as they were started. */
function readKept(ns: string): ContainerProcess[] {
  const names = readdirSync(containerFolder(ns, ''));
  return names.flatMap(
    name => (readJsonFile(containerStatePath(ns, name)) as ContainerState | undefined)?.current ?? [],
  );
}

const hasCompleted = (container: KeptContainer) => {
  const { state, exitCode } = container.status();
  return state === 'terminated' && exitCode === 0;
};
