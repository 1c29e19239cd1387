/**
 * Files in places where others can put something else: a path comes in, the text goes out; undefined where there is no file.
 *
 * To open a named pipe would wait for somebody at its other end, and a link may lead anywhere. What is in a lab's memory is
 * root's in the lab to change, and that is a process which netlab must not wait for.
 */
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { throwShortage } from './shortage.ts';

/** More than the record of any lab takes. */
const MOST_BYTES = 256 * 1024 * 1024;

export function readRegularFile(path: string, mostBytes = MOST_BYTES): string | undefined {
  const fd = openRegularFile(path);
  if (fd === undefined) return undefined;
  try {
    return fstatSync(fd).size > mostBytes ? undefined : readToEnd(fd, mostBytes);
  } catch (error) {
    throwShortage(error);
    return undefined;
  } finally {
    closeSync(fd);
  }
}

/** For who closes it again. */
export function openRegularFile(path: string): number | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    if (fstatSync(fd).isFile()) return fd;
  } catch (error) {
    throwShortage(error); // All else: there is none, or none for us.
  }
  if (fd !== undefined) closeSync(fd);
  return undefined;
}

/** The kernel says of files of its own, as in /proc, that they are empty. */
function readToEnd(fd: number, mostBytes: number): string {
  const pieces: Buffer[] = [];
  let total = 0;
  for (;;) {
    const piece = Buffer.allocUnsafe(Math.max(1 << 12, fstatSync(fd).size - total + 1));
    const length = readSync(fd, piece, 0, piece.length, null);
    total += length;
    if (total > mostBytes) throw new Error('longer than it may be');
    if (length === 0) return Buffer.concat(pieces).toString('utf8');
    pieces.push(piece.subarray(0, length));
  }
}

/** The same file has the new text, as it may be mounted somewhere; what is no file goes first. */
export function writeInPlace(path: string, text: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === false) rmSync(path, { recursive: true, force: true });
  writeFileSync(path, text);
}

/**
 * Whatever is there: a reader sees what was there before or the new text, never half of it. The mode is that of the file,
 * whatever netlab was told to keep from those that it makes.
 */
export function replaceFile(path: string, text: string, mode = 0o644): void {
  const draft = `${path}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  writeFileSync(draft, text, { mode, flag: 'wx' });
  chmodSync(draft, mode);
  try {
    renameSync(draft, path);
  } catch {
    // A file does not take a folder's place by itself.
    rmSync(path, { recursive: true, force: true });
    renameSync(draft, path);
  }
}
