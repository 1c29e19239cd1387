/** Progress of `up` on stderr: live with listr2 on a terminal, plain lines elsewhere. */
import type { Progress } from '../apply/apply.ts';
import { count } from './count.ts';
import type { Io } from './io.ts';

export interface ProgressView {
  onPlan(phases: readonly string[]): void;
  onProgress(progress: Progress): void;
  /** Draws the end; `ok` is false where the work failed. */
  finish(ok: boolean): Promise<void>;
}

export async function createProgressView(title: string, io: Io): Promise<ProgressView> {
  if (!io.live) return plainView(io);
  const { liveView } = await import('./live-progress.ts');
  return liveView(title);
}

function plainView(io: Io): ProgressView {
  let since = performance.now();
  return {
    onPlan: () => undefined,
    onProgress: ({ phase, done, total }) => {
      if (done === 0) since = performance.now();
      if (done >= total) io.err(`${phase}: ${count(total, 'step')} in ${seconds(since)}\n`);
    },
    finish: async () => undefined,
  };
}

export function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(2)} s`;
}

/** Where nobody is to see anything. */
export const silentView: ProgressView = {
  onPlan: () => undefined,
  onProgress: () => undefined,
  finish: async () => undefined,
};
