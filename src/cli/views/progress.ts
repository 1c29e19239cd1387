/** Progress of `up` on stderr, where it is not drawn live: a plain line for each phase that has ended. */
import type { ApplyProgress } from '../../apply/apply.ts';
import type { Io } from '../io.ts';
import { say } from '../write.ts';
import { count } from './count.ts';
import { secondsSince } from './seconds.ts';

export interface ProgressView {
  onPlan(phases: readonly string[]): void;
  onProgress(progress: ApplyProgress): void;
  /** Draws the end; `ok` is false where the work failed. */
  finish(ok: boolean): Promise<void>;
}

export function createPlainView(io: Io): ProgressView {
  let since = performance.now();
  return {
    onPlan: () => undefined,
    onProgress: ({ phase, done, total }) => {
      if (done === 0) since = performance.now();
      if (done >= total) say(`${phase}: ${count(total, 'step')} in ${secondsSince(since)}`, io);
    },
    finish: async () => undefined,
  };
}

/** Shows nothing. */
export const silentView: ProgressView = {
  onPlan: () => undefined,
  onProgress: () => undefined,
  finish: async () => undefined,
};
