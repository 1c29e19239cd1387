/**
 * "Did you mean": the candidate that is fewest typing mistakes away.
 */

/** The nearest candidate; one that begins alike counts too, as `dual` for `dual-stack`. Undefined where nothing is near enough to be what was meant. Case counts for nothing. */
export function findNearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 80) return undefined;
  const small = word.toLowerCase();
  let limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > limit) continue;
    const distance = countMistakes(small, candidate.toLowerCase(), limit);
    if (distance > limit) continue;
    best = candidate;
    limit = distance - 1;
  }
  return best ?? candidates.find(candidate => beginsAlike(small, candidate.toLowerCase()));
}

function beginsAlike(word: string, candidate: string): boolean {
  const [shorter, longer] = word.length < candidate.length ? [word, candidate] : [candidate, word];
  return shorter.length > 2 && longer.startsWith(shorter);
}

type Row = readonly number[];

/** Damerau-Levenshtein: a letter too many, too few, wrong, or two letters swapped. Above `most` any number above it. */
export function countMistakes(from: string, to: string, most = Number.POSITIVE_INFINITY): number {
  let beforeLast: Row = [];
  let last: Row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const row = countRow(from, i, to, last, beforeLast);
    // A row, or the one before where two letters are swapped, is where every further one comes from.
    if (least(row) > most && least(last) > most) return most + 1;
    [beforeLast, last] = [last, row];
  }
  return last[to.length] ?? 0;
}

function least(row: Row): number {
  let least = Number.POSITIVE_INFINITY;
  for (const mistakes of row) if (mistakes < least) least = mistakes;
  return least;
}

/** The mistakes from the first `i` letters to each beginning of the other word. */
function countRow(from: string, i: number, to: string, last: Row, beforeLast: Row): Row {
  const row = [i];
  for (let j = 1; j <= to.length; j++) {
    const changed = cell(last, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1);
    const best = Math.min(changed, cell(last, j) + 1, cell(row, j - 1) + 1);
    const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
    row.push(swapped ? Math.min(best, cell(beforeLast, j - 2) + 1) : best);
  }
  return row;
}

function cell(row: Row, index: number): number {
  return row[index] ?? 0;
}
