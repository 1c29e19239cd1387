/** Asks a running container again and again: until it has started; then whether it is ready, and alive. */
import type { ContainerProbe } from '../../language/lab/lab.ts';
import type { ContainerProcess } from '../../state/container.ts';
import { FIRST_PACE, nextProbe } from '../life/probe-pace.ts';
import { freshProbeStatus, recordProbe } from '../life/probe-status.ts';
import { type Prober, runProbe } from './run-probe.ts';

export interface Probing {
  stop(): void;
}

export interface ProbingEvents {
  /** Its startup probe has succeeded. */
  onStarted(): void;
  /** Readiness has changed, or the reason for its absence has. */
  onReady(ready: boolean, message: string): void;
  /** Its liveness or startup probe has failed often enough; it has so long to end, where the probe says that. */
  onDead(message: string, graceMs: number | undefined): void;
}

/** What is being probed, by whom, and since when by a clock that only goes forward. */
interface Probed {
  readonly container: ContainerProcess;
  readonly prober: Prober;
  readonly events: ProbingEvents;
  readonly since: number;
}

/** A container without a readiness probe is ready while it runs, from when it has started. */
export function keepProbing(
  container: ContainerProcess,
  isStarted: boolean,
  prober: Prober,
  events: ProbingEvents,
): Probing {
  const probed = { container, prober, events, since: performance.now() };
  const { startup } = container.container;
  if (startup === undefined || isStarted) return probeHealth(probed);
  let health: Probing | undefined;
  const loop = probeToDeath('startup', startup, probed, () => {
    loop.stop();
    events.onStarted();
    health = probeHealth(probed);
  });
  return {
    stop: () => {
      loop.stop();
      health?.stop();
    },
  };
}

function probeHealth(probed: Probed): Probing {
  const { readiness, liveness } = probed.container.container;
  const loops: Probing[] = [];
  if (readiness === undefined) probed.events.onReady(true, '');
  else loops.push(probeReadiness(readiness, probed));
  if (liveness !== undefined) loops.push(probeToDeath('liveness', liveness, probed));
  return {
    stop: () => {
      for (const loop of loops) loop.stop();
    },
  };
}

function probeReadiness(probe: ContainerProbe, probed: Probed): Probing {
  let status = freshProbeStatus('readiness');
  let said = '';
  return probeForEver(probe, probed, outcome => {
    const before = status.result;
    status = recordProbe(status, probe, outcome === undefined);
    const message = outcome === undefined ? '' : `readiness probe failed: ${outcome}`;
    if (status.result !== before || message !== said) probed.events.onReady(status.result === 'success', message);
    said = message;
    return status.result === 'failure';
  });
}

/** The container ends when it has failed often enough. */
function probeToDeath(
  kind: 'liveness' | 'startup',
  probe: ContainerProbe,
  probed: Probed,
  onSuccess: () => void = () => undefined,
): Probing {
  const { terminationGracePeriodSeconds: grace } = probe;
  let status = freshProbeStatus(kind);
  const loop = probeForEver(probe, probed, outcome => {
    status = recordProbe(status, probe, outcome === undefined);
    if (status.result === 'success') onSuccess();
    if (status.result === 'failure') {
      loop.stop();
      probed.events.onDead(`${kind} probe failed: ${outcome ?? ''}`, grace === undefined ? undefined : 1000 * grace);
    }
    return false;
  });
  return loop;
}

/** `use` says whether to make haste. The first delay counts from the container's start. */
function probeForEver(
  { action, initialDelaySeconds, periodSeconds, timeoutSeconds }: ContainerProbe,
  { container, prober, since: start }: Probed,
  use: (outcome: string | undefined) => boolean,
): Probing {
  let stopped = false;
  let pace = FIRST_PACE;
  let timer = setTimeout(look, Math.max(0, initialDelaySeconds * 1000 - (performance.now() - start)));
  async function look(): Promise<void> {
    const since = performance.now();
    const outcome = await runProbe(container, action, timeoutSeconds * 1000, prober).catch(String);
    if (stopped) return;
    const isHasty = use(outcome);
    const next = nextProbe(pace, periodSeconds * 1000, { isHasty, tookMs: performance.now() - since });
    pace = next.pace;
    if (!stopped) timer = setTimeout(look, next.delayMs);
  }
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
