/** What else can be found out about probes that did not come through: whether they arrive at all, and where their way ends. */
import type { ProbeTarget } from './answer.ts';
import { testArrival } from './arrival-test.ts';
import { bySender, MAX_IN_FLIGHT, runEach, type TargetAnswers } from './attempts.ts';
import type { NeighbourKeeper } from './neighbour-keeper.ts';
import { makePathFinder } from './path.ts';
import { lookUpRoute } from './reachability.ts';
import { makeWatch } from './receivers.ts';
import { type Findings, needsArrivalTest } from './result.ts';
import type { Attempt, Round } from './round.ts';

export function exploreBlocked(
  round: Round,
  targets: readonly ProbeTarget[],
  answers: TargetAnswers,
  neighbours: NeighbourKeeper,
): Findings {
  const arrivals = new Map<ProbeTarget, Attempt['arrival']>();
  const isTested = (target: ProbeTarget) =>
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
  return lookUpRoute(address)?.isLocal === true;
}
