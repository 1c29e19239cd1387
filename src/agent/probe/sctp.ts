/** One first packet of an SCTP association by a raw socket: does the other end, netlab's own as a rule, answer it? */
import {
  closeSocket,
  connect,
  enableStamps,
  IPPROTO_SCTP,
  openSocket,
  SOCK_RAW,
  sendTo,
  wallClock,
} from '../../linux/sockets.ts';
import { AF_INET } from '../../netlink/ip-text.ts';
import { type Answer, answerOf, type ProbeTarget, receiverOf } from './answer.ts';
import { failureNow, wantErrors } from './error-queue.ts';
import { markedSequence, readSequence } from './nonce.ts';
import type { Outcome } from './outcome.ts';
import { awaitRawAnswer } from './raw-answer.ts';
import type { Attempt, Round } from './round.ts';
import { buildInit, readSctp } from './sctp-packet.ts';
import { encodeSocketAddress, familyOf, type InternetFamily, socketAddressLength } from './sockaddr.ts';
import type { Steps } from './task.ts';

const FIRST_PORT = 32768;
const PORTS = 28000;

export function* attemptSctp(round: Round, target: ProbeTarget, attempt: Attempt): Steps<Answer> {
  const { probe, endpoint } = target;
  const family = familyOf(endpoint.address);
  round.enter(probe.from);
  const fd = openSocket(family, SOCK_RAW, IPPROTO_SCTP);
  try {
    wantErrors(fd, family);
    enableStamps(fd);
    // For a raw socket the port is a protocol, which it has already.
    if (connect(fd, encodeSocketAddress({ ...endpoint, port: 0 }), socketAddressLength(family)) !== 0)
      return answerOf(failureNow(fd));
    const initiateTag = markedSequence(round.marks, attempt.id);
    const sourcePort = FIRST_PORT + (attempt.id % PORTS);
    const bytes = buildInit({ sourcePort, port: endpoint.port, initiateTag });
    const sentAt = wallClock();
    if (sendTo(fd, bytes, bytes.length, 0, null, 0) < 0) return answerOf(failureNow(fd));
    const request = {
      ...{ fd, sentAt, until: round.loop.now() + probe.timeoutMs },
      readAnswer: (packet: Buffer, length: number) => readAnswer(packet, headerOf(family, packet), length, initiateTag),
      readQuoted: (payload: Buffer) => readQuoted(round, payload),
    };
    const answer = yield* awaitRawAnswer(round, target, attempt, request);
    // A kernel that speaks SCTP says that no server runs, also where our listener stands in for one.
    const isKernels = answer.outcome.kind === 'reset' && receiverOf(target, attempt) === 'listener';
    return isKernels ? yield* awaitRawAnswer(round, target, attempt, request) : answer;
  } finally {
    closeSocket(fd);
  }
}

/** Where SCTP begins: raw IPv4 sockets give the IP header too. */
export const headerOf = (family: InternetFamily, packet: Buffer) =>
  family === AF_INET ? ((packet[0] ?? 0) & 15) * 4 : 0;

function readAnswer(packet: Buffer, at: number, length: number, tag: number): Outcome | undefined {
  const found = readSctp(packet, at, length);
  if (found?.verificationTag !== tag) return undefined;
  if (found.chunk === 'init-ack') return { kind: 'open' };
  return found.chunk === 'abort' ? { kind: 'reset' } : undefined;
}

function readQuoted({ marks }: Round, payload: Buffer): number | undefined {
  const quoted = readSctp(payload, 0, payload.length);
  return quoted?.chunk === 'init' ? readSequence(marks, quoted.initiateTag) : undefined;
}
