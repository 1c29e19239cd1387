/** How far a share may be off by chance: the exact binomial distribution. */

/**
 * The least and the most hits of so many attempts, each with this probability, that are no reason to doubt it: chance alone
 * leaves them with a probability of `alarm` at most.
 */
export function bounds(count: number, probability: number, alarm: number): readonly [least: number, most: number] {
  const masses = Array.from({ length: count + 1 }, (_, hits) => Math.exp(logMass(hits, count, probability)));
  return [firstAbove(masses, alarm / 2), count - firstAbove(masses.reverse(), alarm / 2)];
}

/** Where the sum from the beginning first exceeds a limit. */
function firstAbove(masses: readonly number[], limit: number): number {
  let sum = 0;
  return Math.max(
    0,
    masses.findIndex(mass => {
      sum += mass;
      return sum > limit;
    }),
  );
}

function logMass(hits: number, count: number, probability: number): number {
  if (probability <= 0 || probability >= 1)
    return hits === (probability <= 0 ? 0 : count) ? 0 : Number.NEGATIVE_INFINITY;
  const ways = logFactorial(count) - logFactorial(hits) - logFactorial(count - hits);
  return ways + hits * Math.log(probability) + (count - hits) * Math.log1p(-probability);
}

function logFactorial(n: number): number {
  let sum = 0;
  for (let i = 2; i <= n; i++) sum += Math.log(i);
  return sum;
}
