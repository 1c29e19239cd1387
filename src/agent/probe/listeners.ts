/**
 * Listeners for the time of a request, where no server runs: one for each namespace, protocol, address and port.
 *
 * Binding tells in one step whether a server runs there: the kernel gives a port away only once, and it knows what a
 * wildcard, a dual-stack socket and a lingering connection mean for that. So nothing can change between looking and
 * listening. Each is bound to the one address that is probed, so that a server on another one is not in the way.
 */
import { getSystemErrorName } from 'node:util';
import { errno, recv } from '../../linux/libc.ts';
import {
  abortSocket,
  acceptFrom,
  bindTo,
  closeSocket,
  EADDRINUSE,
  IPPROTO_TCP,
  IPPROTO_UDP,
  listen,
  MSG_NOSIGNAL,
  MSG_TRUNC,
  nameCell,
  openSocket,
  readLocalName,
  receiveFrom,
  SO_RCVBUFFORCE,
  SO_REUSEADDR,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  sendTo,
  setOption,
} from '../../linux/sockets.ts';
import { AF_INET6 } from '../../netlink/ip-text.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import { httpAnswer } from './http-message.ts';
import { NONCE_LENGTH, readMark, readMarkText } from './nonce.ts';
import type { Round } from './round.ts';
import { listenForSctp } from './sctp-listener.ts';
import {
  decodeSocketAddress,
  encodeSocketAddress,
  familyOf,
  type SocketAddress,
  socketAddressLength,
} from './sockaddr.ts';
import { allowAnyAddress, forbidFragments } from './socket-options.ts';
import { READABLE, type Steps, WRITABLE } from './task.ts';

export type ListenerProtocol = 'tcp' | 'udp' | 'sctp';

const BACKLOG = 4096;
const RECEIVE_BUFFER = 8 << 20;
/** None of our own senders is silent for so long. */
const IDLE_MS = 60_000;
const MAX_REQUEST = 8192;
const chunk = Buffer.alloc(1 << 18);

/** Opens a listener and lets it serve; undefined where a server has the port. Returns the port it got. */
export function openListener(
  round: Round,
  ns: string,
  transport: ListenerProtocol,
  endpoint: SocketAddress,
): number | undefined {
  round.enter(ns);
  if (transport === 'sctp') return listenForSctp(round, ns, endpoint);
  const fd = bindListener(transport, endpoint, ns);
  if (fd === undefined) return undefined;
  round.loop.start(transport === 'tcp' ? acceptAll(round, ns, fd) : echoAll(round, ns, fd));
  return decodeSocketAddress(readLocalName(fd))?.port;
}

/** Binds in the namespace that this thread is in; undefined where a server has the port. */
export function bindListener(
  transport: Exclude<ListenerProtocol, 'sctp'>,
  endpoint: SocketAddress,
  ns: string,
): number | undefined {
  const family = familyOf(endpoint.address);
  const fd =
    transport === 'tcp' ? openSocket(family, SOCK_STREAM, IPPROTO_TCP) : openSocket(family, SOCK_DGRAM, IPPROTO_UDP);
  allowAnyAddress(fd, family);
  // For UDP it would let two have one port; for TCP it forgives connections that are only dying.
  if (transport === 'tcp') setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  else prepareEcho(fd, family === AF_INET6);
  const name = encodeSocketAddress(endpoint);
  if (bindTo(fd, name, socketAddressLength(family)) === 0 && (transport === 'udp' || listen(fd, BACKLOG) === 0))
    return fd;
  const code = errno();
  closeSocket(fd);
  if (code === EADDRINUSE) return undefined;
  throw new SandboxError(
    `cannot listen on ${endpoint.address}, ${transport} port ${endpoint.port}, in namespace ${ns}: ${getSystemErrorName(-code)}`,
  );
}

/** Many answers may wait at once; and an echo of the full size must come back in one piece too. */
function prepareEcho(fd: number, isSix: boolean): void {
  setOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER);
  forbidFragments(fd, isSix);
}

function* acceptAll(round: Round, ns: string, fd: number): Steps<void> {
  try {
    for (;;) {
      yield { fd, events: READABLE, until: Number.POSITIVE_INFINITY };
      for (let peer = acceptFrom(fd); peer >= 0; peer = acceptFrom(fd)) {
        const source = decodeSocketAddress(nameCell)?.address ?? '';
        round.loop.start(serveConnection(round, ns, peer, source));
      }
    }
  } finally {
    closeSocket(fd);
  }
}

/** Reads to the end. What comes is either a marked stream of bytes or an HTTP request. */
function* serveConnection(round: Round, ns: string, fd: number, source: string): Steps<void> {
  let id: number | undefined;
  let request = '';
  let isAnswered = false;
  let total = 0;
  try {
    for (;;) {
      // A stream's content says nothing: once it is known whose it is, the kernel need not copy it.
      const length = recv(fd, chunk, chunk.length, id === undefined ? 0 : MSG_TRUNC);
      if (length === 0) return;
      if (length < 0) {
        if (!(yield { fd, events: READABLE, until: round.loop.now() + IDLE_MS })) return;
        continue;
      }
      if (total === 0 && length >= NONCE_LENGTH) id = readMark(round.marks, chunk, 0, length);
      total += length;
      if (id !== undefined) round.noteArrival(id, ns, { source, bytes: total });
      else if (!isAnswered) {
        request += chunk.toString('latin1', 0, length);
        if (request.length > MAX_REQUEST) return;
        isAnswered = request.includes('\r\n\r\n');
        if (isAnswered) yield* answerHttp(round, ns, fd, source, request);
      }
    }
  } finally {
    abortSocket(fd);
  }
}

/** The client closes first: so it is the one that need not wait for what may still come. */
function* answerHttp(round: Round, ns: string, fd: number, source: string, request: string): Steps<void> {
  const id = readMarkText(round.marks, request);
  if (id !== undefined) round.noteArrival(id, ns, { source, bytes: request.length });
  const bytes = httpAnswer(`this is ${ns}, and you are ${source}\n`);
  if (sendTo(fd, bytes, bytes.length, MSG_NOSIGNAL, null, 0) < 0)
    yield { fd, events: WRITABLE, until: round.loop.now() + 100 };
}

/** Answers each marked datagram with itself, and nothing else: two echoes must not talk to each other for ever. */
function* echoAll(round: Round, ns: string, fd: number): Steps<void> {
  try {
    for (;;) {
      yield { fd, events: READABLE, until: Number.POSITIVE_INFINITY };
      for (let length = receiveFrom(fd, chunk); length >= 0; length = receiveFrom(fd, chunk)) {
        const id = readMark(round.marks, chunk, 0, length);
        const from = decodeSocketAddress(nameCell);
        if (id === undefined || from === undefined) continue;
        sendTo(fd, chunk, length, MSG_NOSIGNAL, nameCell, socketAddressLength(familyOf(from.address)));
        round.noteArrival(id, ns, { source: from.address, bytes: length });
      }
    }
  } finally {
    closeSocket(fd);
  }
}
