/**
 * Why each of many attempts got through or not: all are made once more at once, between two looks at the counters of rules, and
 * those that count otherwise than the lab's features foretell are looked at one by one.
 */
import { parseIp } from '../address/address.ts';
import { findForeteller } from '../check/frontends.ts';
import { isReached, type ReachPair } from '../check/reach-matrix.ts';
import { transportOf } from '../language/lab/sending.ts';
import { type Explaining, explain } from '../path/explain.ts';
import { confirm, type Measure, type Why } from '../path/foretell.ts';
import type { FindFrontend } from '../path/frontend.ts';
import { countMet } from '../path/met-rules.ts';
import type { ProbeResult } from '../sandbox/sandbox.ts';

export type TriedPair = ReachPair & { readonly result: ProbeResult };

export type Reason =
  | { readonly kind: 'counted'; readonly why: Why }
  /** What was found out by a look at the way. */
  | { readonly kind: 'explained'; readonly lines: readonly string[] }
  /** There were too many to look at each. */
  | { readonly kind: 'unknown' };

/** TCP sends its first packet again after a second, which would count twice. */
const ONE_PACKET_MS = 800;
/** Each takes about a second. */
const MOST_EXPLAINED = 12;

export async function findReasons(
  pairs: readonly TriedPair[],
  findFrontend: FindFrontend,
  context: Explaining,
): Promise<ReadonlyMap<TriedPair, Reason>> {
  const counted = await countAll(pairs, context);
  const reasons = new Map<TriedPair, Reason>();
  let left = MOST_EXPLAINED;
  for (const pair of pairs) {
    const why = counted.get(pair);
    if (why) reasons.set(pair, { kind: 'counted', why });
    else if (left-- > 0) reasons.set(pair, { kind: 'explained', lines: await explainOne(pair, findFrontend, context) });
    else reasons.set(pair, { kind: 'unknown' });
  }
  return reasons;
}

/** Of what goes to an address behind which others answer nothing is foretold: it depends on whom it is sent to. */
async function countAll(pairs: readonly TriedPair[], context: Explaining): Promise<ReadonlyMap<TriedPair, Why>> {
  const foreteller = findForeteller(context.lab);
  const foreseen = pairs.flatMap(pair => {
    const foretold = pair.probe.backends ? undefined : foreteller?.foretell(pair.probe, context);
    const probe = { ...pair.probe, timeoutMs: Math.min(ONE_PACKET_MS, pair.probe.timeoutMs) };
    return foretold?.isOpen === isReached(pair.result) ? [{ pair, probe, foretold }] : [];
  });
  const counted = new Map<TriedPair, Why>();
  for (const family of [4, 6] as const) {
    const own = foreseen.filter(({ probe }) => parseIp(probe.address)?.family === family);
    const confirmed = await confirm(own, makeMeasure(family, context), rule => foreteller?.signOf(rule));
    for (const one of own) if (confirmed.has(one)) counted.set(one.pair, one.foretold.why);
  }
  return counted;
}

function makeMeasure(family: 4 | 6, { kernel, run, probe }: Explaining): Measure {
  const tool = family === 4 ? 'iptables' : 'ip6tables';
  const ruled = kernel.namespaces.filter(ns => kernel.hasRules(ns, family));
  const save = () => run(ruled.map(ns => ({ ns, argv: [`${tool}-save`, '-c'] })));
  return async probes => {
    const before = await save();
    await probe(probes);
    const after = await save();
    return ruled.flatMap((ns, index) => countMet(ns, tool, before[index]?.stdout ?? '', after[index]?.stdout ?? ''));
  };
}

/** The lines that name something, without what was looked with. */
async function explainOne(
  { probe, result, from }: TriedPair,
  findFrontend: FindFrontend,
  context: Explaining,
): Promise<readonly string[]> {
  const transport = transportOf(probe);
  const frontend = findFrontend(from, probe.address, probe.port, transport);
  const expect = isReached(result) ? 'blocked' : 'reachable';
  const again = { ...probe, timeoutMs: Math.min(ONE_PACKET_MS, probe.timeoutMs) };
  const lines = await explain({ probe: again, result, expect, fault: 'verdict', frontend }, context);
  return lines
    .filter(line => !line.startsWith('way ') && !line.startsWith('look with: '))
    .map(line => line.replace(/^(culprit|note): /, ''));
}
