/** One TCP connection: is it taken, how fast, from which address does the receiver see it, and do so many bytes pass? */
import { errno } from '../../linux/libc.ts';
import { EAGAIN, MSG_NOSIGNAL, sendTo, takeError, unacknowledged } from '../../linux/sockets.ts';
import { type Answer, answerOf, type ProbeTarget, receiverOf } from './answer.ts';
import { askSource, overConnection, type ProbeConnection } from './connection.ts';
import { markedPayload } from './nonce.ts';
import { durationText, type Outcome } from './outcome.ts';
import type { Attempt, Round } from './round.ts';
import { type Steps, WRITABLE } from './task.ts';

/** How often TCP is asked whether all has been acknowledged. */
const POLL_MS = 5;
/** What has been acknowledged our own listener reads much sooner, even while thousands of others are under way. */
const ELSEWHERE_MS = 500;
const LOOK_MS = 100;

export function attemptTcp(round: Round, target: ProbeTarget, attempt: Attempt): Steps<Answer> {
  return overConnection(round, target, attempt, connection =>
    receiverOf(target, attempt) === 'listener'
      ? throughListener(round, target, attempt, connection)
      : throughServer(round, target, attempt, connection),
  );
}

function* throughServer(
  round: Round,
  target: ProbeTarget,
  attempt: Attempt,
  { fd, rttMs, until }: ProbeConnection,
): Steps<Answer> {
  const { size, timeoutMs } = target.probe;
  const asked = askSource(round, target, fd);
  const source = attempt.arrival?.source ?? asked ?? null;
  if (size === undefined) return answerOf({ kind: 'open' }, { rttMs, source });
  const isThrough = yield* deliver(round, fd, size, until);
  return answerOf(isThrough ? { kind: 'open' } : stuck(size, timeoutMs), { rttMs, source });
}

/**
 * Sends the mark and what more is to be sent, and waits until all of it has come out at the other end; or until it is
 * clear that another server has it, to which a rule behind the receiver's address leads.
 */
function* throughListener(
  round: Round,
  { probe }: ProbeTarget,
  attempt: Attempt,
  { fd, rttMs, until }: ProbeConnection,
): Steps<Answer> {
  const { now } = round.loop;
  const bytes = markedPayload(round.marks, attempt.id, probe.size);
  const isOut = () => (attempt.arrival?.bytes ?? 0) >= bytes.length;
  let sent = 0;
  let takenSince: number | undefined;
  while (now() < until && !isOut()) {
    if (sent < bytes.length) {
      const rest = bytes.subarray(sent);
      const length = sendTo(fd, rest, rest.length, MSG_NOSIGNAL, null, 0);
      if (length < 0 && errno() !== EAGAIN) break;
      sent += Math.max(length, 0);
    }
    if (sent === bytes.length && unacknowledged(fd) === 0) takenSince ??= now();
    if (takenSince !== undefined && now() - takenSince >= ELSEWHERE_MS) break;
    yield sent < bytes.length ? { fd, events: WRITABLE, until } : { until: Math.min(until, now() + LOOK_MS) };
  }
  const isThrough = probe.size === undefined || takenSince !== undefined || isOut();
  if (!isThrough) return answerOf(stuck(probe.size, probe.timeoutMs));
  return answerOf({ kind: 'open' }, { rttMs, source: attempt.arrival?.source ?? null });
}

/** Sends that many bytes to a server that is not ours, and waits until its kernel has acknowledged them all. */
function* deliver({ loop: { now } }: Round, fd: number, size: number, until: number): Steps<boolean> {
  const bytes = Buffer.alloc(Math.max(size, 128), 0x2e).subarray(0, size);
  for (let sent = 0; sent < size; ) {
    if (now() >= until) return false;
    const rest = bytes.subarray(sent);
    const length = sendTo(fd, rest, rest.length, MSG_NOSIGNAL, null, 0);
    if (length < 0 && errno() !== EAGAIN) return false;
    sent += Math.max(length, 0);
    if (length < 0) yield { fd, events: WRITABLE, until };
  }
  while (unacknowledged(fd) > 0) {
    if (now() >= until || takeError(fd) !== 0) return false;
    yield { until: now() + POLL_MS };
  }
  return true;
}

function stuck(size: number | undefined, timeoutMs: number): Outcome {
  const reason = `the connection stands, but ${size} bytes do not get through within ${durationText(timeoutMs)}`;
  return { kind: 'other', verdict: 'dropped', reason };
}
