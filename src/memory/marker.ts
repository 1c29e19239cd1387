/** A file that says who is changing the lab just now: what one would see is neither before nor after. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { readRegularFile } from '../linux/regular-file.ts';
import { FOLDER } from './folders.ts';

const MARKER = `${FOLDER}/changing`;

/** False where another process has it. Of two at once only one can make the file. */
export function markChanging(): boolean {
  const pid = readMarker();
  if (pid === String(process.pid)) return true;
  if (isOtherChanging()) return false;
  // Left by a process that was killed, or no file at all.
  rmSync(MARKER, { force: true, recursive: true });
  try {
    writeFileSync(MARKER, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

/** Unless another process has taken over. */
export function unmarkChanging(): void {
  if (readMarker() === String(process.pid)) rmSync(MARKER, { force: true });
}

export function isOtherChanging(): boolean {
  const pid = readMarker();
  return pid !== undefined && pid !== String(process.pid) && existsSync(`/proc/${pid}`);
}

function readMarker(): string | undefined {
  return readRegularFile(MARKER);
}
