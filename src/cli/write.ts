/** Ways to write: a single line, long text on stdout, and files that the command line names. */
import { closeSync, constants, openSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { escapeControls } from '../language/diagnostic/printable.ts';
import { FailedError } from '../lifecycle/errors.ts';
import { whyNot } from './file-words.ts';
import type { Io } from './io.ts';

const PIECE = 64 * 1024;

/** In pieces of some size: neither a write per line nor one string of everything. */
export function writeInPieces(lines: Iterable<string>, io: Io): void {
  let piece = '';
  for (const line of lines) {
    piece += line;
    if (piece.length < PIECE) continue;
    io.out(piece);
    piece = '';
  }
  if (piece !== '') io.out(piece);
}

/** Tells one line, whatever the values in it hold. */
export function say(line: string, io: Pick<Io, 'err'>): void {
  io.err(`${escapeControls(line)}\n`);
}

/** Throws `FailedError`. */
export function writeFile(file: string, text: string, { cwd }: Io): void {
  const path = resolve(cwd, file);
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFIFO()) requireReader(path);
    writeFileSync(path, text);
  } catch (error) {
    throw new FailedError(`${file} cannot be written: ${whyNotWritten(error, path, file)}`);
  }
}

function whyNotWritten(error: unknown, path: string, file: string): string {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  return isMissing ? `there is no folder ${dirname(file)}` : whyNot(error, path);
}

/** Where nobody has a named pipe open, to open it would wait until somebody does. */
function requireReader(path: string): void {
  closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
}
