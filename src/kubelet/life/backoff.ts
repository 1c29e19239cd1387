/**
 * When a container that has ended is started again: Kubernetes' CrashLoopBackOff.
 *
 * Pure: times come in, in milliseconds of whatever clock the caller has. The rule is kubelet's (`doBackOff` in
 * `kuberuntime_manager.go`, `backoff.go` of client-go): the first time at once, then 10 s after the container's end, and
 * twice as long each time, up to 5 minutes. A run of more than 10 minutes makes it all as new. It does not matter how
 * the container ended.
 */
import type { ContainerState } from '../../memory/states.ts';

export type Backoff = ContainerState['backoff'];

const FIRST_MS = 10_000;
const MOST_MS = 300_000;
/** Twice the longest delay, as in client-go. */
const STABLE_MS = 2 * MOST_MS;

/** Of a container that has never ended. */
export const FRESH_BACKOFF: Backoff = { delayMs: 0 };

/** When to start the container again, and what to remember for the next time. */
export function nextStart(
  { delayMs }: Backoff,
  startedAt: number,
  finishedAt: number,
): { readonly at: number; readonly backoff: Backoff } {
  const isNew = delayMs === 0 || finishedAt - startedAt > STABLE_MS;
  return isNew
    ? { at: finishedAt, backoff: { delayMs: FIRST_MS } }
    : { at: finishedAt + delayMs, backoff: { delayMs: Math.min(2 * delayMs, MOST_MS) } };
}
