/** Lengths of time as people write them. */
import { UsageError } from '../lifecycle/errors.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `500ms`, `30s`, `5m` or `1h`; a bare number is seconds. Throws `UsageError`. */
export function readDuration(text: string, option: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  if (number === undefined)
    throw new UsageError(`${option} is a length of time, and not "${text}"`, `for instance ${option} 30s`);
  return Number(number) * (UNITS[unit] ?? 1);
}
