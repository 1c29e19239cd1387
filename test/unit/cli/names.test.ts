/** Names that are picked by a pattern. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fits } from '../../../src/cli/names.ts';

/** What `*` and `?` mean, said as plainly as it can be, however long it takes. */
const meaning = ([sign, ...signs]: string[], letters: string[]): boolean => {
  if (sign === undefined) return letters.length === 0;
  if (sign === '*')
    return meaning(signs, letters) || (letters.length > 0 && meaning([sign, ...signs], letters.slice(1)));
  return letters.length > 0 && (sign === '?' || sign === letters[0]) && meaning(signs, letters.slice(1));
};

it('fits as * and ? say', () =>
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 8 }),
      fc.array(fc.constantFrom('a', 'b', '*'), { maxLength: 8 }),
      (signs, letters) => {
        const [pattern, name] = [signs.join(''), letters.join('')];
        expect(fits(name, pattern)).toBe(name === pattern || meaning(signs, letters));
      },
    ),
    { numRuns: 2000 },
  ));

it('takes all other signs as they are, and a character of two units for one', () => {
  expect(['a.b', 'a+b', '[a]', 'a\nb'].map(name => fits(name, name))).toEqual([true, true, true, true]);
  expect(fits('axb', 'a.b')).toBe(false);
  expect(fits('a\u{1f600}b', 'a?b')).toBe(true);
  expect(fits('a\nb', 'a*b')).toBe(true);
});

it('comes to an end whatever the pattern is', () => {
  expect(fits('a'.repeat(10_000), `${'*a'.repeat(40)}*b`)).toBe(false);
});
