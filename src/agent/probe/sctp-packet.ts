/** The first two packets of an SCTP association (RFC 9260), built and read: kernels often have no sockets for it. Pure. */

/** What of such a packet matters here. */
export interface SctpPacket {
  readonly sourcePort: number;
  readonly port: number;
  /** Zero in a first packet; in the answer to one what that has asked for. */
  readonly verificationTag: number;
  readonly chunk: 'init' | 'init-ack' | 'abort' | 'other';
  /** Which verification tag the sender wants to be answered with. */
  readonly initiateTag: number;
}

type Tags = Pick<SctpPacket, 'sourcePort' | 'port' | 'verificationTag' | 'initiateTag'>;

const HEADER = 12;
const TAG_AT = HEADER + 4;
const INIT_LENGTH = 20;
const COOKIE_PARAMETER = 7;
const CHUNKS = { 1: 'init', 2: 'init-ack', 6: 'abort' } as const;
const WINDOW = 65_536;

export const buildInit = (tags: Omit<Tags, 'verificationTag'>) => build(1, { ...tags, verificationTag: 0 }, 0);

/** It has to have a cookie, which nobody here sends back. */
export const buildInitAck = (tags: Tags) => build(2, tags, 8);

function build(chunk: 1 | 2, { sourcePort, port, verificationTag, initiateTag }: Tags, cookie: number): Buffer {
  const length = HEADER + INIT_LENGTH + cookie;
  // The kernel is given it: it has to lie off V8's moving heap.
  const bytes = Buffer.alloc(128).subarray(0, length);
  bytes.writeUInt16BE(sourcePort, 0);
  bytes.writeUInt16BE(port, 2);
  bytes.writeUInt32BE(verificationTag, 4);
  bytes[HEADER] = chunk;
  bytes.writeUInt16BE(INIT_LENGTH + cookie, HEADER + 2);
  bytes.writeUInt32BE(initiateTag, TAG_AT);
  bytes.writeUInt32BE(WINDOW, HEADER + 8);
  bytes.writeUInt16BE(1, HEADER + 12);
  bytes.writeUInt16BE(1, HEADER + 14);
  bytes.writeUInt32BE(initiateTag, HEADER + 16);
  if (cookie > 0) {
    bytes.writeUInt16BE(COOKIE_PARAMETER, HEADER + INIT_LENGTH);
    bytes.writeUInt16BE(cookie, HEADER + INIT_LENGTH + 2);
  }
  bytes.writeUInt32LE(crc32c(bytes), 8);
  return bytes;
}

/** Given from its own header on; undefined where it is cut short. */
export function readSctp(bytes: Buffer, at: number, end: number): SctpPacket | undefined {
  if (end < at + HEADER + 4) return undefined;
  const chunk = CHUNKS[(bytes[at + HEADER] ?? 0) as keyof typeof CHUNKS] ?? 'other';
  const hasTag = end >= at + HEADER + INIT_LENGTH;
  if (!hasTag && (chunk === 'init' || chunk === 'init-ack')) return undefined;
  return {
    sourcePort: bytes.readUInt16BE(at),
    port: bytes.readUInt16BE(at + 2),
    verificationTag: bytes.readUInt32BE(at + 4),
    chunk,
    initiateTag: hasTag ? bytes.readUInt32BE(at + TAG_AT) : 0,
  };
}

/** The checksum of RFC 9260, appendix A: conntrack drops what has another. */
export function crc32c(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}
