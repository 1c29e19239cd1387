/** `rate`, `delay`, `jitter` and `loss` in tc's units, as a qdisc. */
import type { Shaping } from '../language/lab/lab.ts';
import type { Qdisc } from '../state/qdisc.ts';

/** tc's units: `mbit` is a million bits a second, `mbps` a million bytes (tc(8), UNITS). */
const RATE_UNITS: Readonly<Record<string, number>> = {
  bit: 1,
  kbit: 1e3,
  mbit: 1e6,
  gbit: 1e9,
  tbit: 1e12,
  bps: 8,
  kbps: 8e3,
  mbps: 8e6,
  gbps: 8e9,
  tbps: 8e12,
};

const TIME_UNITS: Readonly<Record<string, number>> = { us: 1, ms: 1e3, s: 1e6 };

function measure(text: string, units: Readonly<Record<string, number>>): number {
  const [, number = '0', unit = ''] = /^([\d.]+)([a-z]+)$/.exec(text) ?? [];
  return Math.round(Number(number) * (units[unit] ?? 1));
}

/** A rate alone is a token bucket, which every kernel has; the rest needs netem. Undefined for no shaping. */
export function toQdisc(ns: string, dev: string, { rate, delay, jitter, loss }: Shaping): Qdisc | undefined {
  if (rate === undefined && delay === undefined && loss === undefined) return undefined;
  return {
    kind: 'qdisc',
    ns,
    dev,
    type: delay === undefined && loss === undefined ? 'tbf' : 'netem',
    ...(rate === undefined ? {} : { rate: measure(rate, RATE_UNITS) }),
    ...(delay === undefined ? {} : { delay: measure(delay, TIME_UNITS) }),
    ...(jitter === undefined ? {} : { jitter: measure(jitter, TIME_UNITS) }),
    ...(loss === undefined ? {} : { loss: Number.parseFloat(loss) }),
  };
}
