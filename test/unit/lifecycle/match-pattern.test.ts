/** Regular expressions of a lab file, held against what programs print. */
import { expect, it } from 'vitest';
import { excerpt } from '../../../src/check/words.ts';
import { matchPattern } from '../../../src/lifecycle/match-pattern.ts';

it.each([
  ['^b$', 'a\nb\nc', true],
  ['^b$', 'abc', false],
  ['(?<=a)b', 'ab', true],
  ['(a)\\1', 'ab', false],
])('%s in %j', (pattern, text, found) => {
  expect(matchPattern(pattern, text)).toBe(found);
});

it('gives up where an expression takes for ever to say no', () => {
  expect(matchPattern('^(a+)+$', `${'a'.repeat(47)}b`)).toBeUndefined();
  expect(matchPattern('^(a+)+$', 'a'.repeat(47))).toBe(true);
});

it('shortens what was printed, however it is made', () => {
  expect(excerpt(' a \n\n  b\r\n')).toBe('a ⏎ b');
  expect(excerpt(`x${' '.repeat(1 << 20)}y`)).toHaveLength(301);
});
