/**
 * When a container is probed again: as often as its period says, but while it is not ready more often at first, as in
 * Kubernetes. Pure.
 */
export interface ProbePace {
  /** How soon the next probe follows where haste is made. */
  readonly hasteMs: number;
}

export const FIRST_PACE: ProbePace = { hasteMs: 50 };
const LONGEST_HASTE_MS = 1000;

export interface LastProbe {
  readonly isHasty: boolean;
  readonly tookMs: number;
}

/** One after the other: a probe that takes longer than its period delays the next. */
export function nextProbe(
  { hasteMs }: ProbePace,
  periodMs: number,
  { isHasty, tookMs }: LastProbe,
): { readonly delayMs: number; readonly pace: ProbePace } {
  const period = isHasty ? Math.min(hasteMs, periodMs) : periodMs;
  return { delayMs: Math.max(0, period - tookMs), pace: { hasteMs: Math.min(2 * hasteMs, LONGEST_HASTE_MS) } };
}
