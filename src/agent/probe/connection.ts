/** A TCP connection of a probe: made, timed, used, and closed. */
import { constants } from 'node:os';
import { errno } from '../../linux/libc.ts';
import {
  abortSocket,
  closeSocket,
  connect,
  EINPROGRESS,
  IPPROTO_TCP,
  openSocket,
  readLocalName,
  readOption,
  SOCK_STREAM,
  takeError,
} from '../../linux/sockets.ts';
import { type Answer, answerOf, type ProbeTarget, receiverOf } from './answer.ts';
import { failure, takeQueuedError, wantErrors } from './error-queue.ts';
import { now } from './event-loop.ts';
import { markedSequence } from './nonce.ts';
import type { Outcome } from './outcome.ts';
import { type Attempt, awaitArrival, type Round } from './round.ts';
import { findSource } from './sock-diag.ts';
import {
  decodeSocketAddress,
  encodeSocketAddress,
  familyOf,
  type SocketAddress,
  socketAddressLength,
} from './sockaddr.ts';
import { setSequence } from './socket-options.ts';
import { type Steps, WRITABLE } from './task.ts';

/** One that stands. */
export interface ProbeConnection {
  readonly fd: number;
  readonly rttMs: number;
  /** When the time for all of the attempt is over; by the loop's clock. */
  readonly until: number;
}

const TCP_INFO = 11;
const TCP_SYN_SENT = 2;
const TCP_CLOSE = 7;
const RTT_AT = 68;
const RETRANSMITS_AT = 100;
const { ECONNREFUSED, ECONNRESET } = constants.errno;
const information = Buffer.alloc(256);

/** Makes an attempt's connection and lets it be used. By then its receiver is known, as far as that can be seen. */
export function* overConnection(
  round: Round,
  target: ProbeTarget,
  attempt: Attempt,
  use: (connection: ProbeConnection) => Steps<Answer>,
): Steps<Answer> {
  const { probe, backends, endpoint } = target;
  const started = now();
  const until = round.loop.now() + probe.timeoutMs;
  round.enter(probe.from);
  const fd = openSocket(familyOf(endpoint.address), SOCK_STREAM, IPPROTO_TCP);
  try {
    // By its first packet the packet sockets know who gets it. Of many bytes it says nothing whether those arrive.
    if (probe.size === undefined || backends.size > 0) setSequence(fd, markedSequence(round.marks, attempt.id));
    const { task } = attempt;
    attempt.task = undefined;
    const outcome = yield* connectTo(round, fd, endpoint, probe.timeoutMs);
    attempt.task = task;
    if (outcome.kind === 'reset' || outcome.kind === 'icmp') yield* awaitArrival(round, attempt);
    if (outcome.kind !== 'open') return answerOf(outcome);
    const rttMs = roundTrip(fd, now() - started);
    if (backends.size > 0) yield* awaitArrival(round, attempt);
    return yield* use({ fd, rttMs, until });
  } finally {
    // Only our own listener may be left with a reset.
    if (receiverOf(target, attempt) === 'listener') abortSocket(fd);
    else closeSocket(fd);
  }
}

/** Connects a new socket. */
export function* connectTo(
  { loop: { now } }: Round,
  fd: number,
  endpoint: SocketAddress,
  timeoutMs: number,
): Steps<Outcome> {
  const family = familyOf(endpoint.address);
  wantErrors(fd, family);
  if (connect(fd, encodeSocketAddress(endpoint), socketAddressLength(family)) === 0) return { kind: 'open' };
  const code = errno();
  if (code !== EINPROGRESS) return refusal(fd, code);
  const until = now() + timeoutMs;
  do {
    yield { fd, events: WRITABLE, until };
    const error = takeError(fd);
    if (error !== 0) return refusal(fd, error);
    if (isConnected(fd)) return { kind: 'open' };
    // An ICMP message that comes at a bad moment is only queued, and TCP goes on trying.
    const queued = takeQueuedError(fd)?.error;
    if (queued?.origin === 'icmp') return { kind: 'icmp', error: queued.error };
  } while (now() < until);
  return { kind: 'silence', waitedMs: timeoutMs };
}

/** That a socket is ready says less: it is, too, when an error is queued. */
function isConnected(fd: number): boolean {
  if (readOption(fd, IPPROTO_TCP, TCP_INFO, information) === 0) return false;
  const state = information[0];
  return state !== TCP_SYN_SENT && state !== TCP_CLOSE;
}

/** A reset puts nothing into the error queue, an ICMP message does. */
function refusal(fd: number, code: number): Outcome {
  const outcome = failure(fd, code);
  return outcome.kind === 'local' && (code === ECONNREFUSED || code === ECONNRESET) ? { kind: 'reset' } : outcome;
}

/** The kernel measured it, and was not busy with ten thousand others. Not so where a packet had to be sent again. */
export function roundTrip(fd: number, byOurClock: number): number {
  const length = readOption(fd, IPPROTO_TCP, TCP_INFO, information);
  if (length < RETRANSMITS_AT + 4 || information.readUInt32LE(RETRANSMITS_AT) > 0) return byOurClock;
  const micros = information.readUInt32LE(RTT_AT);
  return micros === 0 ? byOurClock : Math.min(micros / 1000, byOurClock);
}

/** The source address that a server of the lab's own sees; undefined where that cannot be asked. */
export function askSource(round: Round, { probe, endpoint }: ProbeTarget, fd: number): string | undefined {
  const client = decodeSocketAddress(readLocalName(fd));
  if (probe.to === null || client === undefined) return undefined;
  round.enter(probe.to);
  return findSource(client, endpoint);
}
