/**
 * How fast, how late and how lossy an interface may be: what tc and the kernel can do, which a pattern cannot say.
 *
 * In: the raw value, of which nothing is sure yet. Out: diagnostics; of what is spelt wrong the schema tells.
 */
import type { Diagnostic, Path } from '../diagnostic/diagnostic.ts';
import { quote } from '../diagnostic/printable.ts';
import { toBits, toMicroseconds, toPercent } from '../lab/quantity.ts';
import { shapedEntries } from './check-pairs.ts';
import { describe } from './describe.ts';
import { diagnose } from './mistake.ts';
import { isMap } from './path.ts';

interface Limits {
  read(text: string): number;
  readonly spelling: RegExp;
  readonly least: string;
  readonly most: string;
  readonly mayBeNothing: boolean;
  readonly why: string;
}

const TIME = { read: toMicroseconds, spelling: /^[0-9]+(\.[0-9]+)?(us|ms|s)$/, least: '1us', mayBeNothing: true };

const LIMITS: Readonly<Record<string, Limits>> = {
  /** A bucket of 10 ms (`state/qdisc.ts`) is counted in 32 bits. */
  rate: {
    read: toBits,
    spelling: /^[0-9]+(\.[0-9]+)?[kmgt]?(bit|bps)$/,
    ...{ least: '8bit', most: '3.4tbit', mayBeNothing: false },
    why: 'tc counts in whole bytes a second, and in 32 bits what may leave at once',
  },
  delay: { ...TIME, most: '273.999999s', why: 'tc has 32 bits for a time, in steps of 64 ns' },
  /** netem_change() in net/sched/sch_netem.c: "capping jitter to the range acceptable by tabledist()". */
  jitter: { ...TIME, most: '2.147483s', why: "the kernel's netem has 31 bits for it, in nanoseconds" },
  loss: {
    read: toPercent,
    spelling: /^[0-9]+(\.[0-9]+)?%$/,
    ...{ least: '0.0001%', most: '100%', mayBeNothing: true },
    why: "the kernel's netem throws dice of 32 bits",
  },
};

export function checkQuantities(root: unknown): readonly Diagnostic[] {
  return shapedEntries(root).flatMap(({ value, path }) =>
    Object.entries(LIMITS).flatMap(([key, limits]) =>
      isMap(value) && key in value ? checkOne(value[key], [...path, key], limits) : [],
    ),
  );
}

function checkOne(text: unknown, path: Path, limits: Limits): readonly Diagnostic[] {
  const { read, spelling, least, most, mayBeNothing, why } = limits;
  if (typeof text !== 'string' || !spelling.test(text)) return [];
  const value = read(text);
  if ((value >= read(least) && value <= read(most)) || (mayBeNothing && Number.parseFloat(text) === 0)) return [];
  const range = `${mayBeNothing ? '0, or ' : ''}from ${least} to ${most}`;
  return [diagnose(path, 'out-of-range', `${describe(path)} may be ${range}, and not ${quote(text)}`, why)];
}
