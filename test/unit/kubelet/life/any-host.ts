/**
 * A host that carries out what the life of a pod asks for, as the kubelet does it: processes, containers of Docker's that
 * take a while to start, timers, what is written down, and a kubelet that ends at any moment. It complains of what must
 * never be.
 */
import { dequal } from 'dequal/lite';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { ContainerLife } from '../../../../src/kubelet/life/container-events.ts';
import { hasCompleted, isDone, isRunning } from '../../../../src/kubelet/life/container-life.ts';
import {
  beginPod,
  isPodReady,
  NEW_POD,
  type PodEffect,
  type PodEvent,
  stepPod,
} from '../../../../src/kubelet/life/pod-life.ts';
import type { ContainerState, PodState } from '../../../../src/memory/states.ts';
import { type ContainerProcess, type DockerPlace, isSidecarProcess } from '../../../../src/state/container.ts';
import type { Pause } from '../../../../src/state/pause.ts';
import { containerOf, PAUSE, PROBE, processOf, START } from './lives.ts';

interface Manifest {
  readonly pause: Pause;
  readonly containers: readonly ContainerProcess[];
}

const on = (node: string) => ({ docker: { node } as DockerPlace });
const init = (name: string, place: number, restart: 'on-failure' | 'never' = 'on-failure') =>
  containerOf({ name, init: place, restart });
const sidecar = (name: string, place: number, startup = PROBE) => containerOf({ name, init: place, startup });
const once = (name: string) => containerOf({ name, restart: 'never' });

const MANIFESTS: readonly Manifest[] = [
  { pause: PAUSE, containers: [containerOf({ name: 'a' }), containerOf({ name: 'b', restart: 'never' })] },
  { pause: PAUSE, containers: [containerOf({ name: 'a', command: ['other'] }), containerOf({ name: 'c' })] },
  { pause: PAUSE, containers: [containerOf({ name: 'a' }), init('b', 1), init('c', 0, 'never')] },
  { pause: PAUSE, containers: [containerOf({ name: 'a', ...on('n1') }), containerOf({ name: 'b' })] },
  { pause: PAUSE, containers: [containerOf({ name: 'a', ...on('n2') }), init('b', 0)] },
  { pause: PAUSE, containers: [once('a'), sidecar('s', 0), init('b', 1)] },
  { pause: PAUSE, containers: [containerOf({ name: 'a' }), sidecar('s', 0), sidecar('t', 1), init('b', 2)] },
  { pause: PAUSE, containers: [once('a'), once('b'), sidecar('t', 0, { ...PROBE, periodSeconds: 2 })] },
  { pause: { ...PAUSE, hostname: 'other' }, containers: [containerOf({ name: 'a', restart: 'on-failure' })] },
];

type Happening =
  | { readonly kind: 'want'; readonly manifest: Manifest | undefined }
  | { readonly kind: 'review' }
  /** The end of a process is told; `which` picks among those of which it is not yet. */
  | { readonly kind: 'reap'; readonly which: number }
  /** A process ends by itself. */
  | { readonly kind: 'end'; readonly which: number; readonly exitCode: number }
  /** A container that Docker was asked for runs, or has ended before it was seen to. */
  | { readonly kind: 'docker'; readonly which: number; readonly runs: boolean }
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'liveness'; readonly which: number }
  | { readonly kind: 'hang-up' }
  /** From now on nothing can be started, or again. */
  | { readonly kind: 'refuse'; readonly refuses: boolean };

/** `crashAfter`: the kubelet ends after so many effects, and another takes over; undefined for none. */
export type Action = Happening & { readonly crashAfter: number | undefined };

const which = fc.nat({ max: 5 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('want' as const), manifest: fc.constantFrom(undefined, ...MANIFESTS) }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('review' as const) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('reap' as const), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('end' as const), which, exitCode: fc.constantFrom(0, 1) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('docker' as const), which, runs: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('time' as const),
      ms: fc.constantFrom(10, 1000, 10_000, 30_000, 700_000),
    }),
  },
  fc.record({ kind: fc.constant('liveness' as const), which }),
  fc.record({ kind: fc.constant('hang-up' as const) }),
  fc.record({ kind: fc.constant('refuse' as const), refuses: fc.boolean() }),
);

/** One kubelet ends at most: of a container that Docker was starting as two ended in a row, nothing may be known. */
export const anyActions: fc.Arbitrary<readonly Action[]> = fc
  .tuple(fc.array(happening, { maxLength: 30, size: 'max' }), fc.nat({ max: 30 }), fc.nat({ max: 6 }))
  .map(([all, crashAt, crashAfter]) =>
    all.map((one, index) => ({ ...one, crashAfter: index === crashAt ? crashAfter : undefined })),
  );

/** A process of the pod; `name` is its container's, undefined for the pause process. */
interface Process {
  readonly pid: number;
  readonly name: string | undefined;
  readonly container: ContainerProcess | undefined;
  readonly pause: Pause | undefined;
  isAlive: boolean;
  /** How it has ended is told, or will not be: a container whose start by Docker an earlier kubelet did not live to see. */
  isTold: boolean;
  exitCode: number;
}

/** What Docker was asked to start by this kubelet, and of which nothing is known yet. */
interface DockerStart {
  readonly container: ContainerProcess;
}

class Crash extends Error {}

export function makeHost() {
  const processes: Process[] = [];
  const timers = new Map<string, { readonly at: number; readonly act: () => void }>();
  let asked: DockerStart[] = [];
  let saved: { pod: PodState | undefined; containers: Map<string, ContainerState> } = {
    pod: undefined,
    containers: new Map(),
  };
  let life = beginPod();
  let wanted: Manifest | undefined;
  let isReviewDue = false;
  let isGone = true;
  let refuses = false;
  let now = START;
  let pid = 100;
  let effectsLeft = Number.POSITIVE_INFINITY;
  /** Since the pause process began: whether a container that is no init container was started, and which sidecars have. */
  let hasBegun = false;
  let started = new Set<string>();

  const alive = () => processes.filter(one => one.isAlive);
  const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(1, list.length)];
  const review = () => {
    isReviewDue = true;
  };

  const tell = (event: PodEvent): void => {
    if (isGone) return;
    const step = stepPod(life, event, now);
    life = step.life;
    const containers = [...life.containers].map(([name, one]) => {
      const { status, backoff, hasStarted, current } = one;
      return [name, { status, backoff, hasStarted, current }] as const;
    });
    saved = {
      pod: { process: life.process, current: life.current, failure: life.failure, ready: isPodReady(life) },
      containers: new Map([...saved.containers, ...containers]),
    };
    for (const effect of step.effects) {
      if (effectsLeft-- <= 0) throw new Crash();
      carryOut(effect);
    }
  };
  const tellOf = (name: string, event: Extract<PodEvent, { kind: 'container' }>['event']) =>
    tell({ kind: 'container', name, event });

  const begin = (name: string | undefined, container: ContainerProcess | undefined, pause: Pause | undefined) => {
    const one = { pid: pid++, name, container, pause, isAlive: true, isTold: false, exitCode: 0 };
    processes.push(one);
    return one;
  };
  const kill = (one: Process | undefined, exitCode: number) => {
    if (!one?.isAlive) return;
    one.isAlive = false;
    one.exitCode = exitCode;
  };
  /** What Docker has of a container on its node goes. */
  const removeDocker = ({ container: { name }, docker }: ContainerProcess) => {
    if (!docker) return;
    for (const one of alive()) if (one.name === name && one.container?.docker?.node === docker.node) kill(one, 137);
  };

  const carryOut = (effect: PodEffect): void => {
    switch (effect.kind) {
      case 'start-pause': {
        if (refuses) {
          tell({ kind: 'pause-not-started', why: 'EAGAIN' });
          return;
        }
        expect(
          alive().filter(one => !one.isTold),
          'a pause process beside what runs',
        ).toEqual([]);
        hasBegun = false;
        started = new Set();
        const one = begin(undefined, undefined, effect.pause);
        tell({ kind: 'pause-started', pause: effect.pause, process: processOf(one.pid) });
        return;
      }
      case 'kill-pause':
        kill(
          processes.find(one => one.pid === effect.process.pid),
          137,
        );
        return;
      case 'review':
        review();
        return;
      case 'review-after':
        timers.set('retry', { at: now + effect.ms, act: review });
        return;
      case 'remove-container': {
        removeDocker(effect.container);
        const left = alive().filter(({ name }) => name === effect.name);
        expect(left, 'a container is removed that runs').toEqual([]);
        saved.containers.delete(effect.name);
        timers.delete(`restart ${effect.name}`);
        return;
      }
      case 'remove':
        expect(alive(), 'a pod is removed that runs').toEqual([]);
        isGone = true;
        saved = { pod: undefined, containers: new Map() };
        timers.clear();
        return;
      case 'container':
        carryOutOne(effect.name, effect.effect);
    }
  };

  const carryOutOne = (name: string, effect: Extract<PodEffect, { kind: 'container' }>['effect']): void => {
    switch (effect.kind) {
      case 'start': {
        const { container } = effect;
        expect(container, 'what is started is what is wanted').toEqual(
          wanted?.containers.find(one => one.container.name === name),
        );
        checkInitialized(container);
        if (refuses) {
          tellOf(name, { kind: 'not-started', why: 'EAGAIN', conflict: undefined });
          return;
        }
        if (container.docker) {
          removeDocker(container);
          asked.push({ container });
          tellOf(name, { kind: 'start-asked' });
          return;
        }
        const one = begin(name, container, undefined);
        tellOf(name, { kind: 'running', process: processOf(one.pid) });
        tellOf(name, { kind: 'start-asked' });
        return;
      }
      case 'probe': {
        if (effect.isStarted) {
          tellHealthy(name);
          return;
        }
        const { startup } = effect.container.container;
        expect(startup, 'what has no startup probe has started').toBeDefined();
        timers.set(`startup ${name}`, {
          at: now + 1000,
          act: () => {
            started.add(name);
            tellOf(name, { kind: 'started' });
            tellHealthy(name);
          },
        });
        return;
      }
      case 'signal':
        if (effect.signal === 'SIGKILL')
          kill(
            processes.find(one => one.pid === effect.process.pid),
            137,
          );
        return;
      case 'terminate':
        checkLast(name);
        if (!timers.has(`grace ${name}`))
          timers.set(`grace ${name}`, { at: now + effect.graceMs, act: () => tellOf(name, { kind: 'grace-over' }) });
        return;
      case 'forget-grace':
        timers.delete(`grace ${name}`);
        return;
      case 'remove-remains':
        removeDocker(effect.container);
        return;
      case 'review':
        review();
        return;
      case 'review-after':
        timers.set(`restart ${name}`, { at: now + effect.ms, act: review });
        return;
      case 'stop-probing':
        timers.delete(`startup ${name}`);
        return;
      case 'note':
        return;
    }
  };

  const tellHealthy = (name: string) => tellOf(name, { kind: 'readiness', ready: true, message: '' });

  /** Before the first of the others is started every init container has ended well, and every sidecar has started. */
  const checkInitialized = ({ init, container: { name } }: ContainerProcess) => {
    if (init !== null || hasBegun) return;
    hasBegun = true;
    for (const [other, one] of life.containers) {
      const own = one.wanted ?? one.current;
      if (own.init === null) continue;
      if (isSidecarProcess(own)) expect([...started], `${other} has started before ${name}`).toContain(other);
      else expect(hasCompleted(one), `${other} has ended well before ${name} is started`).toBe(true);
    }
  };

  /** A sidecar that ends for good is the last that does. */
  const checkLast = (name: string) => {
    const own = life.containers.get(name);
    if (!own?.isFinal) return;
    // Where it is taken out of a pod that goes on, others need not wait.
    const ends = (one: ContainerLife) => own.wanted !== undefined || one.wanted === undefined;
    const later = [...life.containers.values()].filter(
      one => isRunning(one) && ends(one) && orderOf(one.current) > orderOf(own.current),
    );
    expect(
      later.map(one => one.current.container.name),
      `what runs after ${name} has been ended`,
    ).toEqual([]);
  };
  const orderOf = ({ init }: ContainerProcess) => init ?? Number.POSITIVE_INFINITY;

  /** Another kubelet takes over what this one has written down. */
  const takeOver = () => {
    timers.clear();
    isReviewDue = false;
    const known = new Set(
      [saved.pod?.process, ...[...saved.containers.values()].map(({ status }) => status.process)].map(id => id?.pid),
    );
    // Docker's go on; a program of the host's that is not written down goes with its kubelet, and so do stray pause processes.
    for (const one of alive()) if (!known.has(one.pid) && !one.container?.docker) kill(one, 137);
    for (const one of processes) one.isTold ||= !known.has(one.pid);
    for (const { container } of asked) begin(container.container.name, container, undefined).isTold = true;
    asked = [];
    isGone = saved.pod === undefined;
    if (isGone && wanted === undefined) return;
    isGone = false;
    life = beginPod(...(JSON.parse(JSON.stringify([saved.pod ?? NEW_POD, [...saved.containers.values()]])) as []));
    for (const [name, { status }] of life.containers)
      if (status.process !== null) {
        const { pid: adopted } = status.process;
        tellOf(name, { kind: 'adopted', isAlive: alive().some(one => one.pid === adopted) });
      }
    wantNow();
  };

  const wantNow = () => {
    if (isGone && wanted === undefined) return;
    if (isGone) life = beginPod();
    isGone = false;
    tell({ kind: 'wanted', pause: wanted?.pause, containers: wanted?.containers ?? [], isElsewhere: false });
  };

  const reap = (one: Process | undefined) => {
    if (!one || one.isAlive || one.isTold) return;
    one.isTold = true;
    if (one.name === undefined) tell({ kind: 'pause-ended' });
    else tellOf(one.name, { kind: 'ended', exitCode: one.exitCode, conflict: undefined });
  };
  const unreaped = () => processes.filter(one => !one.isAlive && !one.isTold);

  const dockerStarts = (start: DockerStart | undefined, runs: boolean) => {
    if (!start) return;
    asked = asked.filter(one => one !== start);
    const { name } = start.container.container;
    if (!runs) return tellOf(name, { kind: 'ended', exitCode: 125, conflict: undefined });
    const one = begin(name, start.container, undefined);
    tellOf(name, { kind: 'running', process: processOf(one.pid) });
  };

  const pass = (ms: number) => {
    now += ms;
    for (const [key, { at, act }] of timers)
      if (at <= now) {
        timers.delete(key);
        act();
      }
  };

  const happen = (one: Happening): void => {
    switch (one.kind) {
      case 'want':
        wanted = one.manifest;
        wantNow();
        return;
      case 'review':
        if (!isReviewDue) return;
        isReviewDue = false;
        tell({ kind: 'review' });
        return;
      case 'reap':
        reap(pick(unreaped(), one.which));
        return;
      case 'end':
        kill(pick(alive(), one.which), one.exitCode);
        return;
      case 'docker':
        dockerStarts(pick(asked, one.which), one.runs);
        return;
      case 'time':
        pass(one.ms);
        return;
      case 'liveness': {
        const found = pick(
          [...life.containers].filter(([, { status, isStopping }]) => status.process && !isStopping),
          one.which,
        );
        if (found) tellOf(found[0], { kind: 'probe-failed', message: 'dead', graceMs: undefined });
        return;
      }
      case 'hang-up':
        tell({ kind: 'hang-up' });
        return;
      case 'refuse':
        refuses = one.refuses;
    }
  };

  const act = ({ crashAfter, ...one }: Action): void => {
    effectsLeft = crashAfter ?? Number.POSITIVE_INFINITY;
    try {
      happen(one as Happening);
      if (crashAfter === undefined) return;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
    effectsLeft = Number.POSITIVE_INFINITY;
    takeOver();
  };

  const check = () => {
    const names = alive().map(({ name }) => name);
    expect(names.length, `processes: ${names}`).toBe(new Set(names).size);
    if (isGone) expect(names).toEqual([]);
  };

  /** Whatever is to come comes: ends are told, reviews made, timers run out; what is asked to end ends. */
  const settle = () => {
    refuses = false;
    effectsLeft = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 300; round++) {
      // What is an init container does its work.
      for (const one of alive())
        if (one.container && one.container.init !== null && !isSidecarProcess(one.container)) kill(one, 0);
      const [dead] = unreaped();
      const [first] = asked;
      if (dead) reap(dead);
      else if (isReviewDue) happen({ kind: 'review' });
      else if (first) dockerStarts(first, true);
      else if (timers.size > 0) pass(Math.max(0, Math.min(...[...timers.values()].map(({ at }) => at)) - now));
      else return;
      check();
    }
    throw new Error('it never comes to rest');
  };

  const checkSettled = () => {
    if (wanted === undefined) return checkGone();
    const pause = alive().find(({ name }) => name === undefined);
    expect(pause?.pause, 'the pause process').toEqual(wanted.pause);
    const ordered = [...wanted.containers].sort((a, b) => (a.init ?? 9) - (b.init ?? 9));
    const main = wanted.containers.filter(({ init }) => init === null);
    const isOver = main.every(({ container }) => {
      const own = life.containers.get(container.name);
      return own !== undefined && isDone(own);
    });
    for (const container of ordered) {
      const own = life.containers.get(container.container.name);
      const isAlive = alive().some(one => dequal(one.container, container));
      const hasEnded = own?.status.state === 'terminated' && own.status.nextStartAt === null;
      expect(own?.current).toEqual(container);
      if (isOver) expect(isAlive, `${container.container.name} runs`).toBe(false);
      else if (container.container.restart === 'always') expect(isAlive, `${container.container.name} runs`).toBe(true);
      else expect(isAlive || hasEnded, `${container.container.name} runs or has done`).toBe(true);
      if (isSidecarProcess(container))
        expect(isOver || own?.status.started, `${container.container.name} has started`).toBe(true);
      else if (container.init !== null && !(own && hasCompleted(own))) return;
    }
    expect([...life.containers.keys()].sort()).toEqual(ordered.map(one => one.container.name).sort());
  };

  const checkGone = () => {
    expect(isGone).toBe(true);
    expect(alive()).toEqual([]);
  };

  return { act, check, settle, checkSettled, checkGone };
}
