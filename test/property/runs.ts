/**
 * How many labs and texts a law is tried with: enough to find a law that is broken in every run of the tests, and as many
 * as are asked for in `npm run sweep`, whose seed repeats it.
 */
import type { Parameters } from 'fast-check';

const { SWEEP, SEED } = process.env;

export const isSweep = SWEEP !== undefined;

export function runs(few: number): Parameters<unknown> {
  return { numRuns: Math.max(few, 10 * Number(SWEEP ?? 0)), ...(SEED === undefined ? {} : { seed: Number(SEED) }) };
}
