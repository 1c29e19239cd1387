/** The life of a container as Kubernetes defines it. */
import { describe, expect, it } from 'vitest';
import { beginLife, hasCompleted, isOver, isRunning } from '../../../../src/kubelet/life/container-life.ts';
import type { DockerPlace } from '../../../../src/state/container.ts';
import { containerOf, ended, live, liveRunning, processOf, START, wanted } from './lives.ts';

const on = (node: string) => ({ node }) as DockerPlace;

describe('a new container', () => {
  it('waits for its turn', () => {
    const { life } = live();
    expect(life.status).toMatchObject({ state: 'waiting', reason: 'PodInitializing', restarts: 0, startedAt: null });
    expect(isRunning(life)).toBe(false);
  });

  it('is started once, however often it has its turn', () => {
    const one = live();
    expect(one.happens('turn')).toEqual([{ kind: 'start', container: containerOf() }]);
    expect(one.happens('turn')).toEqual([]);
    one.happens('running');
    expect(one.happens('turn')).toEqual([]);
  });

  it('is being created until it runs, where that takes a while', () => {
    const one = live();
    one.happens('turn');
    one.happens('start-asked');
    expect(one.life.status).toMatchObject({ state: 'waiting', reason: 'ContainerCreating' });
    expect(one.kinds('running', 2)).toEqual(['probe']);
    expect(one.life.status).toMatchObject({ state: 'running', reason: '', startedAt: START + 2000, ready: false });
  });

  it('is not being created any more where it ran at once', () => {
    const one = liveRunning();
    one.happens('start-asked');
    expect(one.life.status.state).toBe('running');
  });

  it('that cannot be started is one that has failed, and its turn comes again', () => {
    const one = live();
    one.happens('turn');
    const note = { kind: 'note', text: 'netlab: cannot start it: spawn EAGAIN' };
    expect(one.happens('not-started')).toEqual([note, { kind: 'review' }]);
    expect(one.life.status).toMatchObject({ state: 'terminated', reason: 'Error', exitCode: 128, startedAt: START });
    expect(one.kinds('turn')).toEqual(['start']);
    one.happens('not-started');
    expect(one.life.status).toMatchObject({ state: 'waiting', reason: 'CrashLoopBackOff', restarts: 1 });
    expect(one.happens('turn')).toEqual([{ kind: 'review-after', ms: 10_000 }]);
  });
});

describe('an end', () => {
  it.each([
    [0, 'Completed'],
    [1, 'Error'],
    [137, 'Error'],
  ])('with code %i is %s', (exitCode, reason) => {
    const one = liveRunning(containerOf({ restart: 'never' }));
    expect(one.kinds(ended(exitCode), 5)).toEqual(['forget-grace', 'stop-probing', 'review']);
    expect(one.life.status).toMatchObject({
      ...{ state: 'terminated', reason, exitCode, process: null, ready: false },
      ...{ startedAt: START, finishedAt: START + 5000, nextStartAt: null },
    });
    expect(hasCompleted(one.life)).toBe(exitCode === 0);
  });

  it('that nobody has seen counts as a kill', () => {
    const one = liveRunning();
    one.happens(ended(undefined));
    expect(one.life.status.exitCode).toBe(137);
  });

  it('is told of only once', () => {
    const one = liveRunning();
    one.happens(ended(1));
    const { life } = one;
    expect(one.happens(ended(2))).toEqual([]);
    expect(one.life).toBe(life);
  });

  it('before anybody has seen it run counts from when it was started', () => {
    const one = live();
    one.happens('turn');
    one.happens('start-asked');
    one.happens(ended(3), 4);
    expect(one.life.status).toMatchObject({ exitCode: 3, startedAt: START, finishedAt: START + 4000 });
    expect(isRunning(one.life)).toBe(false);
  });

  it('names the container that has its port, and else what its liveness probe found', () => {
    const one = liveRunning();
    one.happens('probe-failed');
    one.happens(ended(1, 'port 80/TCP is taken'));
    expect(one.life.status.message).toBe('port 80/TCP is taken');
    one.happens('turn');
    one.happens('running');
    one.happens('probe-failed');
    one.happens(ended(143));
    expect(one.life.status.message).toBe('liveness probe failed: no answer in time');
    one.happens('turn', 10);
    one.happens('running');
    expect(one.life.status.message).toBe('');
    one.happens(ended(1));
    expect(one.life.status.message).toBe('');
  });

  it('names nobody where it is a success, or was wanted', () => {
    const one = liveRunning();
    one.happens(ended(0, 'port 80/TCP is taken'));
    expect(one.life.status.message).toBe('');
    one.happens('turn');
    one.happens('running');
    one.happens('stop');
    one.happens(ended(1, 'port 80/TCP is taken'));
    expect(one.life.status.message).toBe('');
  });
});

describe('restart policy', () => {
  it.each([
    ['always', 0, true],
    ['always', 1, true],
    ['on-failure', 0, false],
    ['on-failure', 1, true],
    ['never', 0, false],
    ['never', 1, false],
  ] as const)('%s, after code %i: %j', (restart, exitCode, isRestarted) => {
    const one = liveRunning(containerOf({ restart }));
    one.happens(ended(exitCode));
    expect(one.kinds('turn')).toEqual(isRestarted ? ['start'] : []);
    expect(one.life.status.restarts).toBe(isRestarted ? 1 : 0);
  });
});

describe('back-off', () => {
  /** Seconds that it stays down after each run of so many seconds. */
  function delaysOf(runs: readonly number[]): number[] {
    const one = live();
    one.happens('turn');
    return runs.map(seconds => {
      one.happens('running');
      one.happens(ended(1), seconds);
      const { nextStartAt, finishedAt, reason, state } = one.life.status;
      const delay = ((nextStartAt ?? Number.NaN) - (finishedAt ?? Number.NaN)) / 1000;
      expect([state, reason]).toEqual(delay > 0 ? ['waiting', 'CrashLoopBackOff'] : ['terminated', 'Error']);
      if (delay > 0) expect(one.happens('turn', delay - 1)).toEqual([{ kind: 'review-after', ms: 1000 }]);
      expect(one.kinds('turn', delay > 0 ? 1 : 0)).toEqual(['start']);
      return delay;
    });
  }

  it('doubles from 10 s up to 5 minutes, the first start being at once', () => {
    expect(delaysOf([1, 1, 1, 1, 1, 1, 1, 1])).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
  });

  it('begins anew after a run of more than 10 minutes', () => {
    expect(delaysOf([1, 1, 1, 601, 1])).toEqual([0, 10, 20, 0, 10]);
  });

  it('begins anew with another manifest, and so does the count of restarts', () => {
    const one = liveRunning();
    one.happens(ended(1));
    one.happens('turn');
    one.happens('running');
    one.happens(ended(1));
    expect(one.life.status).toMatchObject({ reason: 'CrashLoopBackOff', restarts: 1 });
    one.happens(wanted(containerOf({ command: ['other'] })));
    expect(one.kinds('turn')).toEqual(['start']);
    one.happens('running');
    one.happens(ended(1));
    expect(one.life.status).toMatchObject({ restarts: 0, nextStartAt: one.now });
  });
});

describe('probes', () => {
  it('say whether it is ready, and why not', () => {
    const one = liveRunning();
    expect(one.kinds('readiness')).toEqual(['review']);
    expect(one.life.status).toMatchObject({ ready: true, message: '' });
    one.happens({ kind: 'readiness', ready: false, message: 'readiness probe failed: connection refused' });
    expect(one.life.status).toMatchObject({ ready: false, message: 'readiness probe failed: connection refused' });
  });

  it('end one that is not alive, as an end that nobody wanted', () => {
    const one = liveRunning();
    expect(one.kinds('probe-failed')).toEqual(['note', 'stop-probing', 'terminate']);
    one.happens(ended(143), 1);
    expect(one.kinds('turn')).toEqual(['start']);
    one.happens('running');
    one.happens('probe-failed');
    one.happens(ended(143), 1);
    expect(one.life.status).toMatchObject({ reason: 'CrashLoopBackOff', restarts: 1 });
  });

  it('do not say that it is ready when it has ended', () => {
    const one = liveRunning();
    one.happens('readiness');
    one.happens(ended(1));
    expect(one.life.status.ready).toBe(false);
  });
});

describe('a stop', () => {
  const of = { container: containerOf(), process: processOf(7) };

  it('is SIGTERM, and SIGKILL after 30 s', () => {
    const one = liveRunning();
    const terminate = { kind: 'terminate', signal: 'SIGTERM', graceMs: 30_000, ...of };
    expect(one.happens('stop')).toEqual([{ kind: 'stop-probing' }, terminate]);
    expect(one.happens('grace-over', 30)).toEqual([{ kind: 'signal', signal: 'SIGKILL', ...of }]);
    expect(one.kinds(ended(137))).toContain('forget-grace');
  });

  it('is SIGKILL at once where there is no grace', () => {
    const one = liveRunning();
    const kill = { kind: 'signal', signal: 'SIGKILL', ...of };
    expect(one.happens({ kind: 'stop', grace: false })).toEqual([{ kind: 'stop-probing' }, kill]);
  });

  it('is nothing to one that does not run, and no later end is taken for a wanted one', () => {
    const one = live();
    expect(one.happens('stop')).toEqual([]);
    expect(one.life.isStopping).toBe(false);
    expect(one.happens('grace-over')).toEqual([]);
  });

  it('of one that is only being started comes when it runs', () => {
    const one = live();
    one.happens('turn');
    expect(one.kinds('stop')).toEqual(['stop-probing']);
    expect(one.kinds('running')).toEqual(['stop-probing', 'terminate']);
  });

  it('leads to a new run without a back-off, whatever the policy', () => {
    const one = liveRunning(containerOf({ restart: 'never' }));
    one.happens({ kind: 'stop', grace: false });
    one.happens(ended(137));
    expect(one.kinds('turn')).toEqual(['start']);
    expect(one.life).toMatchObject({ isStopping: false, backoff: { delayMs: 0 } });
  });
});

describe('another manifest', () => {
  const other = containerOf({ command: ['other'] });

  it('of the same content changes nothing', () => {
    const one = liveRunning();
    expect(one.happens(wanted(containerOf()))).toEqual([]);
    expect(one.life.isStopping).toBe(false);
  });

  it('ends what runs, and the new one takes its place', () => {
    const one = liveRunning();
    expect(one.kinds(wanted(other))).toEqual(['stop-probing', 'terminate']);
    one.happens(ended(0));
    expect(one.happens('turn')).toEqual([{ kind: 'start', container: other }]);
    expect(one.life.status).toMatchObject({ restarts: 0, exitCode: null });
  });

  it('while it ends counts, the last of several', () => {
    const one = liveRunning();
    one.happens(wanted(other));
    one.happens(wanted(containerOf({ command: ['last'] })));
    one.happens(ended(143));
    expect(one.happens('turn')).toMatchObject([{ kind: 'start', container: { container: { command: ['last'] } } }]);
  });

  it('that is taken back while it ends leads to another run of the same', () => {
    const one = liveRunning();
    one.happens(wanted(other));
    one.happens(wanted(containerOf()));
    one.happens(ended(143));
    expect(one.happens('turn')).toEqual([{ kind: 'start', container: containerOf() }]);
  });

  it('of another node leaves nothing on the one before', () => {
    const before = containerOf({ docker: on('node1') });
    const one = liveRunning(before);
    one.happens(wanted(containerOf({ docker: on('node2') })));
    one.happens(ended(143));
    expect(one.happens('turn')[0]).toEqual({ kind: 'remove-remains', container: before });
    expect(one.life.current.docker?.node).toBe('node2');
  });

  it('that is gone ends it, and it is over with that', () => {
    const one = liveRunning();
    expect(one.kinds(wanted(undefined))).toEqual(['stop-probing', 'terminate']);
    expect(isOver(one.life)).toBe(false);
    one.happens(ended(143));
    expect(one.happens('turn')).toEqual([]);
    expect(isOver(one.life)).toBe(true);
  });
});

describe('what another kubelet has started', () => {
  const saved = () => {
    const { life } = liveRunning();
    const { status, backoff, current } = life;
    return JSON.parse(JSON.stringify({ status, backoff, current }));
  };

  it('is probed where it still runs', () => {
    const one = live(beginLife(containerOf(), saved()));
    expect(isRunning(one.life)).toBe(true);
    expect(one.kinds('adopted')).toEqual(['probe']);
    expect(one.happens('turn')).toEqual([]);
  });

  it('is not where it has ended, of which nobody knows how', () => {
    const one = live(beginLife(containerOf(), saved()));
    expect(one.happens({ kind: 'adopted', isAlive: false })).toEqual([]);
    one.happens(ended(undefined), 3);
    expect(one.life.status).toMatchObject({ exitCode: 137, reason: 'Error', nextStartAt: one.now });
  });

  it('goes on with its back-off', () => {
    const before = liveRunning();
    for (let end = 0; end < 3; end++) {
      before.happens(ended(1));
      before.happens('turn', 20);
      before.happens('running');
    }
    const { status, backoff, hasStarted, current } = before.life;
    const one = live(beginLife(containerOf(), { status, backoff, hasStarted, current }));
    one.happens(ended(1), 100);
    expect(one.happens('turn')).toEqual([{ kind: 'review-after', ms: 40_000 }]);
  });
});

it('is told to read its configuration again only while it runs', () => {
  const one = live();
  expect(one.happens('hang-up')).toEqual([]);
  expect(liveRunning().happens('hang-up')).toMatchObject([{ kind: 'signal', signal: 'SIGHUP' }]);
});

it('forgets a run that is over, but neither one that goes on nor how often it was started', () => {
  const one = liveRunning(containerOf({ init: 0, restart: 'on-failure' }));
  one.happens('forget-run');
  expect(one.life.status.state).toBe('running');
  one.happens(ended(0));
  one.happens('forget-run');
  expect(one.life.status).toMatchObject({ state: 'waiting', exitCode: null, startedAt: null, restarts: 1 });
  expect(one.kinds('turn')).toEqual(['start']);
});
