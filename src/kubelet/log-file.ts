/** A container's log of bounded size: what it writes comes in; the file and, when that is full, its predecessor have it. */
import { appendFileSync, renameSync, statSync } from 'node:fs';
import { logPath, olderLogPath } from '../memory/folders.ts';
import { partOf, splitLines } from './log-lines.ts';
import { makeTimer } from './timer.ts';

/** The log and its predecessor are each at most about this long. */
const LOG_BYTES = 512 * 1024;
/** After this long what has no end of line yet is written as a part. */
const PART_MS = 250;
/** So much is split at a time: were all of it ends of lines, their stamps would still fit into a log. */
const SPLIT_BYTES = 8 * 1024;

export interface LogFile {
  /** Returns by how much the log has grown. */
  add(chunk: Buffer): number;
  flush(): void;
}

export function openLogFile(ns: string, name: string): LogFile {
  const write = openBoundedFile(logPath(ns, name), olderLogPath(ns, name));
  const timer = makeTimer();
  let rest = Buffer.alloc(0);
  const flush = () => {
    timer.clear();
    write(partOf(rest, new Date()));
    rest = Buffer.alloc(0);
  };
  const addPart = (part: Buffer): number => {
    const split = splitLines(rest.length === 0 ? part : Buffer.concat([rest, part]), new Date());
    rest = Buffer.from(split.rest);
    return write(split.pieces);
  };
  return {
    flush,
    add: chunk => {
      let written = 0;
      for (let start = 0; start < chunk.length; start += SPLIT_BYTES)
        written += addPart(chunk.subarray(start, start + SPLIT_BYTES));
      if (rest.length > 0 && !timer.isSet()) timer.set(PART_MS, flush);
      return written;
    },
  };
}

/** Returns what appends to a file, puts it aside when it would grow too long, and says how much was written. */
function openBoundedFile(path: string, older: string): (pieces: readonly (string | Buffer)[]) => number {
  // There before anything is written, so that `logs --follow` sees when it is put aside for the first time.
  appendFileSync(path, '');
  let { size } = statSync(path);
  return pieces => {
    if (pieces.length === 0) return 0;
    const bytes = Buffer.concat(pieces.map(piece => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
    if (size > 0 && size + bytes.length > LOG_BYTES) {
      renameSync(path, older);
      size = 0;
    }
    appendFileSync(path, bytes);
    size += bytes.length;
    return bytes.length;
  };
}
