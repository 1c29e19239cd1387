/** What a running lab remembers of itself, between JSON and the types. */

import type { Lab } from '../language/lab/lab.ts';
import { compileFollowing, followsReadiness } from '../pipeline/follow.ts';
import { type Backend, type LabRecord, RECORD_FORMAT, type RunningLab, type Sandbox } from '../sandbox/sandbox.ts';
import { toWantedState, type Wanted, type WantedState } from '../state/state.ts';

export interface Remembered {
  readonly file: string;
  readonly createdAt: number;
  readonly lab: Lab;
  /** But for what follows the readiness of pods. */
  readonly wanted: WantedState;
}

/** Undefined where the record is gone or damaged: the lab still runs, but nothing is known of what it should be. */
export async function recall(sandbox: Sandbox): Promise<Remembered | undefined> {
  const record = await sandbox.readRecord();
  if (record?.format !== RECORD_FORMAT || !isLab(record.lab)) return undefined;
  const { file, createdAt, lab } = record;
  const wanted = toWanted(record.wanted);
  return wanted && { file, createdAt, lab, wanted };
}

/** With what follows the readiness of pods, which no lab writes down. */
export function completeWanted({ lab, wanted }: Remembered, unready: ReadonlySet<string>): WantedState {
  return new Map([...wanted, ...toWantedState(compileFollowing(lab, unready))]);
}

/** As much of it as tells a lab's record from another text: root in the lab may write there. */
function isLab(lab: unknown): lab is Lab {
  if (typeof lab !== 'object' || lab === null) return false;
  const { nodes, pods, bridges } = lab as Record<string, unknown>;
  return [nodes, pods, bridges].every(Array.isArray);
}

function toWanted(wanted: unknown): WantedState | undefined {
  try {
    return toWantedState(wanted as Wanted[]);
  } catch {
    return undefined;
  }
}

/** The same for a lab that is not entered otherwise; undefined also where it has just ended. */
export async function recallRunning(running: RunningLab, backend: Backend): Promise<Remembered | undefined> {
  const sandbox = await backend.open(running).catch(() => undefined);
  const remembered = sandbox && (await recall(sandbox));
  await sandbox?.close();
  return remembered;
}

/** `unready` as they were when `wanted` was compiled. */
export function toRecord({ file, createdAt, lab, wanted }: Remembered, unready: ReadonlySet<string>): LabRecord {
  const isFollowing = followsReadiness(lab);
  return {
    format: RECORD_FORMAT,
    name: lab.name,
    file,
    createdAt,
    lab,
    wanted: [...wanted.values()].filter(({ object }) => !isFollowing(object)),
    unready: [...unready],
  };
}
