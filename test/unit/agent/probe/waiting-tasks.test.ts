/** Who goes on when, among tasks that wait. */
import { expect, it } from 'vitest';
import type { Steps, Task } from '../../../../src/agent/probe/task.ts';
import { makeWaitingTasks } from '../../../../src/agent/probe/waiting-tasks.ts';

const task = (): Task => ({
  steps: (function* (): Steps<void> {})(),
  onEnd: () => undefined,
  wait: undefined,
  turn: 0,
});
const EVER = Number.POSITIVE_INFINITY;

it('finds who waits for a socket', () => {
  const waiting = makeWaitingTasks();
  const [one, other] = [task(), task()];
  const turn = waiting.add(one, { fd: 5, until: EVER });
  const otherTurn = waiting.add(other, { fd: 6, until: EVER });
  expect(waiting.findByFd(5, turn)).toBe(one);
  expect(waiting.findByFd(6, otherTurn)).toBe(other);
  expect(waiting.findByFd(6, turn)).toBeUndefined();
  expect(waiting.findByFd(7, turn)).toBeUndefined();
});

it('takes no stale event for a new one: neither of a task that goes on, nor of a socket whose number is used again', () => {
  const waiting = makeWaitingTasks();
  const [one, other] = [task(), task()];
  const turn = waiting.add(one, { fd: 5, until: EVER });
  waiting.remove(one);
  expect(waiting.findByFd(5, turn)).toBeUndefined();
  const next = waiting.add(other, { fd: 5, until: EVER });
  expect(waiting.findByFd(5, turn)).toBeUndefined();
  expect(waiting.findByFd(5, next)).toBe(other);
});

it('knows whose time has come, and when the next one has', () => {
  const waiting = makeWaitingTasks();
  const [early, late, never] = [task(), task(), task()];
  waiting.add(late, { until: 200 });
  waiting.add(early, { until: 100 });
  waiting.add(never, { until: EVER });
  expect(waiting.deadline()).toBe(100);
  expect([...waiting.takeDue(99)]).toEqual([]);
  const due = [...waiting.takeDue(100)];
  expect(due).toEqual([early]);
  expect(due[0]).toBe(early);
  waiting.remove(early);
  expect(waiting.deadline()).toBe(200);
});

it('looks no more often than every 2 ms', () => {
  const waiting = makeWaitingTasks();
  waiting.add(task(), { until: 100 });
  waiting.add(task(), { until: 100.5 });
  expect([...waiting.takeDue(100)]).toHaveLength(1);
  expect(waiting.deadline()).toBe(102);
});

it('gives nobody a time that was over only before another woke them', () => {
  const waiting = makeWaitingTasks();
  const [one, woken, gone] = [task(), task(), task()];
  for (const each of [one, woken, gone]) waiting.add(each, { until: 100 });
  const resumed: Task[] = [];
  for (const each of waiting.takeDue(100)) {
    resumed.push(each);
    waiting.remove(each);
    if (each !== one) continue;
    waiting.add(woken, { until: 150 });
    waiting.remove(gone);
  }
  expect(resumed).toHaveLength(1);
  expect(waiting.deadline()).toBe(150);
});
