/** `rate`, `delay`, `jitter` and `loss` in tc's units, as a qdisc. */
import type { Shaping } from '../language/lab/lab.ts';
import { toBits, toMicroseconds, toPercent } from '../language/lab/quantity.ts';
import type { Qdisc } from '../state/qdisc.ts';

/** The kernel counts whole bytes a second. */
const toWholeBytes = (bits: number) => Math.floor(bits / 8) * 8;

/** In nanoseconds, as the kernel has them. */
const toNanoseconds = (microseconds: number) => Math.round(microseconds * 1e3) / 1e3;

/** A rate alone is a token bucket, which every kernel has; the rest needs netem. Undefined for no shaping. */
export function toQdisc(ns: string, dev: string, { rate, delay, jitter, loss }: Shaping): Qdisc | undefined {
  if (rate === undefined && delay === undefined && loss === undefined) return undefined;
  return {
    kind: 'qdisc',
    ns,
    dev,
    type: delay === undefined && loss === undefined ? 'tbf' : 'netem',
    ...(rate === undefined ? {} : { rate: toWholeBytes(toBits(rate)) }),
    ...(delay === undefined ? {} : { delay: toNanoseconds(toMicroseconds(delay)) }),
    ...(jitter === undefined ? {} : { jitter: toNanoseconds(toMicroseconds(jitter)) }),
    ...(loss === undefined ? {} : { loss: toPercent(loss) }),
  };
}
