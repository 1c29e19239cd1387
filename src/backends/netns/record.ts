/** The lab's record: a JSON file on the sandbox's own tmpfs, read and written from outside. */
import { RECORD_FILE } from '../../memory/folders.ts';
import { readJsonFile, writeJsonFile } from '../../memory/json-file.ts';
import { type LabRecord, RECORD_FORMAT, type RunningLab } from '../../sandbox/sandbox.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import { isRunning, pathInside } from './find-labs.ts';

/** Undefined where there is none, or none that can be understood. */
export async function readRecord(lab: RunningLab): Promise<LabRecord | undefined> {
  const record = readJsonFile(pathInside(lab, RECORD_FILE));
  return isRunning(lab) && isRecord(record) ? record : undefined;
}

/** A reader sees the old record or the new one, never half of one. */
export async function writeRecord(lab: RunningLab, record: LabRecord): Promise<void> {
  if (!isRunning(lab)) throw new SandboxError(`lab ${lab.name} is not running any more`);
  writeJsonFile(pathInside(lab, RECORD_FILE), record, 0o600);
}

/** What can be read at all is as a netlab has written it, maybe one of another version. */
function isRecord(value: unknown): value is LabRecord {
  return (value as Partial<LabRecord> | undefined)?.format === RECORD_FORMAT;
}
