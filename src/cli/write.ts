/** Long output in pieces of some size: neither a write per line nor one string of everything. */
import type { Io } from './io.ts';

const PIECE = 64 * 1024;

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
