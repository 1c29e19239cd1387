/**
 * Waits until the containers that have just been started work: each is ready, or has done what it was there for.
 *
 * Where one will not, that is said at once: the command is not there, another container has its port, or it has failed
 * and is not to be started again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Step } from '../plan/step.ts';
import type { ContainerStatus, LabProcesses } from '../sandbox/container-status.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { type ContainerProcess, containerKind, isSidecarProcess } from '../state/container.ts';
import { stateOf } from './container-state.ts';
import { FailedError } from './errors.ts';

const FIRST_LOOK_MS = 10;
const LOOK_MS = 100;
/**
 * Looking at thousands of containers takes a while, which the containers need for their start. So much as each look
 * takes.
 */
const REST_PER_LOOK = 10;

/** What env says where there is no such folder to work in, or no such command, or none that it can run. */
const CANNOT_RUN = [125, 126, 127];

export interface UnreadyContainer {
  readonly process: ContainerProcess;
  /** Undefined where nothing was ever heard of it. */
  readonly status: ContainerStatus | undefined;
  /** What a person would say of it: `CrashLoopBackOff, exit code 1, 3 restarts`. */
  readonly state: string;
}

export interface WaitOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  onProgress(done: number, total: number): void;
}

/** The containers that these steps start. */
export function startedBy(steps: readonly Step[]): ContainerProcess[] {
  return steps.flatMap(({ operation, object }) =>
    object.kind === 'container' && operation !== 'delete' ? [object] : [],
  );
}

/** Returns what is not ready when the time is over, or as soon as it is clear that it never will be. */
export async function waitUntilReady(
  processes: readonly ContainerProcess[],
  sandbox: Sandbox,
  { timeoutMs, signal, onProgress }: WaitOptions,
): Promise<UnreadyContainer[]> {
  const deadline = performance.now() + timeoutMs;
  const stays = makeStayWatch();
  let lookBefore = 0;
  for (let nap = FIRST_LOOK_MS; ; nap = Math.min(2 * nap, LOOK_MS)) {
    const since = performance.now();
    const now = await sandbox.readProcesses();
    const unready = findUnready(processes, now, stays.isLong);
    const look = performance.now() - since;
    onProgress(processes.length - unready.length, processes.length);
    const hopeless = unready.filter(isHopeless);
    if (unready.length === 0) return [];
    if (hopeless.length > 0) return hopeless;
    if (now.kubeletError !== '') throw new FailedError('the kubelet of this lab has failed', [now.kubeletError]);
    if (performance.now() > deadline) return unready;
    // A look that took long since the machine was taken away meanwhile says nothing.
    const rest = Math.max(nap, REST_PER_LOOK * Math.min(look, lookBefore));
    lookBefore = look;
    await sleep(rest, undefined, { signal });
    stays.rested(rest);
  }
}

function findUnready(
  processes: readonly ContainerProcess[],
  { containers, failures }: LabProcesses,
  isLong: (status: ContainerStatus) => boolean,
): UnreadyContainer[] {
  const known = new Map(containers.map(status => [`${status.ns} ${status.name}`, status]));
  return processes.flatMap(process => {
    const seen = known.get(`${process.ns} ${process.container.name}`);
    // Until what was there before has ended, it says nothing of what comes after it.
    const status = seen && containerKind.same(seen.current, process) ? seen : undefined;
    if (status && isDone(status, process, isLong)) return [];
    const failure = failures[process.ns];
    return [
      {
        process,
        status,
        state:
          failure ??
          (status ? stateOf(status) : seen ? 'not started: what it was before has not ended yet' : 'not started'),
      },
    ];
  });
}

/** A container without a readiness probe is ready when it runs; a moment shows whether it stays. */
const STAY_MS = 200;

/**
 * How long containers have been seen to run, in what this process has waited between its looks: a container needs the
 * machine to fail, and while that was taken away from all, time has passed for none.
 */
function makeStayWatch() {
  let waited = 0;
  const seen = new Map<string, { readonly startedAt: number | null; readonly at: number }>();
  return {
    rested: (ms: number) => {
      waited += ms;
    },
    isLong: ({ ns, name, startedAt }: ContainerStatus): boolean => {
      const key = `${ns} ${name}`;
      const known = seen.get(key);
      if (known && known.startedAt === startedAt) return waited - known.at >= STAY_MS;
      seen.set(key, { startedAt, at: waited });
      return false;
    },
  };
}

function isDone(
  status: ContainerStatus,
  process: ContainerProcess,
  isLong: (status: ContainerStatus) => boolean,
): boolean {
  const { ready, init, state, exitCode, nextStartAt } = status;
  const isSidecar = isSidecarProcess(process);
  // A sidecar is not started again only where its pod has done what it was there for.
  if (state === 'terminated') return (exitCode === 0 || isSidecar) && nextStartAt === null;
  return ready && (!init || isSidecar) && (process.container.readiness !== undefined || isLong(status));
}

function isHopeless({ status }: UnreadyContainer): boolean {
  if (!status || status.exitCode === null || status.exitCode === 0) return false;
  const { state, reason, exitCode, nextStartAt, message } = status;
  // Of one that has just ended the kubelet has yet to say what comes next.
  if (reason === 'ContainerStatusUnknown') return false;
  const isOver = state === 'terminated' && nextStartAt === null;
  // Once a container runs again, the exit code of its last run no longer matters.
  const hasFailed = state === 'terminated' || reason === 'CrashLoopBackOff';
  return isOver || (hasFailed && CANNOT_RUN.includes(exitCode)) || message.startsWith('port ');
}
