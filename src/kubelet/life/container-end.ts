/**
 * How the end of a container's run is judged: what it was comes in, what it is from now on and when it is started again go
 * out. Pure. The rule is Kubernetes' restart policy.
 */
import { nextStart } from './backoff.ts';
import type { ContainerLife, EventOf } from './container-events.ts';

/** The exit code of a process that was killed; also of one whose own is not known. */
const KILLED = 137;

/** Whether an end with this code is a failure whose reason is worth looking for. */
export const isFailure = ({ isStopping }: ContainerLife, exitCode: number | undefined) => exitCode !== 0 && !isStopping;

/** What it is after a run. */
export function concludeRun(
  life: ContainerLife,
  { exitCode = KILLED, conflict }: Pick<EventOf<'ended'>, 'exitCode' | 'conflict'>,
  now: number,
): ContainerLife {
  const { at, backoff } = nextTime(life, exitCode, now);
  const waits = at !== null && at > now;
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  return {
    ...life,
    backoff,
    status: {
      ...life.status,
      ...{ state: waits ? 'waiting' : 'terminated', reason: waits ? 'CrashLoopBackOff' : reason },
      message: isFailure(life, exitCode) ? (conflict ?? life.probeFailure) : '',
      ...{ process: null, ready: false, started: false, finishedAt: now, exitCode, nextStartAt: at },
    },
  };
}

/** When it is started again; null for never. */
function nextTime(life: ContainerLife, exitCode: number, now: number) {
  const { backoff, current, isStopping, isFinal, status } = life;
  const { restart } = current.container;
  if (isFinal) return { at: null, backoff };
  if (isStopping) return { at: now, backoff };
  if (restart === 'never' || (restart === 'on-failure' && exitCode === 0)) return { at: null, backoff };
  return nextStart(backoff, status.startedAt ?? now, now);
}
