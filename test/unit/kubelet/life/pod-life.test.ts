/** The life of a pod: who is started when, and what goes when something else goes. */
import { describe, expect, it } from 'vitest';
import { isRunning } from '../../../../src/kubelet/life/container-life.ts';
import {
  beginPod,
  isPodReady,
  NEW_POD,
  type PodEffect,
  type PodEvent,
  type PodLife,
  processesOf,
  stepPod,
} from '../../../../src/kubelet/life/pod-life.ts';
import type { ContainerProcess } from '../../../../src/state/container.ts';
import type { Pause } from '../../../../src/state/pause.ts';
import { containerOf, ended, PAUSE, processOf, START } from './lives.ts';

/** A pod on a node that starts whatever it is asked to; what was asked is written down, a word or two each. */
function pod(life: PodLife = beginPod()) {
  const one = {
    life,
    log: [] as string[],
    now: START,
    pid: 100,
    /** Of the node: where it cannot start a pause process. */
    failure: '',
    happens: (event: PodEvent): string[] => {
      const since = one.log.length;
      const step = stepPod(one.life, event, one.now);
      one.life = step.life;
      for (const effect of step.effects) one.carryOut(effect);
      return one.log.slice(since);
    },
    carryOut: (effect: PodEffect) => {
      if (effect.kind !== 'review') one.log.push(wordsOf(effect));
      if (effect.kind === 'start-pause')
        one.happens(
          one.failure === ''
            ? { kind: 'pause-started', pause: effect.pause, process: processOf(one.pid++) }
            : { kind: 'pause-not-started', why: one.failure },
        );
      if (effect.kind === 'container' && effect.effect.kind === 'start')
        one.tell(effect.name, { kind: 'running', process: processOf(one.pid++) });
      if (effect.kind === 'container' && effect.effect.kind === 'probe' && effect.effect.isStarted)
        one.tell(effect.name, { kind: 'readiness', ready: true, message: '' });
    },
    tell: (name: string, event: Extract<PodEvent, { kind: 'container' }>['event']) =>
      one.happens({ kind: 'container', name, event }),
    want: (pause: Pause | undefined, containers: readonly ContainerProcess[], isElsewhere = false) =>
      one.happens({ kind: 'wanted', pause, containers, isElsewhere }),
    review: () => one.happens({ kind: 'review' }),
    running: () => [...one.life.containers].filter(([, container]) => isRunning(container)).map(([name]) => name),
  };
  return one;
}

const OF_NO_INTEREST = ['review', 'probe', 'stop-probing', 'forget-grace'];

function wordsOf(effect: PodEffect): string {
  switch (effect.kind) {
    case 'container':
      return OF_NO_INTEREST.includes(effect.effect.kind) ? '' : `${effect.effect.kind} ${effect.name}`;
    case 'remove-container':
      return `remove ${effect.name}`;
    case 'review-after':
      return `review after ${effect.ms}`;
    default:
      return effect.kind;
  }
}

const said = (log: readonly string[]) => log.filter(word => word !== '');

const init = (name: string, place: number) => containerOf({ name, init: place, restart: 'on-failure' });

function started(containers: readonly ContainerProcess[] = [containerOf()]) {
  const one = pod();
  one.want(PAUSE, containers);
  one.review();
  return one;
}

describe('a new pod', () => {
  it('gets its pause process first, then its containers', () => {
    const one = pod();
    expect(said(one.want(PAUSE, [containerOf({ name: 'a' }), containerOf({ name: 'b' })]))).toEqual([]);
    expect(said(one.review())).toEqual(['start-pause', 'start a', 'start b']);
    expect(processesOf(one.life).map(({ pid }) => pid)).toEqual([100, 101, 102]);
    expect(isPodReady(one.life)).toBe(true);
  });

  it('is not ready while one of its containers is not', () => {
    const one = started([containerOf({ name: 'a' }), containerOf({ name: 'b' })]);
    one.tell('b', { kind: 'readiness', ready: false, message: '' });
    expect(isPodReady(one.life)).toBe(false);
  });

  it('whose pause process cannot be started says why, and tries again', () => {
    const one = pod();
    one.failure = 'unshare: EPERM';
    one.want(PAUSE, [containerOf()]);
    expect(said(one.review())).toEqual(['start-pause', 'review after 1000']);
    expect(one.life).toMatchObject({ process: null, failure: 'unshare: EPERM' });
    one.failure = '';
    expect(said(one.review())).toEqual(['start-pause', 'start app']);
    expect(one.life.failure).toBe('');
  });
});

describe('init containers', () => {
  const containers = [containerOf(), init('second', 1), init('first', 0)];

  it('run one after the other, and then the others', () => {
    const one = started(containers);
    expect(one.running()).toEqual(['first']);
    one.tell('first', ended(0));
    expect(said(one.review())).toEqual(['start second']);
    one.tell('second', ended(0));
    expect(said(one.review())).toEqual(['start app']);
    expect(said(one.review())).toEqual([]);
    expect(isPodReady(one.life)).toBe(true);
  });

  it('that fail are started again before anything else is', () => {
    const one = started(containers);
    one.tell('first', ended(1));
    expect(said(one.review())).toEqual(['start first']);
    one.tell('first', ended(1));
    expect(said(one.review())).toEqual(['review-after first']);
    one.now += 10_000;
    expect(said(one.review())).toEqual(['start first']);
    one.tell('first', ended(0));
    expect(said(one.review())).toEqual(['start second']);
  });

  it('that fail and are not to be started again keep the others from starting', () => {
    const one = started([containerOf(), containerOf({ name: 'first', init: 0, restart: 'never' })]);
    one.tell('first', ended(1));
    expect(said(one.review())).toEqual([]);
    expect(one.running()).toEqual([]);
  });
});

describe('a pause process that ends', () => {
  it('takes all with it, and the pod starts from its first init container', () => {
    const one = started([init('first', 0), containerOf()]);
    one.tell('first', ended(0));
    one.review();
    expect(one.running()).toEqual(['app']);
    one.happens({ kind: 'pause-ended' });
    expect(isPodReady(one.life)).toBe(false);
    expect(said(one.review())).toEqual(['signal app']);
    expect(said(one.tell('app', ended(137)))).toEqual([]);
    expect(said(one.review())).toEqual(['start-pause', 'start first']);
    one.tell('first', ended(0));
    expect(said(one.review())).toEqual(['start app']);
    expect(one.life.containers.get('first')?.status.restarts).toBe(1);
    expect(one.life.containers.get('app')?.status.restarts).toBe(1);
  });

  it('is not started while a container is left in its namespaces', () => {
    const one = started();
    one.happens({ kind: 'pause-ended' });
    one.review();
    expect(said(one.review())).toEqual(['signal app']);
    expect(one.life.process).toBeNull();
  });
});

describe('another manifest', () => {
  it('starts what is new, ends what is gone, and leaves the others alone', () => {
    const one = started([containerOf({ name: 'a' }), containerOf({ name: 'b' })]);
    expect(said(one.want(PAUSE, [containerOf({ name: 'b' }), containerOf({ name: 'c' })]))).toEqual(['terminate a']);
    expect(said(one.review())).toEqual(['start c']);
    one.tell('a', ended(143));
    expect(said(one.review())).toEqual(['remove a']);
    expect(one.running()).toEqual(['b', 'c']);
  });

  it('with another container of a name that is just ending waits for its end', () => {
    const one = started();
    one.want(PAUSE, []);
    one.want(PAUSE, [containerOf({ command: ['other'] })]);
    expect(said(one.review())).toEqual([]);
    one.tell('app', ended(143));
    expect(said(one.review())).toEqual(['start app']);
    expect(one.life.containers.get('app')?.current.container.command).toEqual(['other']);
  });

  it('of the pause process starts the pod anew', () => {
    const one = started();
    expect(said(one.want({ ...PAUSE, hostname: 'other' }, [containerOf()]))).toEqual(['kill-pause']);
    expect(said(one.want({ ...PAUSE, hostname: 'other' }, [containerOf()]))).toEqual([]);
  });

  it('of the pause process counts also where there was none meanwhile', () => {
    const one = started();
    one.want(undefined, []);
    expect(said(one.want({ ...PAUSE, hostname: 'other' }, [containerOf()]))).toEqual(['kill-pause']);
  });

  it('finds the pod in a network namespace that has been made anew', () => {
    expect(said(started().want(PAUSE, [containerOf()], true))).toEqual(['kill-pause']);
  });
});

describe('a pod that is not wanted any more', () => {
  it('ends its containers, then its pause process, and then nothing is left', () => {
    const one = started([containerOf({ name: 'a' }), containerOf({ name: 'b' })]);
    expect(said(one.want(undefined, []))).toEqual(['terminate a', 'terminate b']);
    expect(said(one.review())).toEqual([]);
    one.tell('a', ended(143));
    expect(said(one.review())).toEqual(['remove a']);
    one.tell('b', ended(143));
    expect(said(one.review())).toEqual(['remove b', 'kill-pause']);
    one.happens({ kind: 'pause-ended' });
    expect(said(one.review())).toEqual(['remove']);
  });

  it('hears nothing of a container that is gone', () => {
    const one = started();
    one.want(undefined, []);
    one.tell('app', ended(143));
    one.review();
    const { life } = one;
    expect(one.tell('app', { kind: 'grace-over' })).toEqual([]);
    expect(one.life).toBe(life);
  });
});

describe('what another kubelet has left', () => {
  const left = () => {
    const { life } = started([init('first', 0), containerOf()]);
    const containers = [...life.containers.values()].map(({ status, backoff, hasStarted, current }) => ({
      ...{ status, backoff, hasStarted, current },
    }));
    return beginPod(
      ...(JSON.parse(JSON.stringify([{ ...NEW_POD, process: life.process, current: life.current }, containers])) as []),
    );
  };

  it('goes on where the same is wanted', () => {
    const one = pod(left());
    expect(said(one.want(PAUSE, [init('first', 0), containerOf()]))).toEqual([]);
    expect(said(one.review())).toEqual([]);
    one.tell('first', ended(0));
    expect(said(one.review())).toEqual(['start app']);
  });

  it('is started anew where another pause process is wanted by now', () => {
    const one = pod(left());
    expect(said(one.want({ ...PAUSE, hostname: 'other' }, [containerOf()]))).toContain('kill-pause');
  });

  it('is ended where nobody wants it', () => {
    const one = pod(left());
    expect(said(one.want(undefined, []))).toEqual(['terminate first']);
    one.tell('first', ended(undefined));
    expect(said(one.review())).toEqual(['remove first', 'remove app', 'kill-pause']);
  });
});

it('all that runs is told to read its configuration again', () => {
  const one = started([init('first', 0), containerOf()]);
  expect(said(one.happens({ kind: 'hang-up' }))).toEqual(['signal first']);
});
