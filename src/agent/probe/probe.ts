/**
 * The agent's probes: what is to be tried comes in, what became of each goes out in the same order.
 *
 * Listeners first, then every attempt at once as far as file descriptors reach. Those that are measured come after the
 * others, and throughput one at a time. What was blocked is tried once more, to see whether it arrives at all.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { SystemError } from '../../linux/libc.ts';
import type { Probe, ProbeResult } from '../../sandbox/sandbox.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import { type Answer, type Receiver, receiverOf, type Target } from './answer.ts';
import { askInDoubt } from './doubt.ts';
import { now } from './event-loop.ts';
import { attemptHttp } from './http.ts';
import { attemptIcmp } from './icmp.ts';
import { knock } from './knock.ts';
import { openListener } from './listeners.ts';
import { makeNeighbourKeeper, type NeighbourKeeper } from './neighbour-table.ts';
import { makePathFinder } from './path.ts';
import { liftRateLimits } from './rate-limit.ts';
import { findWay } from './reachability.ts';
import { MAX_UNANSWERED, repeat } from './repeat.ts';
import { composeResult, type Findings, needsKnock } from './result.ts';
import { type Attempt, openRound, type Round } from './round.ts';
import { canonical, familyOf } from './sockaddr.ts';
import type { Steps } from './task.ts';
import { attemptTcp } from './tcp.ts';
import { attemptThroughput } from './throughput.ts';
import { attemptUdp } from './udp.ts';
import { openWatcher } from './watchers.ts';

/** Left to whatever else the agent opens meanwhile. */
const SPARE_DESCRIPTORS = 64;
/** Measured side by side at most: what is timed should not wait for others. */
const MAX_MEASURED = 16;
const MAX_IN_FLIGHT = 20_000;

interface Item {
  readonly index: number;
  readonly target: Target;
}

export function runProbes(probes: readonly Probe[]): ProbeResult[] {
  try {
    const results: ProbeResult[] = [];
    for (const batch of batchesOf(probes, Math.floor(freeDescriptors() / 4))) {
      for (const [index, result] of runBatch(probes, batch)) results[index] = result;
    }
    return results;
  } catch (error) {
    if (error instanceof SystemError) throw new SandboxError(`cannot probe: ${error.message}`);
    throw error;
  }
}

/** Indices of probes, by receiver, so that each batch needs at most so many listeners and watchers. */
function batchesOf(probes: readonly Probe[], most: number): number[][] {
  const receivers = new Map<string, number[]>();
  probes.forEach((probe, index) => {
    const key = [probe.to, probe.protocol, probe.port, probe.address].join(' ');
    const indices = receivers.get(key);
    if (indices === undefined) receivers.set(key, [index]);
    else indices.push(index);
  });
  const batches: number[][] = [];
  let room = 0;
  for (const indices of receivers.values()) {
    const needed = Math.max(1, ...indices.map(index => probes[index]?.backends?.length ?? 1));
    if (room < needed) {
      batches.push([]);
      room = Math.max(needed, most);
    }
    room -= needed;
    for (const index of indices) batches.at(-1)?.push(index);
  }
  return batches;
}

function runBatch(probes: readonly Probe[], batch: readonly number[]): [number, ProbeResult][] {
  const round = openRound();
  const neighbours = makeNeighbourKeeper(round);
  const restoreRateLimits = liftRateLimits(round);
  try {
    const receivers = makeReceiverFinder(round);
    const items = batch.flatMap(index => {
      const probe = probes[index];
      return probe === undefined ? [] : [{ index, target: toTarget(probe, receivers) }];
    });
    const answers = attemptAll(round, items, neighbours);
    const findings = explore(round, items, answers, neighbours);
    return items.map(({ index, target }, i) => [index, composeResult(target, answers[i] ?? [], findings, i)]);
  } finally {
    restoreRateLimits();
    neighbours.close();
    round.close();
  }
}

interface ReceiverFinder {
  /** Who is where the probe is sent to. */
  one(probe: Probe): Receiver;
  /** Those that answer behind the address, one of whom should get it; by namespace. */
  backends(probe: Probe): ReadonlyMap<string, Receiver>;
}

/** Opens what listens and watches at the other end, once for each. */
function makeReceiverFinder(round: Round): ReceiverFinder {
  const known = new Map<string, Receiver>();
  const watched = new Set<string>();
  const find = (probe: Probe, mayListen: boolean): Receiver => {
    const address = canonical(probe.address);
    const key = [probe.to, probe.protocol === 'http' ? 'tcp' : probe.protocol, probe.port, address].join(' ');
    const found = known.get(key) ?? findReceiver(round, probe, address, mayListen);
    known.set(key, found);
    return found;
  };
  return {
    one: probe => {
      const found = find(probe, true);
      // Our own listener says what it sees; of others' traffic we must look at the packets.
      const isSilent = probe.protocol === 'icmp' || (probe.protocol === 'udp' && found !== 'listener');
      if (isSilent && probe.to !== null) watch(round, watched, probe.to, canonical(probe.address));
      return found;
    },
    backends: probe =>
      new Map(
        (probe.backends ?? []).map(({ ns, address, port, ready }) => {
          watch(round, watched, ns, canonical(address));
          return [ns, find({ ...probe, to: ns, address, port }, ready)] as const;
        }),
      ),
  };
}

function watch(round: Round, watched: Set<string>, ns: string, address: string): void {
  const family = familyOf(address);
  if (watched.has(`${family} ${ns}`)) return;
  watched.add(`${family} ${ns}`);
  openWatcher(round, ns, family);
}

function findReceiver(
  round: Round,
  { to, protocol, port, throughputMs }: Probe,
  address: string,
  mayListen: boolean,
): Receiver {
  if (to === null) return 'unknown';
  round.enter(to);
  if (findWay(address)?.isLocal !== true) return 'elsewhere';
  // Echo requests are answered by the kernel; throughput has a listener of its own.
  if (protocol === 'icmp' || throughputMs !== undefined || !mayListen) return 'server';
  if (port === null) throw new SandboxError(`a probe of ${protocol} to ${address} needs a port`);
  const isOurs = openListener(round, to, protocol === 'udp' ? 'udp' : 'tcp', { address, port });
  return isOurs ? 'listener' : 'server';
}

function toTarget(probe: Probe, receivers: ReceiverFinder): Target {
  const address = canonical(probe.address);
  const needsPort = probe.protocol !== 'icmp' && probe.throughputMs === undefined;
  if (needsPort && probe.port === null)
    throw new SandboxError(`a probe of ${probe.protocol} to ${address} needs a port`);
  const backends = (probe.backends ?? []).map(backend => ({ ns: backend.ns, address: canonical(backend.address) }));
  return {
    ...{ probe, receiver: receivers.one(probe), backends: receivers.backends(probe) },
    spots: [...(probe.to === null ? [] : [{ ns: probe.to }]), ...backends],
    endpoint: { address, port: probe.port ?? 0 },
  };
}

/** The answers to each item's attempts. */
function attemptAll(round: Round, items: readonly Item[], neighbours: NeighbourKeeper): Answer[][] {
  const answers: Answer[][] = items.map(() => []);
  const bySender = items.map((_, i) => i).sort((a, b) => compare(senderOf(items, a), senderOf(items, b)) || a - b);
  const runOnce = (indices: readonly number[], limit: number, isAgain: boolean): void => {
    const queue = indices.values();
    round.loop.runAll(
      () => {
        const { value: i } = queue.next();
        const target = i === undefined ? undefined : items[i]?.target;
        if (target === undefined || i === undefined) return undefined;
        return keep(answers, i, attempts(round, target, neighbours, isAgain));
      },
      limit,
      neighbours.mayBegin,
    );
  };
  const run = (wanted: (probe: Probe) => boolean, limit: number): void => {
    let queue = bySender.filter(i => items[i] !== undefined && wanted(items[i].target.probe));
    for (let isAgain = false; queue.length > 0 && !(isAgain && now() > neighbours.until); isAgain = true) {
      runOnce(queue, limit, isAgain);
      queue = queue.filter(i => answers[i]?.some(({ isDoubtful }) => isDoubtful));
    }
  };
  // Each attempt has a socket, and so has its receiver.
  const room = Math.floor(freeDescriptors() / 2);
  run(probe => !isMeasured(probe), Math.min(MAX_IN_FLIGHT, Math.max(1, room)));
  run(
    probe => isMeasured(probe) && probe.throughputMs === undefined,
    Math.min(MAX_MEASURED, Math.max(1, Math.floor(room / MAX_UNANSWERED))),
  );
  run(probe => probe.throughputMs !== undefined, 1);
  return answers;
}

function isMeasured(probe: Probe): boolean {
  return probe.throughputMs !== undefined || (probe.count ?? 1) > 1;
}

function* keep(answers: Answer[][], index: number, steps: Steps<Answer[]>): Steps<void> {
  answers[index] = yield* steps;
}

function attempts(round: Round, target: Target, neighbours: NeighbourKeeper, isAgain: boolean): Steps<Answer[]> {
  const { count = 1, stopAtLoss = false } = target.probe;
  const isEnd = ({ isReceived }: Answer) => stopAtLoss && !isReceived;
  const ask = () => repeat(round, count, () => attemptOnce(round, target), isEnd);
  const family = familyOf(target.endpoint.address);
  const { now } = round.loop;
  return askInDoubt({ neighbours, family, isAgain, isTimed: isMeasured(target.probe), now }, ask);
}

function* attemptOnce(round: Round, target: Target): Steps<Answer> {
  const attempt = round.begin(target.spots);
  try {
    const answer = yield* send(round, target, attempt);
    const ns = attempt.sighting?.ns ?? (answer.source === null ? null : target.probe.to);
    const source = answer.source ?? attempt.sighting?.source ?? null;
    return { ...answer, ns, source, isListener: isOurs(target, attempt) };
  } finally {
    round.end(attempt);
  }
}

/** Whether our own listener has it: behind its address a rule may have led to somebody else. */
function isOurs(target: Target, attempt: Attempt): boolean {
  return receiverOf(target, attempt) === 'listener' && (target.backends.size > 0 || (attempt.sighting?.bytes ?? 0) > 0);
}

function send(round: Round, target: Target, attempt: Attempt): Steps<Answer> {
  const { protocol, throughputMs } = target.probe;
  if (throughputMs !== undefined) return attemptThroughput(round, target);
  switch (protocol) {
    case 'tcp':
      return attemptTcp(round, target, attempt);
    case 'udp':
      return attemptUdp(round, target, attempt);
    case 'icmp':
      return attemptIcmp(round, target, attempt);
    case 'http':
      return attemptHttp(round, target, attempt);
  }
}

/** What else can be found out about those that did not come through. */
function explore(
  round: Round,
  items: readonly Item[],
  answers: readonly (readonly Answer[])[],
  neighbours: NeighbourKeeper,
): Findings {
  const seen = new Map<number, Attempt['sighting']>();
  const watched = new Set<string>();
  const isKnocked = (i: number): boolean => {
    const target = items[i]?.target;
    return (
      target !== undefined &&
      needsKnock(target, answers[i] ?? [], address => isLocalTo(round, target.probe.to, address))
    );
  };
  const queue = items.map((_, i) => i).filter(isKnocked);
  for (const i of queue) {
    const target = items[i]?.target;
    if (target !== undefined && target.probe.to !== null)
      watch(round, watched, target.probe.to, target.endpoint.address);
  }
  const next = queue.sort((a, b) => compare(senderOf(items, a), senderOf(items, b))).values();
  round.loop.runAll(
    () => {
      const { value: i } = next.next();
      const target = i === undefined ? undefined : items[i]?.target;
      return target === undefined || i === undefined ? undefined : keepKnock(seen, i, knock(round, target));
    },
    MAX_IN_FLIGHT,
    neighbours.mayBegin,
  );
  return { seen, deadEnd: makePathFinder(round) };
}

function* keepKnock(
  seen: Map<number, Attempt['sighting']>,
  index: number,
  steps: Steps<Attempt['sighting']>,
): Steps<void> {
  seen.set(index, yield* steps);
}

function isLocalTo(round: Round, ns: string | null, address: string): boolean {
  if (ns === null) return false;
  round.enter(ns);
  return findWay(address)?.isLocal === true;
}

function senderOf(items: readonly Item[], index: number): string {
  return items[index]?.target.probe.from ?? '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function freeDescriptors(): number {
  const limit = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 1024);
  return Math.max(16, limit - readdirSync('/proc/self/fd').length - SPARE_DESCRIPTORS);
}
