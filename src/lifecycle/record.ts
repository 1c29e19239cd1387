/** What a running lab remembers of itself, between JSON and the types. */
import type { LabRecord, Sandbox } from '../backend/backend.ts';
import type { Lab } from '../lab/lab.ts';
import { toWantedState, type Wanted, type WantedState } from '../state/state.ts';

export interface Remembered {
  readonly file: string;
  readonly createdAt: number;
  readonly lab: Lab;
  readonly wanted: WantedState;
}

/** Undefined where the record is gone or damaged: the lab still runs, but nothing is known of what it should be. */
export async function recall(sandbox: Sandbox): Promise<Remembered | undefined> {
  const record = await sandbox.readRecord();
  if (!record || record.format !== 1 || !Array.isArray(record.wanted)) return undefined;
  const { file, createdAt, lab, wanted } = record;
  return { file, createdAt, lab: lab as Lab, wanted: toWantedState(wanted as Wanted[]) };
}

export function toRecord({ file, createdAt, lab, wanted }: Remembered): LabRecord {
  return { format: 1, name: lab.name, file, createdAt, lab, wanted: [...wanted.values()] };
}
