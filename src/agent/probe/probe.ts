/**
 * The agent's probes: what is to be tried comes in, what became of each goes out in the same order.
 *
 * Listeners and packet sockets first, then every attempt at once: so all that is blocked costs one wait.
 */
import { SystemError } from '../../linux/libc.ts';
import type { Probe, ProbeResult } from '../../sandbox/sandbox.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import { attemptAll } from './attempts.ts';
import { batchesOf } from './batches.ts';
import { freeDescriptors } from './descriptors.ts';
import { makeNeighbourKeeper } from './neighbour-keeper.ts';
import { makePathFinder } from './path.ts';
import { liftRateLimits } from './rate-limit.ts';
import { makeReceiverFinder, toTarget } from './receivers.ts';
import { composeResult } from './result.ts';
import { openRound } from './round.ts';

/** Of each probe: a socket at both ends, a listener and a watcher. */
const DESCRIPTORS_A_RECEIVER = 4;

export function runProbes(probes: readonly Probe[]): ProbeResult[] {
  try {
    const results = new Map<Probe, ProbeResult>();
    for (const batch of batchesOf(probes, Math.floor(freeDescriptors() / DESCRIPTORS_A_RECEIVER)))
      runBatch(batch, results);
    return probes.flatMap(probe => results.get(probe) ?? []);
  } catch (error) {
    if (error instanceof SystemError) throw new SandboxError(`cannot probe: ${error.message}`);
    throw error;
  }
}

function runBatch(batch: readonly Probe[], results: Map<Probe, ProbeResult>): void {
  const round = openRound();
  const neighbours = makeNeighbourKeeper(round);
  const restoreRateLimits = liftRateLimits(round);
  try {
    const receivers = makeReceiverFinder(round);
    const targets = batch.map(probe => toTarget(probe, receivers));
    const answers = attemptAll(round, targets, neighbours);
    const findDeadEnd = makePathFinder(round);
    for (const target of targets)
      results.set(target.probe, composeResult(target, answers.get(target) ?? [], findDeadEnd));
  } finally {
    restoreRateLimits();
    neighbours.close();
    round.close();
  }
}
