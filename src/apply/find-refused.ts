/**
 * Finds the rules that iptables does not make: a list of rules and a way to load some of them in, each that was refused with
 * the reason out. Whoever loads them names the culprits where iptables does; where it does not, halves are loaded.
 */

export interface Refusal<R> {
  readonly rule: R;
  /** `refuses this rule: unknown option "--dprt"` */
  readonly why: string;
}

/** What came of loading rules. */
export interface Loading<R> {
  readonly good: boolean;
  /** Those that are named as culprits; others may be among the rest. */
  readonly refused: readonly Refusal<R>[];
  /** Why it is not good, where no rule is named. */
  readonly why: string;
}

/** Loads `rules` and nothing else, but for the chains that others of `kept` make. */
export type Load<R> = (rules: readonly R[], kept: readonly R[]) => Promise<Loading<R>>;

/** So many at a time, since iptables ends at the first word that it does not know: each further one costs as much again. */
export const CHUNK = 100;

/** Undefined where not even no rules can be loaded. */
export async function findRefused<R>(rules: readonly R[], load: Load<R>): Promise<readonly Refusal<R>[] | undefined> {
  const found: Refusal<R>[] = [];
  for (let kept = rules; ; kept = without(kept, found)) {
    const whole = await load(kept, kept);
    if (whole.good) return found;
    if (kept.length === 0) return undefined;
    const left = without(kept, whole.refused);
    const each = [...whole.refused, ...(await siftChunks(left, load))];
    found.push(...(each.length > 0 ? each : [await bisect(kept, load)]));
  }
}

async function siftChunks<R>(rules: readonly R[], load: Load<R>): Promise<Refusal<R>[]> {
  const found: Refusal<R>[] = [];
  for (let start = 0; start < rules.length; start += CHUNK)
    found.push(...(await sift(without(rules.slice(start, start + CHUNK), found), without(rules, found), load)));
  return found;
}

/** Those that are refused by themselves. */
async function sift<R>(rules: readonly R[], kept: readonly R[], load: Load<R>): Promise<readonly Refusal<R>[]> {
  const found: Refusal<R>[] = [];
  for (let left = rules; left.length > 0; left = without(left, found)) {
    const { good, refused, why } = await load(left, without(kept, found));
    if (good) return found;
    const [only, second] = left;
    if (refused.length > 0) found.push(...refused);
    else if (only !== undefined && second === undefined) found.push({ rule: only, why });
    else return [...found, ...(await siftHalves(left, without(kept, found), load))];
  }
  return found;
}

async function siftHalves<R>(rules: readonly R[], kept: readonly R[], load: Load<R>): Promise<readonly Refusal<R>[]> {
  const middle = Math.ceil(rules.length / 2);
  const first = await sift(rules.slice(0, middle), kept, load);
  return [...first, ...(await sift(without(rules.slice(middle), first), without(kept, first), load))];
}

/** Each is taken by itself, and not all together: the rule with which loading stops is it. */
async function bisect<R>(rules: readonly R[], load: Load<R>): Promise<Refusal<R>> {
  let [good, bad] = [0, rules.length];
  let why = '';
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    const some = rules.slice(0, middle);
    const loading = await load(some, some);
    if (loading.good) good = middle;
    else [bad, why] = [middle, loading.why];
  }
  return { rule: rules[bad - 1] as R, why };
}

function without<R>(rules: readonly R[], refusals: readonly Refusal<R>[]): readonly R[] {
  if (refusals.length === 0) return rules;
  const refused = new Set(refusals.map(({ rule }) => rule));
  return rules.filter(rule => !refused.has(rule));
}
