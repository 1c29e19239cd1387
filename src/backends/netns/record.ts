/** The lab's record: a JSON file on the sandbox's own tmpfs, read and written from outside. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { RECORD_FILE } from '../../memory/folders.ts';
import { type LabRecord, RECORD_FORMAT, type RunningLab } from '../../sandbox/sandbox.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import { isRunning, pathInside } from './find-labs.ts';

/** Undefined where there is none, or none that can be understood. */
export async function readRecord(lab: RunningLab): Promise<LabRecord | undefined> {
  try {
    const record: unknown = JSON.parse(await readFile(pathInside(lab, RECORD_FILE), 'utf8'));
    return isRunning(lab) && isRecord(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** A reader sees the old record or the new one, never half of one. */
export async function writeRecord(lab: RunningLab, record: LabRecord): Promise<void> {
  if (!isRunning(lab)) throw new SandboxError(`lab ${lab.name} is not running any more`);
  const path = pathInside(lab, RECORD_FILE);
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, JSON.stringify(record), { mode: 0o600 });
  await rename(draft, path);
}

function isRecord(value: unknown): value is LabRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { format, name, file, createdAt } = value as Partial<Record<keyof LabRecord, unknown>>;
  return (
    format === RECORD_FORMAT &&
    typeof name === 'string' &&
    typeof file === 'string' &&
    typeof createdAt === 'number' &&
    'lab' in value &&
    'wanted' in value
  );
}
