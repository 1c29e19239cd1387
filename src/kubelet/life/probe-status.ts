/**
 * What a container's probes have found so far, as kubelet counts it (`prober/worker.go`).
 *
 * Pure: outcomes of probes in, the result that counts out. It changes only after as many outcomes of the other kind in a
 * row as the probe's threshold says. Each run of a container begins with a fresh one.
 */
import type { ContainerProbe } from '../../language/lab/lab.ts';

export interface ProbeStatus {
  /** What counts: ready or not, alive or not. */
  readonly result: HealthResult;
  /** How the last probe ended, and how many have ended like that in a row. */
  readonly last: HealthResult;
  readonly inARow: number;
}

type HealthResult = 'success' | 'failure' | 'unknown';

/** Until probes say otherwise a container is not ready, but alive; whether it has started is not known. */
export function freshProbeStatus(kind: 'readiness' | 'liveness' | 'startup'): ProbeStatus {
  const result = ({ readiness: 'failure', liveness: 'success', startup: 'unknown' } as const)[kind];
  return { result, last: result, inARow: 0 };
}

type Thresholds = Pick<ContainerProbe, 'successThreshold' | 'failureThreshold'>;

/** One more probe has ended. */
export function recordProbe(status: ProbeStatus, thresholds: Thresholds, succeeded: boolean): ProbeStatus {
  const last = succeeded ? 'success' : 'failure';
  const inARow = last === status.last ? status.inARow + 1 : 1;
  const threshold = succeeded ? thresholds.successThreshold : thresholds.failureThreshold;
  return { result: inARow < threshold ? status.result : last, last, inARow };
}
