/**
 * Times, rates and shares as a lab file has them: their text comes in, numbers go out. Their spelling is right.
 */
import { ownValue } from '../diagnostic/own-value.ts';

const PREFIX: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };
const MICROSECONDS: Readonly<Record<string, number>> = { us: 1, ms: 1e3, s: 1e6 };

/** Bits a second, in tc's units: `mbit` is a million bits, `mbps` a million bytes (tc(8), UNITS). */
export function toBits(text: string): number {
  const [, number = '', prefix = '', unit = ''] = /^([\d.]+)([kmgt]?)(bit|bps)$/.exec(text) ?? [];
  return round(Number(number) * (ownValue(PREFIX, prefix) ?? 0) * (unit === 'bps' ? 8 : 1));
}

/** `10ms` → 10000 */
export function toMicroseconds(text: string): number {
  const [, number = '', unit = ''] = /^([\d.]+)(us|ms|s)$/.exec(text) ?? [];
  return round(Number(number) * (ownValue(MICROSECONDS, unit) ?? 0));
}

/** `10ms` → 10 */
export const toMilliseconds = (text: string): number => round(toMicroseconds(text) / 1e3);

/** `0.5%` → 0.5 */
export const toPercent = (text: string): number => Number(text.replace('%', ''));

/** A thousand times 0.29 is not quite 290. */
const round = (value: number) => Number(value.toPrecision(12));
