/**
 * Waiting for many sockets at once, all on this one thread: tasks come in, each goes on when what it waits for is there.
 * Ten thousand of them run.
 */
import { type Epoll, openEpoll } from './epoll.ts';
import { advance, startClock } from './loop-clock.ts';
import { READABLE, type Steps, type Task, type Wait } from './task.ts';
import { isOver, mayBegin, napOf, startsOf } from './turn.ts';
import { makeWaitingTasks, type WaitingTasks } from './waiting-tasks.ts';

export interface EventLoop {
  /** The clock that tasks wait by, in milliseconds; it stands still while this process does. */
  now(): number;
  /** Begins a task and runs it until it first waits. */
  start(steps: Steps<void>, onEnd?: () => void): Task;
  /** Lets a task go on before its time. */
  wake(task: Task): void;
  /** The task that runs now. */
  current(): Task | undefined;
  /** Runs every task that `next` gives, at most `limit` at once, to its end; at any time only as many begin as `allow` says. */
  runAll(next: () => Steps<void> | undefined, limit: number, allow: () => number): void;
  close(): void;
}

/** Milliseconds since some time; never set back. For what is measured. */
export function now(): number {
  return performance.now();
}

export function makeEventLoop(): EventLoop {
  const epoll = openEpoll();
  const waiting = makeWaitingTasks();
  const time = makeClock();
  const { start, resume, current } = makeRunner(epoll, waiting);

  /** What is ready comes before what is late: a busy machine must make no answer look lost. */
  const goOn = (napMs: number): void => {
    const isMore = epoll.wait(napMs, (fd, turn) => {
      const task = waiting.findByFd(fd, turn);
      if (task !== undefined) resume(task, true);
    });
    if (!isMore) for (const task of waiting.takeDue(time())) resume(task, false);
  };
  const untilDeadline = () => waiting.deadline() - time();

  return {
    ...{ now: time, start, current },
    wake: task => {
      if (task.wait !== undefined) resume(task, false);
    },
    runAll: (next, limit, allow) => runAll(next, limit, allow, { start, goOn, untilDeadline }),
    close: () => {
      for (const task of waiting.all()) task.steps.return(undefined);
      epoll.close();
    },
  };
}

function makeClock(): () => number {
  let clock = startClock(now());
  return () => {
    clock = advance(clock, now());
    return clock.time;
  };
}

interface Runner {
  readonly start: EventLoop['start'];
  readonly current: EventLoop['current'];
  /** Lets a task go on until it waits again. */
  readonly resume: (task: Task, isReady: boolean) => void;
}

function makeRunner(epoll: Epoll, waiting: WaitingTasks): Runner {
  let running: Task | undefined;
  const suspend = (task: Task, wait: Wait): void => {
    const turn = waiting.add(task, wait);
    if (wait.fd !== undefined) epoll.watch(wait.fd, wait.events ?? READABLE, turn);
  };
  const resume = (task: Task, isReady: boolean): void => {
    waiting.remove(task);
    const outer = running;
    running = task;
    const step = task.steps.next(isReady);
    running = outer;
    if (step.done === true) task.onEnd();
    else suspend(task, step.value);
  };
  const start: EventLoop['start'] = (steps, onEnd = () => undefined) => {
    const task: Task = { steps, onEnd, wait: undefined, turn: 0 };
    resume(task, false);
    return task;
  };
  return { start, resume, current: () => running };
}

interface LoopParts {
  readonly start: EventLoop['start'];
  readonly goOn: (napMs: number) => void;
  readonly untilDeadline: () => number;
}

function runAll(
  next: () => Steps<void> | undefined,
  limit: number,
  allow: () => number,
  { start, goOn, untilDeadline }: LoopParts,
): void {
  let progress = { inFlight: 0, isMore: true, limit };
  const change = (inFlight: number): void => {
    progress = { ...progress, inFlight: progress.inFlight + inFlight };
  };
  for (;;) {
    const starts = startsOf(allow());
    for (let begun = 0; begun < starts && mayBegin(progress); begun++) {
      const steps = next();
      if (steps === undefined) progress = { ...progress, isMore: false };
      else {
        change(1);
        start(steps, () => change(-1));
      }
    }
    if (isOver(progress)) return;
    goOn(napOf(progress, starts, untilDeadline()));
  }
}
