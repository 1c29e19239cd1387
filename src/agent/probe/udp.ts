/** One datagram: does it arrive, and does an answer come back? */
import { constants } from 'node:os';
import { errno } from '../../linux/libc.ts';
import {
  closeSocket,
  connect,
  EAGAIN,
  enableStamps,
  IPPROTO_UDP,
  lastStamp,
  openSocket,
  receiveFrom,
  SOCK_DGRAM,
  sendTo,
  wallClock,
} from '../../linux/sockets.ts';
import { AF_INET6 } from '../../netlink/ip-text.ts';
import { type Answer, answerOf, type ProbeTarget, receiverOf } from './answer.ts';
import { failure, failureNow, wantErrors } from './error-queue.ts';
import { markedPayload } from './nonce.ts';
import type { Outcome } from './outcome.ts';
import { type Attempt, awaitArrival, type Round } from './round.ts';
import { encodeSocketAddress, familyOf, socketAddressLength } from './sockaddr.ts';
import { forbidFragments } from './socket-options.ts';
import { READABLE, type Steps } from './task.ts';

/** How long a server that got it may take to answer, or its kernel to refuse, before it counts as one that is silent. */
const SILENT_SERVER_MS = 300;
const { ECONNREFUSED } = constants.errno;
const received = Buffer.alloc(1 << 16);

export function* attemptUdp(round: Round, target: ProbeTarget, attempt: Attempt): Steps<Answer> {
  const { probe, endpoint } = target;
  const family = familyOf(endpoint.address);
  round.enter(probe.from);
  const fd = openSocket(family, SOCK_DGRAM, IPPROTO_UDP);
  try {
    wantErrors(fd, family);
    enableStamps(fd);
    if (probe.size !== undefined) forbidFragments(fd, family === AF_INET6);
    if (connect(fd, encodeSocketAddress(endpoint), socketAddressLength(family)) !== 0) return answerOf(failureNow(fd));
    const bytes = markedPayload(round.marks, attempt.id, probe.size);
    const sentAt = wallClock();
    if (sendTo(fd, bytes, bytes.length, 0, null, 0) < 0) return answerOf(failureNow(fd));
    return yield* awaitAnswer(round, target, attempt, fd, sentAt);
  } finally {
    closeSocket(fd);
  }
}

function* awaitAnswer(round: Round, target: ProbeTarget, attempt: Attempt, fd: number, sentAt: number): Steps<Answer> {
  const { probe } = target;
  const { now } = round.loop;
  const answer = (outcome: Outcome, rttMs: number | null = null, isReceived = outcome.kind === 'open'): Answer =>
    answerOf(outcome, { rttMs, isReceived, source: attempt.arrival?.source ?? null });
  let until = now() + probe.timeoutMs;
  for (;;) {
    const length = receiveFrom(fd, received);
    if (length >= 0) {
      const rttMs = lastStamp(fd) - sentAt;
      yield* awaitArrival(round, attempt);
      return answer({ kind: 'open' }, rttMs);
    }
    const code = errno();
    if (code !== EAGAIN) {
      const outcome = refusal(fd, code);
      if (outcome.kind !== 'local') yield* awaitArrival(round, attempt);
      return answer(outcome);
    }
    const isSilentServer = receiverOf(target, attempt) !== 'listener' && attempt.arrival !== undefined;
    if (isSilentServer) until = Math.min(until, now() + SILENT_SERVER_MS);
    if (now() >= until) break;
    yield { fd, events: READABLE, until };
    if (isSilentServer && now() >= until) break;
  }
  // Such a server has it, and need not answer.
  if (receiverOf(target, attempt) === 'server' && attempt.arrival !== undefined) return answer({ kind: 'open' });
  return answer({ kind: 'silence', waitedMs: probe.timeoutMs });
}

function refusal(fd: number, code: number): Outcome {
  const outcome = failure(fd, code);
  return outcome.kind === 'local' && code === ECONNREFUSED ? { kind: 'reset' } : outcome;
}
