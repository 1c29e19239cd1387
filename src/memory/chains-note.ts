/**
 * Which pods the chains of a lab take for not ready: `up` leaves it in the record, and the kubelet writes it down after each
 * change.
 */
import { statSync } from 'node:fs';
import { CHAINS_FILE, RECORD_FILE } from './folders.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';

/** What is written down: null while a change is under way. */
interface Note {
  readonly version: string;
  readonly unready: readonly string[] | null;
}

/** Changes with every record that is written. */
export function recordVersion(): string {
  try {
    const { ino, mtimeMs } = statSync(RECORD_FILE);
    return `${ino} ${mtimeMs}`;
  } catch {
    return '';
  }
}

/** `ofRecord`: what the record says, which counts as long as no kubelet has written down anything for it. */
export function readNote(version: string, ofRecord: () => readonly string[] | undefined): readonly string[] | null {
  const note = readJsonFile(CHAINS_FILE) as Note | undefined;
  return note?.version === version ? note.unready : (ofRecord() ?? null);
}

export function writeNote(version: string, unready: ReadonlySet<string> | undefined): void {
  writeJsonFile(CHAINS_FILE, { version, unready: unready ? [...unready] : null } satisfies Note);
}
