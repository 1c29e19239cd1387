/** One echo request by a raw socket: does an answer come back? */

import {
  closeSocket,
  connect,
  enableStamps,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  openSocket,
  SOCK_RAW,
  sendTo,
  wallClock,
} from '../../linux/sockets.ts';
import { AF_INET6 } from '../../netlink/ip-text.ts';
import { type Answer, answerOf, type ProbeTarget } from './answer.ts';
import { failureNow, wantErrors } from './error-queue.ts';
import { markedPayload, readMark } from './nonce.ts';
import { buildEcho, readEchoReply } from './packet.ts';
import { awaitRawAnswer } from './raw-answer.ts';
import type { Attempt, Round } from './round.ts';
import { encodeSocketAddress, familyOf, socketAddressLength } from './sockaddr.ts';
import { forbidFragments } from './socket-options.ts';
import type { Steps } from './task.ts';

const ICMP_HEADER = 8;

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
    return yield* awaitRawAnswer(round, target, attempt, {
      ...{ fd, sentAt, until: round.loop.now() + probe.timeoutMs },
      readAnswer: (packet, length) =>
        readEchoReply(family, round.marks, packet, length) === attempt.id ? { kind: 'open' } : undefined,
      readQuoted: payload => readMark(round.marks, payload, ICMP_HEADER, payload.length),
    });
  } finally {
    closeSocket(fd);
  }
}
