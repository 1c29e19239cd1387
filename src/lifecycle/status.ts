/** `status`: what a running lab is, and how the kernel differs from what it should be. */

import { listSections, type Section } from '../pipeline/overview.ts';
import { diff } from '../plan/diff.ts';
import type { Step } from '../plan/step.ts';
import type { LabProcesses } from '../sandbox/container-status.ts';
import type { Backend, RunningLab, Sandbox } from '../sandbox/sandbox.ts';
import { atOneMoment } from './one-moment.ts';
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
    const {
      remembered,
      unready = new Set<string>(),
      wanted,
      observed,
    } = await atOneMoment(sandbox, () => look(sandbox));
    const steps = remembered ? diff(observed, wanted) : [];
    // An object that only the mending of another may take along is there now, and has not drifted.
    const drift = steps.filter(({ mayExist }) => !mayExist);
    const sections = listSections(remembered?.lab, unready, wanted);
    return { running, remembered, drift, processes: await sandbox.readProcesses(), sections };
  } finally {
    await sandbox.close();
  }
}

async function look(sandbox: Sandbox) {
  const remembered = await recall(sandbox);
  if (!remembered) return { remembered, wanted: new Map(), observed: new Map() };
  const unready = await findUnready(remembered.lab, sandbox);
  const wanted = completeWanted(remembered, unready);
  return { remembered, unready, wanted, observed: await observeSandbox(sandbox, wanted) };
}
