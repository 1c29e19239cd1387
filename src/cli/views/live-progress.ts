/** A line per phase that counts up, drawn by listr2. */
import { Listr } from 'listr2';
import type { ApplyProgress } from '../../apply/apply.ts';
import type { ProgressView } from './progress.ts';
import { secondsSince } from './seconds.ts';

interface Stage {
  readonly done: Promise<void>;
  finish(): void;
  fail(): void;
  /** What its line says; kept for a line that is not drawn yet. */
  title?: string;
  retitle?: (title: string) => void;
  since: number;
}

function createStage(): Stage {
  let finish = (): void => undefined;
  let fail = (): void => undefined;
  const done = new Promise<void>((resolve, reject) => {
    finish = resolve;
    fail = () => reject(new Error('failed'));
  });
  done.catch(() => undefined);
  return { done, finish, fail, since: performance.now() };
}

export function createLiveView(title: string): ProgressView {
  const check = createStage();
  const stages = new Map<string, Stage>();
  let phases: readonly string[] = [];
  const list = new Listr(
    [
      { title, task: () => check.done },
      {
        title: 'Change the kernel',
        skip: () => phases.length === 0,
        task: (_, task) => task.newListr(phases.map(phase => toTask(phase, stages))),
      },
    ],
    {
      exitOnError: true,
      registerSignalListeners: false,
      rendererOptions: { collapseSubtasks: false, showErrorMessage: false },
    },
  );
  const drawn = list.run().catch(() => undefined);
  return {
    onPlan: names => {
      phases = names;
      for (const phase of names) stages.set(phase, createStage());
      check.finish();
    },
    onProgress: progress => advance(stages.get(progress.phase), progress),
    finish: async ok => {
      for (const stage of [check, ...stages.values()]) ok ? stage.finish() : stage.fail();
      await drawn;
    },
  };
}

function toTask(phase: string, stages: ReadonlyMap<string, Stage>) {
  return {
    title: phase,
    task: (_: unknown, { task }: { readonly task: { title?: string } }) => {
      const stage = stages.get(phase);
      if (!stage) return undefined;
      // Not through the wrapper, which would draw each of a thousand: the spinner draws ten times a second.
      stage.retitle = text => {
        task.title = text;
      };
      if (stage.title !== undefined) task.title = stage.title;
      return stage.done;
    },
  };
}

function advance(stage: Stage | undefined, { phase, done, total }: ApplyProgress): void {
  if (!stage) return;
  if (done === 0) stage.since = performance.now();
  const finished = done >= total;
  stage.title = `${phase} ${done}/${total}${finished ? ` (${secondsSince(stage.since)})` : ''}`;
  stage.retitle?.(stage.title);
  if (finished) stage.finish();
}
