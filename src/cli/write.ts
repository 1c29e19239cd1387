/** Output that is no single line: long text on stdout, and files that the command line names. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../lifecycle/errors.ts';
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

/** Throws `UsageError`. */
export function writeFile(file: string, text: string, { cwd }: Io): void {
  try {
    writeFileSync(resolve(cwd, file), text);
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${error instanceof Error ? error.message : error}`);
  }
}
