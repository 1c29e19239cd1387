/**
 * Offsets to lines and columns.
 */

export interface Position {
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
  /** Offset of the line's first character. */
  readonly lineStart: number;
}

const byteOrderMark = '\ufeff';

/** The text is scanned once, and each look-up is a binary search. */
export function makeLineMap(text: string): (offset: number) => Position {
  const starts = findLineStarts(text);
  return offset => {
    const inside = Math.max(starts[0] ?? 0, Math.min(offset, text.length));
    const index = findLast(starts, inside);
    const lineStart = starts[index] ?? 0;
    const column = countCharacters(text, lineStart, inside) + 1;
    return { offset: inside, line: index + 1, column, lineStart };
  };
}

/** Far out on a line columns are offsets, so that many mistakes on one huge line stay cheap. */
function countCharacters(text: string, start: number, end: number): number {
  return end - start > 10_000 ? end - start : [...text.slice(start, end)].length;
}

/** A byte order mark is no column. */
function findLineStarts(text: string): readonly number[] {
  const starts = [text.startsWith(byteOrderMark) ? 1 : 0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Index of the last start that is not behind the offset. */
function findLast(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
