/**
 * Times, shares and rates of a check in, numbers out: milliseconds, percent, bits a second. Their spelling is right.
 */

import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import { toMilliseconds, toPercent } from '../../../language/lab/quantity.ts';
import type { Problems } from '../../../resolve/problems.ts';
import type { MeasureBounds } from '../model.ts';

const DEFAULT_TIMEOUT_MS = 4000;
const MOST_TIMEOUT_MS = 600_000;

export function readTimeout(text: string | undefined, path: Path, problems: Problems): number {
  if (text === undefined) return DEFAULT_TIMEOUT_MS;
  const milliseconds = toMilliseconds(text);
  if (milliseconds >= 1 && milliseconds <= MOST_TIMEOUT_MS) return milliseconds;
  problems.error(path, 'out-of-range', `a timeout of ${text} is not between 1ms and 600s`);
  return DEFAULT_TIMEOUT_MS;
}

interface BoundsEntry {
  readonly min?: string;
  readonly max?: string;
}

export function readBounds(
  entry: BoundsEntry | undefined,
  read: (text: string) => number,
  path: Path,
  problems: Problems,
): MeasureBounds | undefined {
  if (entry === undefined) return undefined;
  const min = entry.min === undefined ? undefined : read(entry.min);
  const max = entry.max === undefined ? undefined : read(entry.max);
  for (const [key, value] of Object.entries({ min, max }))
    if (value === Number.POSITIVE_INFINITY)
      problems.error([...path, key], 'out-of-range', `this "${path.at(-1)}" is more than a number can be`);
  if (min === undefined && max === undefined)
    problems.error(path, 'missing-key', `"${path.at(-1)}" has no bounds`, 'give it "min", "max" or both');
  if (min !== undefined && max !== undefined && min > max)
    problems.error(path, 'conflict', `no "${path.at(-1)}" is at least ${entry.min} and at most ${entry.max}`);
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

/** Shares of a whole. */
export function readPercentBounds(
  entry: BoundsEntry | undefined,
  path: Path,
  problems: Problems,
): MeasureBounds | undefined {
  for (const key of ['min', 'max'] as const) {
    const text = entry?.[key];
    if (text !== undefined && toPercent(text) > 100)
      problems.error([...path, key], 'out-of-range', `a ${path.at(-1)} of ${text} is more than everything`);
  }
  return readBounds(entry, toPercent, path, problems);
}
