/** Small files of /proc: a path comes in, the text goes out; undefined where there is none, or none for us. */
import { closeSync, openSync, readSync } from 'node:fs';
import { throwShortage } from './shortage.ts';

// One buffer and three calls: `readFileSync` takes twice as long, and there may be thousands to read.
const buffer = Buffer.allocUnsafe(4096);

export function readProcFile(path: string): string | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, null));
  } catch (error) {
    throwShortage(error);
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
