/** Names that a person picks from what there is: by themselves, or with `*` and `?` for any letters. */
import { suggestName } from '../language/diagnostic/suggest-name.ts';
import { UsageError } from '../lifecycle/errors.ts';

/** The names that any of the patterns fits, in their own order. Throws `UsageError` for a pattern that fits none. */
export function pickNames(patterns: readonly string[], known: readonly string[], what: string): string[] {
  const tests = patterns.map(pattern => toTest(pattern));
  for (const [index, test] of tests.entries())
    if (!known.some(test))
      throw new UsageError(`there is no ${what} "${patterns[index]}"`, suggestName(patterns[index] ?? '', known));
  return known.filter(name => tests.some(test => test(name)));
}

function toTest(pattern: string): (name: string) => boolean {
  const source = pattern.replace(/[\\^$.*+?()[\]{}|]/g, sign =>
    sign === '*' ? '.*' : sign === '?' ? '.' : `\\${sign}`,
  );
  const whole = new RegExp(`^${source}$`, 'su');
  return name => name === pattern || whole.test(name);
}
