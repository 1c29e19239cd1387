/**
 * A second attempt for what did not come through: does it arrive at all? "It arrived, but the answer is lost" is the
 * most useful thing to know, and cannot be seen from the sender's side.
 *
 * For TCP it is a lone first packet. The receiver's answer to it finds no socket, and the sender's own kernel resets it.
 */

import {
  closeSocket,
  connect,
  IPPROTO_TCP,
  IPPROTO_UDP,
  openSocket,
  readLocalName,
  SOCK_DGRAM,
  SOCK_RAW,
  sendTo,
} from '../../linux/sockets.ts';
import { AF_INET, AF_INET6 } from '../../netlink/ip-text.ts';
import type { ProbeTarget } from './answer.ts';
import { markedPayload, markedSequence } from './nonce.ts';
import { buildSyn } from './packet.ts';
import type { Attempt, Round } from './round.ts';
import { decodeSocketAddress, encodeSocketAddress, familyOf, socketAddressLength } from './sockaddr.ts';
import type { Steps } from './task.ts';

const MAX_WAIT_MS = 1000;
const FIRST_PORT = 32768;
const PORTS = 28000;

/** Gives what was seen, or undefined where nothing was. It is sent twice, as one may be lost by chance. */
export function* testArrival(round: Round, target: ProbeTarget): Steps<Attempt['arrival']> {
  const { probe } = target;
  const { now } = round.loop;
  const attempt = round.begin(target.points);
  const waitMs = Math.min(probe.timeoutMs, MAX_WAIT_MS);
  try {
    for (let time = 0; time < 2 && attempt.arrival === undefined; time++) {
      round.enter(probe.from);
      if (probe.protocol === 'udp') sendDatagram(round, target, attempt);
      else sendSyn(round, target, attempt);
      const until = now() + waitMs / 2;
      while (attempt.arrival === undefined && now() < until) yield { until };
    }
    return attempt.arrival;
  } finally {
    round.end(attempt);
  }
}

function sendDatagram(round: Round, { endpoint }: ProbeTarget, attempt: Attempt): void {
  const family = familyOf(endpoint.address);
  const fd = openSocket(family, SOCK_DGRAM, IPPROTO_UDP);
  const bytes = markedPayload(round.marks, attempt.id);
  sendTo(fd, bytes, bytes.length, 0, encodeSocketAddress(endpoint), socketAddressLength(family));
  closeSocket(fd);
}

function sendSyn(round: Round, { endpoint }: ProbeTarget, attempt: Attempt): void {
  const family = familyOf(endpoint.address);
  const source = sourceTo(endpoint.address);
  if (source === undefined) return;
  const fd = openSocket(family, SOCK_RAW, IPPROTO_TCP);
  const port = FIRST_PORT + (attempt.id % PORTS);
  const bytes = buildSyn(source, port, endpoint.address, endpoint.port, markedSequence(round.marks, attempt.id));
  // For a raw socket the port is a protocol, which it has already.
  sendTo(fd, bytes, bytes.length, 0, encodeSocketAddress({ ...endpoint, port: 0 }), socketAddressLength(family));
  closeSocket(fd);
}

/** The address that this namespace reaches another one from: its checksum covers it. */
function sourceTo(address: string): string | undefined {
  const family = familyOf(address);
  const fd = openSocket(family === AF_INET6 ? AF_INET6 : AF_INET, SOCK_DGRAM, IPPROTO_UDP);
  try {
    if (connect(fd, encodeSocketAddress({ address, port: 9 }), socketAddressLength(family)) !== 0) return undefined;
    return decodeSocketAddress(readLocalName(fd))?.address;
  } finally {
    closeSocket(fd);
  }
}
