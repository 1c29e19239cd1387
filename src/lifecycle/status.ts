/** `status`: what a running lab is, and how the kernel differs from what it should be. */

import { listSections, type Section } from '../pipeline/overview.ts';
import { diff } from '../plan/diff.ts';
import type { Step } from '../plan/step.ts';
import type { LabProcesses } from '../sandbox/container-status.ts';
import type { Backend, RunningLab } from '../sandbox/sandbox.ts';
import { observeSandbox } from './prepare.ts';
import { completeWanted, type Remembered, recall } from './record.ts';
import { findUnready } from './unready-pods.ts';

export interface Status {
  readonly running: RunningLab;
  /** Undefined where the lab's own record is gone or damaged. */
  readonly remembered: Remembered | undefined;
  /** The steps that would mend the drift; none for a lab that is as it should be. */
  readonly drift: readonly Step[];
  readonly processes: LabProcesses;
  /** What features show of it. */
  readonly sections: readonly Section[];
}

export async function status(backend: Backend, running: RunningLab): Promise<Status> {
  const sandbox = await backend.open(running);
  try {
    const remembered = await recall(sandbox);
    const unready = remembered ? await findUnready(remembered.lab, sandbox) : new Set<string>();
    const wanted = remembered ? completeWanted(remembered, unready) : new Map();
    const steps = remembered ? diff(await observeSandbox(sandbox, wanted), wanted) : [];
    // An object that only the mending of another may take along is there now, and has not drifted.
    const drift = steps.filter(({ mayExist }) => !mayExist);
    const sections = listSections(remembered?.lab, unready, wanted);
    return { running, remembered, drift, processes: await sandbox.readProcesses(), sections };
  } finally {
    await sandbox.close();
  }
}
