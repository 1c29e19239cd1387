/**
 * The attempts of all probes of a round, as many at once as file descriptors reach. Those that are measured come after the
 * others, and throughput one at a time.
 */
import type { Probe } from '../../sandbox/sandbox.ts';
import { type Answer, type ProbeTarget, receiverOf } from './answer.ts';
import { freeDescriptors } from './descriptors.ts';
import { now } from './event-loop.ts';
import { attemptHttp } from './http.ts';
import { attemptIcmp } from './icmp.ts';
import type { NeighbourKeeper } from './neighbour-keeper.ts';
import { MAX_UNANSWERED, repeat } from './repeat.ts';
import type { Attempt, Round } from './round.ts';
import { attemptSctp } from './sctp.ts';
import { familyOf } from './sockaddr.ts';
import { askDespiteOverflow } from './table-overflow.ts';
import type { Steps } from './task.ts';
import { attemptTcp } from './tcp.ts';
import { attemptThroughput } from './throughput.ts';
import { attemptUdp } from './udp.ts';

/** Measured side by side at most: what is timed should not wait for others. */
const MAX_MEASURED = 16;
const MAX_IN_FLIGHT = 20_000;

/** Answers to the attempts of each target, in order. */
export type TargetAnswers = ReadonlyMap<ProbeTarget, readonly Answer[]>;

export function attemptAll(round: Round, targets: readonly ProbeTarget[], neighbours: NeighbourKeeper): TargetAnswers {
  const answers = new Map<ProbeTarget, readonly Answer[]>();
  const run = (wanted: (probe: Probe) => boolean, limit: number): void => {
    let left = bySender(targets.filter(({ probe }) => wanted(probe)));
    for (let isAgain = false; left.length > 0 && !(isAgain && now() > neighbours.until); isAgain = true) {
      runEach(round, left, { limit, mayBegin: neighbours.mayBegin }, function* (target) {
        answers.set(target, yield* attempts(round, target, neighbours, isAgain));
      });
      left = toTryAgain(left, answers);
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

/**
 * Of what may be lost by making room, most of what was asked is no accident but blocked; the rest is asked again, with more
 * room.
 */
function toTryAgain(asked: readonly ProbeTarget[], answers: TargetAnswers): ProbeTarget[] {
  const having = (holds: (answer: Answer) => boolean) => asked.filter(target => answers.get(target)?.some(holds));
  const lost = having(({ mayBeLost }) => mayBeLost);
  const isRest = lost.length <= asked.length / 2;
  return having(({ isInconclusive, mayBeLost }) => isInconclusive || (isRest && mayBeLost));
}

/** The kernel's thread is moved into each sender's namespace once. */
function bySender(targets: readonly ProbeTarget[]): ProbeTarget[] {
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return [...targets].sort((a, b) => compare(a.probe.from, b.probe.from));
}

interface Pace {
  /** At most so many at once. */
  readonly limit: number;
  /** How many may begin just now. */
  readonly mayBegin: () => number;
}

/** Runs a task for each target, all to their ends. */
function runEach(
  { loop }: Round,
  targets: readonly ProbeTarget[],
  { limit, mayBegin }: Pace,
  task: (target: ProbeTarget) => Steps<void>,
): void {
  const queue = targets.values();
  const next = () => {
    const { value: target } = queue.next();
    return target && task(target);
  };
  loop.runAll(next, limit, mayBegin);
}

function isMeasured(probe: Probe): boolean {
  return probe.throughputMs !== undefined || (probe.count ?? 1) > 1;
}

function attempts(round: Round, target: ProbeTarget, neighbours: NeighbourKeeper, isAgain: boolean): Steps<Answer[]> {
  const { count = 1, stopAtLoss = false } = target.probe;
  const isEnd = ({ isReceived }: Answer) => stopAtLoss && !isReceived;
  const ask = () => repeat(round, count, () => attemptOnce(round, target), isEnd);
  const family = familyOf(target.endpoint.address);
  const { now } = round.loop;
  return askDespiteOverflow({ neighbours, family, isAgain, isTimed: isMeasured(target.probe), now }, ask);
}

function* attemptOnce(round: Round, target: ProbeTarget): Steps<Answer> {
  const attempt = round.begin(target.points);
  try {
    const answer = yield* send(round, target, attempt);
    const ns = attempt.arrival?.ns ?? (answer.source === null ? null : target.probe.to);
    const source = answer.source ?? attempt.arrival?.source ?? null;
    return { ...answer, ns, source, isListener: isOurs(target, attempt) };
  } finally {
    round.end(attempt);
  }
}

/** Whether our own listener has it: behind its address a rule may have led to another server. */
function isOurs(target: ProbeTarget, attempt: Attempt): boolean {
  return receiverOf(target, attempt) === 'listener' && (target.backends.size > 0 || (attempt.arrival?.bytes ?? 0) > 0);
}

function send(round: Round, target: ProbeTarget, attempt: Attempt): Steps<Answer> {
  const { protocol, throughputMs } = target.probe;
  if (throughputMs !== undefined) return attemptThroughput(round, target);
  switch (protocol) {
    case 'tcp':
      return attemptTcp(round, target, attempt);
    case 'udp':
      return attemptUdp(round, target, attempt);
    case 'sctp':
      return attemptSctp(round, target, attempt);
    case 'icmp':
      return attemptIcmp(round, target, attempt);
    case 'http':
      return attemptHttp(round, target, attempt);
  }
}
