/**
 * Waiting for the answer to what a raw socket has sent. Such a socket gets everybody's packets of its protocol, so each is
 * looked at whether it answers this attempt, and errors by what they quote.
 */
import { lastStamp, receiveFrom, takeError } from '../../linux/sockets.ts';
import { type Answer, answerOf, type ProbeTarget } from './answer.ts';
import { takeQueuedError } from './error-queue.ts';
import type { Outcome } from './outcome.ts';
import { type Attempt, awaitArrival, type Round } from './round.ts';
import { READABLE, type Steps } from './task.ts';

/** What has been sent, and the socket where its answer comes in. */
export interface RawRequest {
  readonly fd: number;
  readonly sentAt: number;
  /** Until when it is waited for, by the loop's clock. */
  readonly until: number;
  /** What a packet answers; undefined where it answers another attempt, or nothing. */
  readonly readAnswer: (bytes: Buffer, length: number) => Outcome | undefined;
  /** The attempt that a quoted packet was of; undefined where that cannot be seen. */
  readonly readQuoted: (payload: Buffer) => number | undefined;
}

const received = Buffer.alloc(1 << 17);

export function* awaitRawAnswer(
  round: Round,
  { probe }: ProbeTarget,
  attempt: Attempt,
  request: RawRequest,
): Steps<Answer> {
  const { now } = round.loop;
  const { fd, sentAt, until } = request;
  for (;;) {
    const found = readPackets(request) ?? readError(attempt, request);
    if (found !== undefined) {
      const rttMs = found.kind === 'open' ? lastStamp(fd) - sentAt : null;
      if (found.kind !== 'local') yield* awaitArrival(round, attempt);
      return answerOf(found, { rttMs, source: attempt.arrival?.source ?? null });
    }
    if (now() >= until) break;
    yield { fd, events: READABLE, until };
  }
  return answerOf({ kind: 'silence', waitedMs: probe.timeoutMs }, { source: attempt.arrival?.source ?? null });
}

/** Reads until the answer is there or nothing is left. An error that is reported here is read from its queue next. */
function readPackets({ fd, readAnswer }: RawRequest): Outcome | undefined {
  for (let length = receiveFrom(fd, received); length >= 0; length = receiveFrom(fd, received)) {
    const found = readAnswer(received, length);
    if (found !== undefined) return found;
  }
  return undefined;
}

function readError(attempt: Attempt, { fd, readQuoted }: RawRequest): Outcome | undefined {
  takeError(fd);
  for (let queued = takeQueuedError(fd); queued !== undefined; queued = takeQueuedError(fd)) {
    const { error, payload } = queued;
    const id = readQuoted(payload);
    if (id !== undefined && id !== attempt.id) continue;
    if (error.origin === 'icmp') return { kind: 'icmp', error: error.error };
    return { kind: 'local', errno: error.errno, ...(error.info > 0 ? { mtu: error.info } : {}) };
  }
  return undefined;
}
