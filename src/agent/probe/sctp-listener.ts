/**
 * The other end of SCTP probes: a raw socket that answers first packets to one address and port. Whether a server runs there
 * it cannot tell; where the kernel speaks SCTP by itself, both answer.
 */
import { errno, SystemError } from '../../linux/libc.ts';
import {
  bindTo,
  closeSocket,
  IPPROTO_SCTP,
  MSG_NOSIGNAL,
  nameCell,
  openSocket,
  receiveFrom,
  SO_RCVBUFFORCE,
  SOCK_RAW,
  SOL_SOCKET,
  sendTo,
  setOption,
} from '../../linux/sockets.ts';
import { readSequence } from './nonce.ts';
import type { Round } from './round.ts';
import { headerOf } from './sctp.ts';
import { buildInitAck, readSctp } from './sctp-packet.ts';
import {
  decodeSocketAddress,
  encodeSocketAddress,
  familyOf,
  type SocketAddress,
  socketAddressLength,
} from './sockaddr.ts';
import { allowAnyAddress } from './socket-options.ts';
import { READABLE, type Steps } from './task.ts';

const RECEIVE_BUFFER = 8 << 20;
const packet = Buffer.alloc(1 << 16);

/** In the namespace that this thread is in. Returns the port. */
export function listenForSctp(round: Round, ns: string, endpoint: SocketAddress): number {
  const family = familyOf(endpoint.address);
  const fd = openSocket(family, SOCK_RAW, IPPROTO_SCTP);
  allowAnyAddress(fd, family);
  setOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER);
  if (bindTo(fd, encodeSocketAddress({ ...endpoint, port: 0 }), socketAddressLength(family)) !== 0)
    throw new SystemError('bind of a raw socket', errno());
  round.loop.start(answerAll(round, ns, fd, endpoint));
  return endpoint.port;
}

/** A raw socket gets what is meant for other ports, too. */
function* answerAll(round: Round, ns: string, fd: number, { address, port }: SocketAddress): Steps<void> {
  const family = familyOf(address);
  try {
    for (;;) {
      yield { fd, events: READABLE, until: Number.POSITIVE_INFINITY };
      for (let length = receiveFrom(fd, packet); length >= 0; length = receiveFrom(fd, packet)) {
        const init = readSctp(packet, headerOf(family, packet), length);
        const source = decodeSocketAddress(nameCell)?.address;
        if (init?.chunk !== 'init' || init.port !== port || source === undefined) continue;
        const { sourcePort, initiateTag } = init;
        const ports = { sourcePort: port, port: sourcePort };
        const bytes = buildInitAck({ ...ports, verificationTag: initiateTag, initiateTag });
        sendTo(fd, bytes, bytes.length, MSG_NOSIGNAL, nameCell, socketAddressLength(family));
        round.noteArrival(readSequence(round.marks, initiateTag), ns, { source, bytes: length });
      }
    }
  } finally {
    closeSocket(fd);
  }
}
