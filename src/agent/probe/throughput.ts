/** How many bits a second get through: bulk data to a listener of its own, counted where it arrives. */

import { errno, recv } from '../../linux/libc.ts';
import {
  abortSocket,
  acceptFrom,
  closeSocket,
  EAGAIN,
  IPPROTO_TCP,
  MSG_NOSIGNAL,
  MSG_TRUNC,
  nameCell,
  openSocket,
  readLocalName,
  SOCK_STREAM,
  sendTo,
} from '../../linux/sockets.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import { type Answer, answerOf, type ProbeTarget } from './answer.ts';
import { connectTo, roundTrip } from './connection.ts';
import { now } from './event-loop.ts';
import { bindListener } from './listeners.ts';
import type { Round } from './round.ts';
import { decodeSocketAddress, familyOf, type SocketAddress } from './sockaddr.ts';
import { READABLE, type Steps, WRITABLE } from './task.ts';

const MAX_BYTES = 32 * 2 ** 30;
/** TCP starts slowly, and a shaper with a full bucket: the first part of the time does not count. */
const WARM_UP = 0.25;
const chunk = Buffer.alloc(1 << 20);

/** What the receiving end has counted; times of `now()`. */
interface Count {
  bytes: number;
  countedFrom: number | undefined;
  last: number;
  source: string | null;
}

/** The listener is on the probe's port, or on any free one where a server has that or none was named. */
export function* attemptThroughput(round: Round, target: ProbeTarget): Steps<Answer> {
  const { probe, endpoint } = target;
  const durationMs = probe.throughputMs ?? 0;
  if (probe.to === null || target.receiver === 'elsewhere' || target.receiver === 'unknown') {
    throw new SandboxError(
      `throughput to ${endpoint.address} can only be measured to a namespace that has this address`,
    );
  }
  const listener = openReceiver(round, probe.to, endpoint);
  const count: Count = { bytes: 0, countedFrom: undefined, last: 0, source: null };
  round.loop.start(receive(listener.fd, count, durationMs));
  round.enter(probe.from);
  const fd = openSocket(familyOf(endpoint.address), SOCK_STREAM, IPPROTO_TCP);
  try {
    const started = now();
    const outcome = yield* connectTo(round, fd, { ...endpoint, port: listener.port }, probe.timeoutMs);
    if (outcome.kind !== 'open') return answerOf(outcome);
    const rttMs = roundTrip(fd, now() - started);
    yield* pump(round, fd, round.loop.now() + durationMs);
    return answerOf({ kind: 'open' }, { rttMs, source: count.source, throughput: rateOf(count) });
  } finally {
    abortSocket(fd);
  }
}

function rateOf({ bytes, countedFrom, last }: Count): number {
  const seconds = (last - (countedFrom ?? last)) / 1000;
  return seconds > 0 ? Math.round((bytes * 8) / seconds) : 0;
}

function openReceiver(round: Round, ns: string, endpoint: SocketAddress): { fd: number; port: number } {
  round.enter(ns);
  const fd = bindListener('tcp', endpoint, ns) ?? bindListener('tcp', { ...endpoint, port: 0 }, ns);
  if (fd === undefined) throw new SandboxError(`no port is free on ${endpoint.address} in namespace ${ns}`);
  return { fd, port: decodeSocketAddress(readLocalName(fd))?.port ?? 0 };
}

function* pump({ loop }: Round, fd: number, until: number): Steps<void> {
  for (let sent = 0; loop.now() < until && sent < MAX_BYTES; ) {
    const length = sendTo(fd, chunk, chunk.length, MSG_NOSIGNAL, null, 0);
    if (length < 0 && errno() !== EAGAIN) return;
    sent += Math.max(length, 0);
    yield { fd, events: WRITABLE, until };
  }
}

function* receive(listener: number, count: Count, durationMs: number): Steps<void> {
  let fd = -1;
  try {
    while (fd < 0) {
      yield { fd: listener, events: READABLE, until: Number.POSITIVE_INFINITY };
      fd = acceptFrom(listener);
    }
    count.source = decodeSocketAddress(nameCell)?.address ?? null;
    const warm = now() + durationMs * WARM_UP;
    for (;;) {
      // All that is there: what has come while this process stood still belongs to the time before.
      let length = 0;
      let taken = 0;
      do {
        taken += length;
        length = recv(fd, chunk, chunk.length, MSG_TRUNC);
      } while (length > 0);
      const isOver = length === 0 || errno() !== EAGAIN;
      if (taken > 0) note(count, taken, warm);
      if (isOver) return;
      yield { fd, events: READABLE, until: Number.POSITIVE_INFINITY };
    }
  } finally {
    // A shaper on the way may still hold back the sender's last segments, and no socket is left to acknowledge a FIN.
    if (fd >= 0) abortSocket(fd);
    closeSocket(listener);
  }
}

/** What comes first only starts the clock: it was on its way before. */
function note(count: Count, length: number, warm: number): void {
  const time = now();
  if (count.countedFrom !== undefined) count.bytes += length;
  else if (time >= warm) count.countedFrom = time;
  count.last = time;
}
