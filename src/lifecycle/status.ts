/** `status`: what a running lab is, and how the kernel differs from what it should be. */
import type { Backend, RunningLab } from '../backend/backend.ts';
import { diff } from '../plan/diff.ts';
import type { Step } from '../plan/step.ts';
import { observeSandbox } from './prepare.ts';
import { type Remembered, recall } from './record.ts';

export interface Status {
  readonly running: RunningLab;
  /** Undefined where the lab's own record is gone or damaged. */
  readonly remembered: Remembered | undefined;
  /** The steps that would mend the drift; none for a lab that is as it should be. */
  readonly drift: readonly Step[];
}

export async function status(backend: Backend, running: RunningLab): Promise<Status> {
  const sandbox = await backend.open(running);
  try {
    const remembered = await recall(sandbox);
    const steps = remembered ? diff(await observeSandbox(sandbox, remembered.wanted), remembered.wanted) : [];
    // What only mending something else may take along is there now, and has not drifted.
    const drift = steps.filter(({ mayExist }) => !mayExist);
    return { running, remembered, drift };
  } finally {
    await sandbox.close();
  }
}
