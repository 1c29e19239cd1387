/** Names that a person picks from what there is: by themselves, or with `*` and `?` for any letters. */
import { suggestName } from '../language/diagnostic/suggest-name.ts';
import { UsageError } from '../lifecycle/errors.ts';

/** The names that any of the patterns fits, in their own order. Throws `UsageError` for a pattern that fits none. */
export function pickNames(patterns: readonly string[], known: readonly string[], what: string): string[] {
  const tests = patterns.map(pattern => (name: string) => fits(name, pattern));
  for (const [index, test] of tests.entries())
    if (!known.some(test))
      throw new UsageError(`there is no ${what} "${patterns[index]}"`, suggestName(patterns[index] ?? '', known));
  return known.filter(name => tests.some(test => test(name)));
}

/**
 * Whether a name is a pattern, or fits it. Only the last `*` that was met is ever gone back to, since an earlier one could do
 * no more than it: so this takes no longer than both lengths multiplied, where a regular expression may never end.
 */
export function fits(name: string, pattern: string): boolean {
  if (name === pattern) return true;
  const [letters, signs] = [[...name], [...pattern]];
  let [at, sign, star, from] = [0, 0, -1, 0];
  while (at < letters.length) {
    if (signs[sign] === '*') [star, from] = [sign++, at];
    else if (signs[sign] === '?' || (sign < signs.length && signs[sign] === letters[at]))
      [at, sign] = [at + 1, sign + 1];
    else if (star === -1) return false;
    else [sign, at] = [star + 1, ++from];
  }
  return signs.slice(sign).every(rest => rest === '*');
}
