/** The kernel's table of tracked connections, over ctnetlink: read, and entries taken out. Goes by this thread's namespace. */
import { constants } from 'node:os';
import type { Family } from '../address/address.ts';
import { AF_INET, AF_INET6, addressText } from '../netlink/ip-text.ts';
import {
  actRequest,
  dumpRequest,
  NETLINK_NETFILTER,
  readAttributes,
  readNested,
  type Span,
} from '../netlink/message.ts';
import { SystemError } from './libc.ts';
import { dump, get, withNetlink } from './netlink.ts';

/** A connection as conntrack has it. */
export interface ConntrackEntry {
  /** `udp` */
  readonly protocol: string;
  /** Where its first packet was sent to, before any translation. */
  readonly destination: string;
  readonly port: number;
  /** Where answers come from. */
  readonly answeredBy: string;
  readonly answeringPort: number;
  /** The attribute that names it to the kernel, as the kernel wrote it. */
  readonly tuple: Buffer;
}

const IPCTNL_MSG_CT_GET = (1 << 8) | 1;
const IPCTNL_MSG_CT_DELETE = (1 << 8) | 2;
const NFGENMSG = 4;
const ATTRIBUTE_HEADER = 4;
const CTA_TUPLE_ORIG = 1;
const CTA_TUPLE_REPLY = 2;
const CTA_TUPLE_IP = 1;
const CTA_TUPLE_PROTO = 2;
const CTA_IP_V4_SRC = 1;
const CTA_IP_V4_DST = 2;
const CTA_IP_V6_SRC = 3;
const CTA_IP_V6_DST = 4;
const CTA_PROTO_NUM = 1;
const CTA_PROTO_SRC_PORT = 2;
const CTA_PROTO_DST_PORT = 3;
const PROTOCOLS: Readonly<Record<number, string>> = { 6: 'tcp', 17: 'udp', 132: 'sctp' };

export function listConnections(family: Family): ConntrackEntry[] {
  const question = dumpRequest(IPCTNL_MSG_CT_GET, header(family));
  return withNetlink(NETLINK_NETFILTER, fd => dump(fd, question, decodeConnection));
}

/** Harmless where it is gone by now. */
export function deleteConnections(family: Family, connections: readonly ConntrackEntry[]): void {
  if (connections.length === 0) return;
  withNetlink(NETLINK_NETFILTER, fd => {
    for (const { tuple } of connections) {
      const question = actRequest(IPCTNL_MSG_CT_DELETE, Buffer.concat([header(family), tuple]));
      try {
        get(fd, question, () => undefined);
      } catch (error) {
        if (!(error instanceof SystemError) || error.errno !== constants.errno.ENOENT) throw error;
      }
    }
  });
}

/** struct nfgenmsg */
function header(family: Family): Buffer {
  const bytes = Buffer.alloc(NFGENMSG);
  bytes[0] = family === 4 ? AF_INET : AF_INET6;
  return bytes;
}

export function decodeConnection(bytes: Buffer, start: number, end: number): ConntrackEntry | undefined {
  const attributes = readAttributes(bytes, start + NFGENMSG, end);
  const original = attributes.get(CTA_TUPLE_ORIG);
  const there = readTuple(bytes, original);
  const back = readTuple(bytes, attributes.get(CTA_TUPLE_REPLY));
  if (!original || !there || !back) return undefined;
  const tuple = Buffer.from(bytes.subarray(original.at - ATTRIBUTE_HEADER, original.end));
  const [answeredBy, answeringPort] = [back.source, back.sourcePort];
  const { protocol, destination, destinationPort: port } = there;
  return { protocol, destination, port, answeredBy, answeringPort, tuple };
}

function readTuple(bytes: Buffer, span: Span | undefined) {
  const parts = readNested(bytes, span);
  const ip = readNested(bytes, parts.get(CTA_TUPLE_IP));
  const proto = readNested(bytes, parts.get(CTA_TUPLE_PROTO));
  const address = (v4: number, v6: number) => {
    const [four, six] = [ip.get(v4), ip.get(v6)];
    return four ? addressText(AF_INET, bytes, four.at) : six && addressText(AF_INET6, bytes, six.at);
  };
  const number = proto.get(CTA_PROTO_NUM);
  const portAt = (type: number) => {
    const port = proto.get(type);
    return port ? bytes.readUInt16BE(port.at) : 0;
  };
  const source = address(CTA_IP_V4_SRC, CTA_IP_V6_SRC);
  const destination = address(CTA_IP_V4_DST, CTA_IP_V6_DST);
  if (!number || source === undefined || destination === undefined) return undefined;
  return {
    protocol: PROTOCOLS[bytes[number.at] ?? 0] ?? 'other',
    ...{ source, sourcePort: portAt(CTA_PROTO_SRC_PORT) },
    ...{ destination, destinationPort: portAt(CTA_PROTO_DST_PORT) },
  };
}
