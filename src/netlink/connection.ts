/** Tracked connections: ctnetlink's messages come in, what conntrack has of UDP goes out; and the requests for both. */
import type { Family } from '../address/address.ts';
import { AF_INET, AF_INET6, addressText } from './ip-text.ts';
import { align, attribute, dumpRequest, getRequest, u32Attribute } from './message.ts';

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

/** `message` is what the kernel has listed: its first tuple names the flow. */
export function connectionDeletion(family: Family, message: Listed): Buffer {
  const original = find(message.bytes, message.start + NFGENMSG, message.end, CTA_TUPLE_ORIG);
  const tuple = message.bytes.subarray(original - ATTRIBUTE_HEADER, original + sizeAt(message.bytes, original));
  return getRequest(IPCTNL_MSG_CT_DELETE, Buffer.concat([header(family), tuple]));
}

/** struct nfgenmsg */
function header(family: Family): Buffer {
  const bytes = Buffer.alloc(NFGENMSG);
  bytes[0] = family === 4 ? AF_INET : AF_INET6;
  return bytes;
}

/** A message's body is bytes[start..end). */
export interface Listed {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

export type DecodeConnection = (bytes: Buffer, start: number, end: number) => Connection | undefined;

/**
 * Undefined for what is no UDP. A table may have a hundred thousand flows, of few addresses: so nothing is made of a message
 * but this, and the text of an address is made once.
 */
export function makeDecoder(family: Family): DecodeConnection {
  const textAt = makeAddressReader(family);
  const [source, destination] = [CTA_IP_SRC[family], CTA_IP_DST[family]];
  return (bytes, start, end) => {
    const there = find(bytes, start + NFGENMSG, end, CTA_TUPLE_ORIG);
    const back = find(bytes, start + NFGENMSG, end, CTA_TUPLE_REPLY);
    const [thereIp, therePorts] = [findIn(bytes, there, CTA_TUPLE_IP), findIn(bytes, there, CTA_TUPLE_PROTO)];
    const [backIp, backPorts] = [findIn(bytes, back, CTA_TUPLE_IP), findIn(bytes, back, CTA_TUPLE_PROTO)];
    const protocol = findIn(bytes, therePorts, CTA_PROTO_NUM);
    if (protocol === NONE || bytes[protocol] !== UDP) return undefined;
    const [from, to] = [findIn(bytes, thereIp, source), findIn(bytes, thereIp, destination)];
    const [port, answeringPort] = [
      findIn(bytes, therePorts, CTA_PROTO_DST_PORT),
      findIn(bytes, backPorts, CTA_PROTO_SRC_PORT),
    ];
    const answeredBy = findIn(bytes, backIp, source);
    if (Math.min(from, to, port, answeringPort, answeredBy) === NONE) return undefined;
    return {
      ...{ source: textAt(bytes, from), destination: textAt(bytes, to), port: bytes.readUInt16BE(port) },
      ...{ answeredBy: textAt(bytes, answeredBy), answeringPort: bytes.readUInt16BE(answeringPort) },
    };
  };
}

const NONE = -1;
const TYPE_MASK = 0x3fff;

/** Where the value of the attribute of this type is. */
function find(bytes: Buffer, start: number, end: number, type: number): number {
  for (let at = start; at + ATTRIBUTE_HEADER <= end; ) {
    const length = bytes.readUInt16LE(at);
    if (length < ATTRIBUTE_HEADER || at + length > end) return NONE;
    if ((bytes.readUInt16LE(at + 2) & TYPE_MASK) === type) return at + ATTRIBUTE_HEADER;
    at += align(length);
  }
  return NONE;
}

/** Of a value: its bytes, without the header before it. */
const sizeAt = (bytes: Buffer, value: number) => bytes.readUInt16LE(value - ATTRIBUTE_HEADER) - ATTRIBUTE_HEADER;

const findIn = (bytes: Buffer, nest: number, type: number) =>
  nest === NONE ? NONE : find(bytes, nest, nest + sizeAt(bytes, nest), type);

function makeAddressReader(family: Family): (bytes: Buffer, at: number) => string {
  const known = new Map<string | number, string>();
  const code = family === 4 ? AF_INET : AF_INET6;
  const keyAt = (bytes: Buffer, at: number) =>
    family === 4 ? bytes.readUInt32BE(at) : bytes.toString('latin1', at, at + 16);
  return (bytes, at) => {
    const key = keyAt(bytes, at);
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    const text = addressText(code, bytes, at);
    known.set(key, text);
    return text;
  };
}
