/**
 * "Did you mean": the candidate that is fewest typing mistakes away.
 */

/** The nearest candidate; one that begins alike counts too, as `dual` for `dual-stack`. Undefined where nothing is near enough to be what was meant. Case counts for nothing. */
export function findNearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 80) return undefined;
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > limit) continue;
    const distance = countMistakes(word.toLowerCase(), candidate.toLowerCase());
    if (distance <= limit && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { candidate, distance };
  }
  return best?.candidate ?? candidates.find(candidate => beginsAlike(word, candidate));
}

function beginsAlike(word: string, candidate: string): boolean {
  const [shorter, longer] = [word, candidate].sort((a, b) => a.length - b.length).map(text => text.toLowerCase());
  return shorter !== undefined && shorter.length > 2 && longer?.startsWith(shorter) === true;
}

type Row = readonly number[];

/** Damerau-Levenshtein: a letter too many, too few, wrong, or two letters swapped. */
export function countMistakes(from: string, to: string): number {
  let beforeLast: Row = [];
  let last: Row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) [beforeLast, last] = [last, countRow(from, i, to, last, beforeLast)];
  return last[to.length] ?? 0;
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
