/** One HTTP request: a connection, then a GET, and what comes back. */
import { errno, recv } from '../../linux/libc.ts';
import { EAGAIN, MSG_NOSIGNAL, sendTo } from '../../linux/sockets.ts';
import { type Answer, answerOf, type ProbeTarget, receiverOf } from './answer.ts';
import { askSource, overConnection, type ProbeConnection } from './connection.ts';
import { httpRequest, type Reading, readAnswer } from './http-message.ts';
import { markText } from './nonce.ts';
import { durationText, type Outcome } from './outcome.ts';
import type { Attempt, Round } from './round.ts';
import { READABLE, type Steps } from './task.ts';

/** The head, and the most of a body that is kept. */
const MAX_ANSWER = 160 << 10;
const chunk = Buffer.alloc(1 << 16);

export function attemptHttp(round: Round, target: ProbeTarget, attempt: Attempt): Steps<Answer> {
  return overConnection(round, target, attempt, function* (connection) {
    const { fd, rttMs } = connection;
    const known = receiverOf(target, attempt) === 'listener' ? undefined : askSource(round, target, fd);
    const reading = yield* exchange(round, target, attempt, connection);
    const source = attempt.arrival?.source ?? known ?? null;
    if (reading.state !== 'done') return answerOf(whyNot(reading, target), { source });
    return answerOf({ kind: 'open' }, { rttMs, source, http: reading.answer });
  });
}

/** Sends the request and reads until the answer is whole, the other end closes, or the time is over. */
function* exchange(
  round: Round,
  { probe, endpoint }: ProbeTarget,
  attempt: Attempt,
  { fd, until }: ProbeConnection,
): Steps<Reading | { readonly state: 'closed' }> {
  const agent = `netlab/${markText(round.marks, attempt.id)}`;
  const request = httpRequest(probe.path ?? '/', probe.host ?? hostOf(endpoint.address, endpoint.port), agent);
  if (sendTo(fd, request, request.length, MSG_NOSIGNAL, null, 0) !== request.length) return { state: 'closed' };
  let bytes = Buffer.alloc(0);
  while (round.loop.now() < until) {
    const length = recv(fd, chunk, chunk.length, 0);
    if (length < 0 && errno() === EAGAIN) {
      yield { fd, events: READABLE, until };
      continue;
    }
    if (length > 0) bytes = Buffer.concat([bytes, chunk.subarray(0, length)]);
    const isEnd = length <= 0 || bytes.length >= MAX_ANSWER;
    if (isEnd && bytes.length === 0) return { state: 'closed' };
    const reading = readAnswer(bytes, isEnd);
    if (reading.state !== 'partial') return reading;
  }
  return { state: 'partial' };
}

/** As a browser writes it: an IPv6 address in brackets, and no port where it is the usual one. */
function hostOf(address: string, port: number): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return port === 80 ? host : `${host}:${port}`;
}

function whyNot(reading: Reading | { readonly state: 'closed' }, { probe, endpoint }: ProbeTarget): Outcome {
  const { address, port } = endpoint;
  switch (reading.state) {
    case 'closed':
      return { kind: 'other', verdict: 'refused', reason: `${address} closed the connection without an HTTP answer` };
    case 'foreign':
      return { kind: 'other', verdict: 'refused', reason: `what answers on ${address}, port ${port} is not HTTP` };
    default: {
      const reason = `the connection stands, but no whole HTTP answer comes within ${durationText(probe.timeoutMs)}`;
      return { kind: 'other', verdict: 'dropped', reason };
    }
  }
}
