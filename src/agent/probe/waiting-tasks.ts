/**
 * The tasks that wait, and what for: a socket that is ready or a time that has come leads to a task. It makes no system
 * call and has no clock.
 */
import type { Task, Wait } from './task.ts';

export interface WaitingTasks {
  /** Returns the number of this wait: it tells a stale event, of a socket whose number is used again, from what is waited for. */
  add(task: Task, wait: Wait): number;
  remove(task: Task): void;
  /** The task that waits for a socket, if it is still the same wait. */
  findByFd(fd: number, turn: number): Task | undefined;
  /** Those whose time has come, one by one: each may wake others or end their wait before its successor is looked at. */
  takeDue(time: number): Iterable<Task>;
  /** When the first of them has waited for long enough; infinite where none waits. */
  deadline(): number;
  all(): Iterable<Task>;
}

/** Deadlines are looked through at most this often, as there may be thousands. */
const TICK_MS = 2;

export function makeWaitingTasks(): WaitingTasks {
  const waiting = new Set<Task>();
  const byFd = new Map<number, Task>();
  let turns = 0;
  let deadline = Number.POSITIVE_INFINITY;

  const add = (task: Task, wait: Wait): number => {
    turns = (turns + 1) >>> 0;
    task.wait = wait;
    task.turn = turns;
    waiting.add(task);
    deadline = Math.min(deadline, wait.until);
    if (wait.fd !== undefined) byFd.set(wait.fd, task);
    return turns;
  };

  const remove = (task: Task): void => {
    waiting.delete(task);
    task.wait = undefined;
  };

  const takeDue = function* (time: number): Iterable<Task> {
    if (time < deadline) return;
    deadline = Number.POSITIVE_INFINITY;
    for (const task of [...waiting]) {
      const { wait } = task;
      if (wait === undefined) continue;
      if (wait.until <= time) yield task;
      else deadline = Math.min(deadline, Math.max(wait.until, time + TICK_MS));
    }
  };

  const findByFd = (fd: number, turn: number): Task | undefined => {
    const task = byFd.get(fd);
    return task?.wait !== undefined && task.turn === turn ? task : undefined;
  };

  return { add, remove, findByFd, takeDue, deadline: () => deadline, all: () => waiting };
}
