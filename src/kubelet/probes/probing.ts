/** Asks a running container again and again whether it is ready and alive. */
import type { ContainerProbe } from '../../language/lab/lab.ts';
import type { ContainerProcess } from '../../state/container.ts';
import { FIRST_PACE, nextProbe } from '../life/probe-pace.ts';
import { freshProbeStatus, recordProbe } from '../life/probe-status.ts';
import { type Prober, runProbe } from './run-probe.ts';

export interface Probing {
  stop(): void;
}

export interface ProbingEvents {
  /** Readiness has changed, or the reason for its absence has. */
  onReady(ready: boolean, message: string): void;
  /** Its liveness probe has failed often enough. */
  onDead(message: string): void;
}

/** A container without a readiness probe is ready while it runs. */
export function keepProbing(container: ContainerProcess, prober: Prober, events: ProbingEvents): Probing {
  const { readiness, liveness } = container.container;
  const loops: Probing[] = [];
  if (readiness === undefined) events.onReady(true, '');
  else loops.push(probeReadiness(container, readiness, prober, events));
  if (liveness !== undefined) loops.push(probeLiveness(container, liveness, prober, events));
  return {
    stop: () => {
      for (const loop of loops) loop.stop();
    },
  };
}

function probeReadiness(container: ContainerProcess, probe: ContainerProbe, prober: Prober, events: ProbingEvents) {
  let status = freshProbeStatus('readiness');
  let said = '';
  return probeForEver(container, probe, prober, outcome => {
    const before = status.result;
    status = recordProbe(status, probe, outcome === undefined);
    const message = outcome === undefined ? '' : `readiness probe failed: ${outcome}`;
    if (status.result !== before || message !== said) events.onReady(status.result === 'success', message);
    said = message;
    return status.result === 'failure';
  });
}

function probeLiveness(container: ContainerProcess, probe: ContainerProbe, prober: Prober, events: ProbingEvents) {
  let status = freshProbeStatus('liveness');
  const loop = probeForEver(container, probe, prober, outcome => {
    status = recordProbe(status, probe, outcome === undefined);
    if (status.result === 'failure') {
      loop.stop();
      events.onDead(`liveness probe failed: ${outcome ?? ''}`);
    }
    return false;
  });
  return loop;
}

/** `use` says whether to make haste. */
function probeForEver(
  container: ContainerProcess,
  { action, initialDelaySeconds, periodSeconds, timeoutSeconds }: ContainerProbe,
  prober: Prober,
  use: (outcome: string | undefined) => boolean,
): Probing {
  let stopped = false;
  let pace = FIRST_PACE;
  let timer = setTimeout(look, initialDelaySeconds * 1000);
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
