/**
 * Watching what arrives: packet sockets in receivers' namespaces recognise our marked packets.
 *
 * They see a packet before the receiver's own firewall and its check of the source do, and only those that are meant
 * for its MAC address count: so what is seen has really arrived, whatever becomes of it then.
 */
import { close as closeInBackground } from 'node:fs';
import koffi from 'koffi';
import { errno, SystemError } from '../../linux/libc.ts';
import {
  AF_PACKET,
  allocate,
  bindTo,
  nameCell,
  openSocket,
  receiveFrom,
  SO_ATTACH_FILTER,
  SO_RCVBUFFORCE,
  SOCK_DGRAM,
  SOL_SOCKET,
  setOption,
  setOptionBytes,
} from '../../linux/sockets.ts';
import { AF_INET6 } from '../../netlink/ip-text.ts';
import { buildFilter, encodeFilter } from './filter.ts';
import type { Marks } from './nonce.ts';
import { recognise } from './packet.ts';
import type { Round } from './round.ts';
import type { InternetFamily } from './sockaddr.ts';
import { READABLE, type Steps } from './task.ts';

const ETH_P_IP = 0x0800;
const ETH_P_IPV6 = 0x86dd;
const SOCKADDR_LL = 20;
const PACKET_TYPE_AT = 10;
const PACKET_OTHERHOST = 3;
const PACKET_OUTGOING = 4;
const RECEIVE_BUFFER = 8 << 20;
const packet = Buffer.alloc(1 << 16);

export function openWatcher(round: Round, ns: string, family: InternetFamily): void {
  round.enter(ns);
  // Without a protocol at first: nothing must come in before the filter is there.
  const fd = openSocket(AF_PACKET, SOCK_DGRAM, 0);
  setOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER);
  attachFilter(fd, family, round.marks);
  const name = Buffer.alloc(128);
  name.writeUInt16LE(AF_PACKET, 0);
  name.writeUInt16BE(family === AF_INET6 ? ETH_P_IPV6 : ETH_P_IP, 2);
  if (bindTo(fd, name, SOCKADDR_LL) !== 0) throw new SystemError('bind of a packet socket', errno());
  round.loop.start(watch(round, ns, fd));
}

function* watch(round: Round, ns: string, fd: number): Steps<void> {
  try {
    for (;;) {
      yield { fd, events: READABLE, until: Number.POSITIVE_INFINITY };
      for (let length = receiveFrom(fd, packet); length >= 0; length = receiveFrom(fd, packet)) {
        const type = nameCell[PACKET_TYPE_AT];
        if (type === PACKET_OTHERHOST || type === PACKET_OUTGOING) continue;
        const seen = recognise(round.marks, packet, length);
        if (seen !== undefined) round.noteArrival(seen.id, ns, { source: seen.source, bytes: 0 }, seen.destination);
      }
    }
  } finally {
    // The kernel takes 12 ms to close a packet socket, and several at once take no longer: Node has threads for that.
    closeInBackground(fd, () => undefined);
  }
}

/** struct sock_fprog: how many instructions, and where they are. */
function attachFilter(fd: number, family: InternetFamily, marks: Marks): void {
  const program = encodeFilter(buildFilter(family, marks));
  const memory = allocate(16 + program.length);
  memory.bytes.writeUInt16LE(program.length / 8, 0);
  memory.bytes.writeBigUInt64LE(memory.at + 16n, 8);
  program.copy(memory.bytes, 16);
  const result = setOptionBytes(fd, SOL_SOCKET, SO_ATTACH_FILTER, memory.pointer, 16);
  const code = errno();
  koffi.free(memory.pointer);
  if (result !== 0) throw new SystemError('packet filter', code);
}
