/**
 * What a feature of a lab foretells of an attempt, by the rules that the lab has for it, and the counters by which it is seen to
 * be so: many attempts at once are confirmed by one look at the counters.
 */
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { Probe } from '../sandbox/sandbox.ts';
import type { PathContext } from './causes.ts';
import { type CountedRule, isBlocking, type MetRule } from './met-rules.ts';

/** What leaves from a network, for an address that is its own owner's. */
export type Sent = Pick<Probe, 'from' | 'address' | 'protocol' | 'port'>;

export interface Foreteller {
  /** Undefined where it depends on more than the lab. */
  readonly foretell: (sent: Sent, context: ForetellContext) => Foretold | undefined;
  /** What a rule is called among the signs; undefined for one that is none of the feature's. */
  readonly signOf: (rule: MetRule) => string | undefined;
}

export interface ForetellContext extends Pick<PathContext, 'lab' | 'directory'> {
  readonly placeOf: (source: Path) => string;
}

export interface Foretold {
  readonly isOpen: boolean;
  /** Rules that count its first packet, each once. */
  readonly signs: readonly string[];
  readonly why: Why;
}

/** Why an attempt gets through or not. */
export interface Why {
  readonly kind: 'allowed' | 'not isolated' | 'blocked';
  readonly text: string;
  readonly notes: readonly string[];
  /** Those that let it through, or of those that block it the one that isolates the pod. */
  readonly by: readonly WhyRule[];
}

export interface WhyRule {
  readonly policy: string;
  readonly direction: 'ingress' | 'egress';
  /** Counted from 1; null for the policy as a whole. */
  readonly rule: number | null;
  readonly place: string;
}

export interface Foreseen {
  readonly probe: Probe;
  readonly foretold: Foretold;
}

/** Makes attempts, and counts what rules they have met. */
export type Measure = (probes: readonly Probe[]) => Promise<readonly CountedRule[]>;

/** Each is a look at the counters, and takes about as long as an attempt that is blocked. */
const MOST_LOOKS = 24;

/** Those of which the counters have told that it is so. Where they tell of something else, halves are looked at. */
export async function confirm(
  all: readonly Foreseen[],
  measure: Measure,
  signOf: Foreteller['signOf'],
): Promise<ReadonlySet<Foreseen>> {
  const confirmed = new Set<Foreseen>();
  const queue = all.length === 0 ? [] : [all];
  for (let look = 0; look < MOST_LOOKS && queue.length > 0; look++) {
    const batch = queue.shift() ?? [];
    const met = await measure(batch.map(({ probe }) => probe));
    if (fits(batch, met, signOf)) for (const one of batch) confirmed.add(one);
    else if (batch.length > 1) queue.push(...halve(batch));
  }
  return confirmed;
}

function halve<T>(items: readonly T[]): readonly T[][] {
  const half = Math.ceil(items.length / 2);
  return [items.slice(0, half), items.slice(half)];
}

/** Each sign as often as it is foretold, no other, and nothing that blocks besides. */
function fits(batch: readonly Foreseen[], met: readonly CountedRule[], signOf: Foreteller['signOf']): boolean {
  const left = new Map<string, number>();
  const add = (sign: string, packets: number) => left.set(sign, (left.get(sign) ?? 0) + packets);
  for (const { foretold } of batch) for (const sign of foretold.signs) add(sign, 1);
  for (const { rule, packets } of met) {
    const sign = signOf(rule);
    if (sign !== undefined) add(sign, -packets);
    else if (isBlocking(rule)) return false;
  }
  return [...left.values()].every(packets => packets === 0);
}
