import { expect, test } from 'vitest';
import { bounds } from '../../../src/check/binomial.ts';

test('nothing is doubted that chance may well leave', () => {
  const [least, most] = bounds(300, 0.5, 1e-6);
  // 150 and five times the standard deviation of 8.66.
  expect(least).toBeGreaterThan(104);
  expect(least).toBeLessThan(112);
  expect(least + most).toBe(300);
});

test.each([
  [10, 0.5, 1e-6, [0, 10]],
  [22, 0.5, 1e-6, [1, 21]],
  [300, 0, 1e-6, [0, 0]],
  [300, 1, 1e-6, [300, 300]],
  [300, 0.1, 1e-6, [8, 58]],
])('of %i attempts with %d, but for %d', (count, probability, alarm, wanted) => {
  expect(bounds(count, probability, alarm)).toEqual(wanted);
});

test('chance breaks the bounds as rarely as was said', () => {
  const [least, most] = bounds(40, 0.3, 0.01);
  const mass = (hits: number) => {
    let ways = 1;
    for (let i = 0; i < hits; i++) ways = (ways * (40 - i)) / (i + 1);
    return ways * 0.3 ** hits * 0.7 ** (40 - hits);
  };
  const outside = Array.from({ length: 41 }, (_, hits) => (hits < least || hits > most ? mass(hits) : 0));
  const alarm = outside.reduce((sum, one) => sum + one, 0);
  expect(alarm).toBeLessThan(0.01);
  expect(alarm + mass(least) + mass(most)).toBeGreaterThan(0.01);
});
