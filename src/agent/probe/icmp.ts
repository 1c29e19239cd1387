/** One echo request by a raw socket: does an answer come back? */

import {
  closeSocket,
  connect,
  enableStamps,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  lastStamp,
  openSocket,
  receiveFrom,
  SOCK_RAW,
  sendTo,
  takeError,
  wallClock,
} from '../../linux/sockets.ts';
import { AF_INET6 } from '../../netlink/ip-text.ts';
import { type Answer, answerOf, type ProbeTarget } from './answer.ts';
import { failureNow, takeQueuedError, wantErrors } from './error-queue.ts';
import { markedPayload, readMark } from './nonce.ts';
import type { Outcome } from './outcome.ts';
import { buildEcho, readEchoReply } from './packet.ts';
import { type Attempt, awaitArrival, type Round } from './round.ts';
import { encodeSocketAddress, familyOf, type InternetFamily, socketAddressLength } from './sockaddr.ts';
import { forbidFragments } from './socket-options.ts';
import { READABLE, type Steps } from './task.ts';

const ICMP_HEADER = 8;
const received = Buffer.alloc(1 << 17);

export function* attemptIcmp(round: Round, target: ProbeTarget, attempt: Attempt): Steps<Answer> {
  const { probe, endpoint } = target;
  const family = familyOf(endpoint.address);
  round.enter(probe.from);
  const fd = openSocket(family, SOCK_RAW, family === AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
  try {
    wantErrors(fd, family);
    enableStamps(fd);
    if (probe.size !== undefined) forbidFragments(fd, family === AF_INET6);
    // A raw socket gets everybody's ICMP messages; connected to the target it gets only that one's.
    if (connect(fd, encodeSocketAddress({ ...endpoint, port: 0 }), socketAddressLength(family)) !== 0) {
      return answerOf(failureNow(fd));
    }
    const bytes = buildEcho(family, attempt.id, markedPayload(round.marks, attempt.id, probe.size));
    const sentAt = wallClock();
    if (sendTo(fd, bytes, bytes.length, 0, null, 0) < 0) return answerOf(failureNow(fd));
    return yield* awaitReply(round, target, attempt, { fd, family, sentAt });
  } finally {
    closeSocket(fd);
  }
}

/** The request that has been sent, and the socket where its reply comes in. */
interface EchoRequest {
  readonly fd: number;
  readonly family: InternetFamily;
  readonly sentAt: number;
}

function* awaitReply(
  round: Round,
  { probe }: ProbeTarget,
  attempt: Attempt,
  { fd, family, sentAt }: EchoRequest,
): Steps<Answer> {
  const { now } = round.loop;
  const until = now() + probe.timeoutMs;
  for (;;) {
    const found = readReply(round, attempt, fd, family) ?? readError(round, attempt, fd);
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

/** Reads until our reply is there or nothing is left. An error that is reported here is read from its queue next. */
function readReply(round: Round, attempt: Attempt, fd: number, family: InternetFamily): Outcome | undefined {
  for (let length = receiveFrom(fd, received); length >= 0; length = receiveFrom(fd, received)) {
    if (readEchoReply(family, round.marks, received, length) === attempt.id) return { kind: 'open' };
  }
  return undefined;
}

/** An ICMP message quotes what it is about, so errors of other probes to the same target can be told apart. */
function readError(round: Round, attempt: Attempt, fd: number): Outcome | undefined {
  takeError(fd);
  for (let queued = takeQueuedError(fd); queued !== undefined; queued = takeQueuedError(fd)) {
    const { error, payload } = queued;
    const id = readQuoted(round, payload);
    if (id !== undefined && id !== attempt.id) continue;
    if (error.origin === 'icmp') return { kind: 'icmp', error: error.error };
    return { kind: 'local', errno: error.errno, ...(error.info > 0 ? { mtu: error.info } : {}) };
  }
  return undefined;
}

function readQuoted(round: Round, payload: Buffer): number | undefined {
  return readMark(round.marks, payload, ICMP_HEADER, payload.length);
}
