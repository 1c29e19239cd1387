/** Tracked connections: ctnetlink's messages come in, what conntrack has of UDP goes out; and the requests for both. */
import type { Family } from '../address/address.ts';
import { AF_INET, AF_INET6, addressText } from './ip-text.ts';
import { actRequest, attribute, dumpRequest, readAttributes, readNested, type Span, u32Attribute } from './message.ts';

/** A flow of UDP as conntrack has it. */
export interface Connection {
  /** Who sent its first packet. */
  readonly source: string;
  /** Where to, before any translation. */
  readonly destination: string;
  readonly port: number;
  /** Where answers come from: somewhere else where the destination is translated. */
  readonly answeredBy: string;
  readonly answeringPort: number;
}

export interface SeenConnection extends Connection {
  /** The attribute that names it to the kernel, as the kernel wrote it. */
  readonly tuple: Buffer;
}

const IPCTNL_MSG_CT_GET = (1 << 8) | 1;
const IPCTNL_MSG_CT_DELETE = (1 << 8) | 2;
const NFGENMSG = 4;
const ATTRIBUTE_HEADER = 4;
const CTA_TUPLE_ORIG = 1;
const CTA_TUPLE_REPLY = 2;
const CTA_FILTER = 25;
const CTA_FILTER_ORIG_FLAGS = 1;
const CTA_FILTER_F_CTA_PROTO_NUM = 1 << 3;
const CTA_TUPLE_IP = 1;
const CTA_TUPLE_PROTO = 2;
const CTA_IP_SRC = { 4: 1, 6: 3 } as const;
const CTA_IP_DST = { 4: 2, 6: 4 } as const;
const CTA_PROTO_NUM = 1;
const CTA_PROTO_SRC_PORT = 2;
const CTA_PROTO_DST_PORT = 3;
const UDP = 17;
const NESTED = 0x8000;

/** Kernels before 5.8 know no filter and list all protocols. */
export function udpDump(family: Family): Buffer {
  const protocol = attribute(CTA_PROTO_NUM, Buffer.from([UDP]));
  const tuple = attribute(NESTED | CTA_TUPLE_ORIG, attribute(NESTED | CTA_TUPLE_PROTO, protocol));
  const flags = u32Attribute(CTA_FILTER_ORIG_FLAGS, CTA_FILTER_F_CTA_PROTO_NUM);
  return dumpRequest(IPCTNL_MSG_CT_GET, Buffer.concat([header(family), tuple, attribute(NESTED | CTA_FILTER, flags)]));
}

export function connectionDeletion(family: Family, { tuple }: Pick<SeenConnection, 'tuple'>): Buffer {
  return actRequest(IPCTNL_MSG_CT_DELETE, Buffer.concat([header(family), tuple]));
}

/** struct nfgenmsg */
function header(family: Family): Buffer {
  const bytes = Buffer.alloc(NFGENMSG);
  bytes[0] = family === 4 ? AF_INET : AF_INET6;
  return bytes;
}

/** Undefined for what is no UDP. */
export function decodeConnection(bytes: Buffer, start: number, end: number): SeenConnection | undefined {
  const family: Family = bytes[start] === AF_INET6 ? 6 : 4;
  const attributes = readAttributes(bytes, start + NFGENMSG, end);
  const original = attributes.get(CTA_TUPLE_ORIG);
  const there = readTuple(bytes, original, family);
  const back = there && readTuple(bytes, attributes.get(CTA_TUPLE_REPLY), family);
  if (!original || !there || !back) return undefined;
  const tuple = Buffer.from(bytes.subarray(original.at - ATTRIBUTE_HEADER, original.end));
  const { source, destination, destinationPort: port } = there;
  return { source, destination, port, answeredBy: back.source, answeringPort: back.sourcePort, tuple };
}

function readTuple(bytes: Buffer, span: Span | undefined, family: Family) {
  const parts = readNested(bytes, span);
  const proto = readNested(bytes, parts.get(CTA_TUPLE_PROTO));
  const number = proto.get(CTA_PROTO_NUM);
  if (!number || bytes[number.at] !== UDP) return undefined;
  const ip = readNested(bytes, parts.get(CTA_TUPLE_IP));
  const [source, destination] = [ip.get(CTA_IP_SRC[family]), ip.get(CTA_IP_DST[family])];
  const [sourcePort, destinationPort] = [proto.get(CTA_PROTO_SRC_PORT), proto.get(CTA_PROTO_DST_PORT)];
  if (!source || !destination || !sourcePort || !destinationPort) return undefined;
  const text = ({ at }: Span) => addressText(family === 4 ? AF_INET : AF_INET6, bytes, at);
  return {
    ...{ source: text(source), sourcePort: bytes.readUInt16BE(sourcePort.at) },
    ...{ destination: text(destination), destinationPort: bytes.readUInt16BE(destinationPort.at) },
  };
}
