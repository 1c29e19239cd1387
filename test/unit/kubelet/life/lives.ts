/** Containers and pods that live in tests: events come in, effects are written down, and time passes as the test says. */
import type { ContainerEffect, ContainerEvent, ContainerLife } from '../../../../src/kubelet/life/container-events.ts';
import { beginLife, stepContainer } from '../../../../src/kubelet/life/container-life.ts';
import type { ContainerProbe } from '../../../../src/language/lab/lab.ts';
import type { ProcessId } from '../../../../src/linux/proc.ts';
import type { ContainerProcess } from '../../../../src/state/container.ts';
import type { Pause } from '../../../../src/state/pause.ts';

interface Change extends Partial<Omit<ContainerProcess, 'container'>> {
  readonly name?: string;
  readonly command?: readonly string[];
  readonly restart?: 'always' | 'on-failure' | 'never';
  readonly startup?: ContainerProbe;
}

export function containerOf({
  name = 'app',
  command = ['serve'],
  restart = 'always',
  startup,
  ...more
}: Change = {}): ContainerProcess {
  const common = { name, command, restart, args: [], env: {}, workingDir: '/', ports: [] };
  const container = startup ? { ...common, startup } : common;
  return { kind: 'container', ns: 'web', hostname: 'web', address: '10.0.0.2', init: null, ...more, container };
}

/** Every second, three times. */
export const PROBE: ContainerProbe = {
  ...{ action: { kind: 'tcp', port: 80 }, initialDelaySeconds: 0, periodSeconds: 1, timeoutSeconds: 1 },
  ...{ successThreshold: 1, failureThreshold: 3 },
};

export const PAUSE: Pause = { kind: 'pause', ns: 'web', hostname: 'web', files: [] };

export const processOf = (pid: number): ProcessId => ({ pid, startTime: `${pid}0` });

/** 2026-01-01, as far as anybody cares. */
export const START = 1_767_225_600_000;

export interface Lived {
  life: ContainerLife;
  now: number;
  /** Something happens, after so many seconds; what is to be done about it comes back. */
  happens(event: ContainerEvent | ContainerEvent['kind'], afterSeconds?: number): ContainerEffect[];
  /** The same, of which only the kinds of effects matter. */
  kinds(event: ContainerEvent | ContainerEvent['kind'], afterSeconds?: number): ContainerEffect['kind'][];
}

const DEFAULTS: { readonly [Kind in ContainerEvent['kind']]: Extract<ContainerEvent, { kind: Kind }> } = {
  adopted: { kind: 'adopted', isAlive: true },
  wanted: { kind: 'wanted', process: undefined, isLast: false },
  turn: { kind: 'turn' },
  'start-asked': { kind: 'start-asked' },
  'not-started': { kind: 'not-started', why: 'spawn EAGAIN', conflict: undefined },
  running: { kind: 'running', process: processOf(7) },
  ended: { kind: 'ended', exitCode: 0, conflict: undefined },
  readiness: { kind: 'readiness', ready: true, message: '' },
  started: { kind: 'started' },
  'probe-failed': { kind: 'probe-failed', message: 'liveness probe failed: no answer in time', graceMs: undefined },
  finish: { kind: 'finish', graceMs: 5000 },
  stop: { kind: 'stop', grace: true },
  'grace-over': { kind: 'grace-over' },
  'forget-run': { kind: 'forget-run' },
  'hang-up': { kind: 'hang-up' },
};

export function live(life: ContainerLife = beginLife(containerOf())): Lived {
  const lived: Lived = {
    life,
    now: START,
    happens: (event, afterSeconds = 0) => {
      lived.now += afterSeconds * 1000;
      const step = stepContainer(lived.life, typeof event === 'string' ? DEFAULTS[event] : event, lived.now);
      lived.life = step.life;
      return [...step.effects];
    },
    kinds: (event, afterSeconds) => lived.happens(event, afterSeconds).map(({ kind }) => kind),
  };
  return lived;
}

/** One that runs already. */
export function liveRunning(container: ContainerProcess = containerOf()): Lived {
  const lived = live(beginLife(container));
  lived.happens('turn');
  lived.happens('running');
  return lived;
}

export const ended = (exitCode: number | undefined, conflict?: string): ContainerEvent => ({
  kind: 'ended',
  exitCode,
  conflict,
});

export const wanted = (process: ContainerProcess | undefined, isLast = false): ContainerEvent => ({
  ...{ kind: 'wanted', process, isLast },
});
