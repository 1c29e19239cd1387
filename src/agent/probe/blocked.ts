/** What else can be found out about probes that did not come through: whether they arrive at all, and where their way ends. */
import type { Target } from './answer.ts';
import { testArrival } from './arrival-test.ts';
import { type Answers, bySender, MAX_IN_FLIGHT, runEach } from './attempts.ts';
import type { NeighbourKeeper } from './neighbour-keeper.ts';
import { makePathFinder } from './path.ts';
import { findWay } from './reachability.ts';
import { makeWatch } from './receivers.ts';
import { type Findings, needsArrivalTest } from './result.ts';
import type { Attempt, Round } from './round.ts';

export function exploreBlocked(
  round: Round,
  targets: readonly Target[],
  answers: Answers,
  neighbours: NeighbourKeeper,
): Findings {
  const arrivals = new Map<Target, Attempt['arrival']>();
  const isTested = (target: Target) =>
    needsArrivalTest(target, answers.get(target) ?? [], address => isLocalTo(round, target.probe.to, address));
  const tested = targets.filter(isTested);
  const watch = makeWatch(round);
  for (const { probe, endpoint } of tested) if (probe.to !== null) watch(probe.to, endpoint.address);
  runEach(round, bySender(tested), { limit: MAX_IN_FLIGHT, mayBegin: neighbours.mayBegin }, function* (target) {
    arrivals.set(target, yield* testArrival(round, target));
  });
  return { arrivals, deadEnd: makePathFinder(round) };
}

function isLocalTo(round: Round, ns: string | null, address: string): boolean {
  if (ns === null) return false;
  round.enter(ns);
  return findWay(address)?.isLocal === true;
}
