/** A file that says who is changing the lab just now: what one would see is neither before nor after. */
import { existsSync, linkSync, rmSync, writeFileSync } from 'node:fs';
import { readRegularFile } from '../linux/regular-file.ts';
import { FOLDER } from './folders.ts';

const MARKER = `${FOLDER}/changing`;

/** False where another process has it. Of two at once only one can make the file. Throws where there is no room for it. */
export function markChanging(): boolean {
  const pid = readMarker();
  if (pid === String(process.pid)) return true;
  if (isOtherChanging()) return false;
  // Left by a process that was killed, or no file at all.
  rmSync(MARKER, { force: true, recursive: true });
  return claim();
}

/** By a link, so that nobody ever sees it without what is in it. */
function claim(): boolean {
  const own = `${MARKER}.${process.pid}`;
  try {
    writeFileSync(own, String(process.pid));
    linkSync(own, MARKER);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Unless another process has taken over. */
export function unmarkChanging(): void {
  if (readMarker() === String(process.pid)) rmSync(MARKER, { force: true });
}

export function isOtherChanging(): boolean {
  const pid = readMarker();
  return pid !== undefined && /^\d+$/.test(pid) && pid !== String(process.pid) && existsSync(`/proc/${pid}`);
}

function readMarker(): string | undefined {
  return readRegularFile(MARKER);
}
