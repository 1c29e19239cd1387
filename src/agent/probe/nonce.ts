/** How a probe's packets are told from all others: a few bytes at the beginning of what they carry. */

/** Bytes that a marked payload has at least. */
export const NONCE_LENGTH = 12;

const WORD = 0x6e65746c;

/** One request's marks: `magic` is drawn by lot for each. */
export interface Marks {
  readonly magic: number;
}

/** A payload of `size` bytes, or as few as it takes, that says which attempt it is. */
export function markedPayload(marks: Marks, id: number, size = 0): Buffer {
  // At least 128 bytes of memory, so that it lies off V8's moving heap; only the payload goes out.
  const length = Math.max(size, NONCE_LENGTH);
  const bytes = Buffer.alloc(Math.max(length, 128), 0x2e);
  bytes.writeUInt32BE(marks.magic, 0);
  bytes.writeUInt32BE(WORD, 4);
  bytes.writeUInt32BE(id, 8);
  return bytes.subarray(0, length);
}

/** Which attempt a payload belongs to; undefined where it is not one of netlab's. */
export function readMark(marks: Marks, bytes: Buffer, at: number, end: number): number | undefined {
  if (end - at < NONCE_LENGTH) return undefined;
  if (bytes.readUInt32BE(at) !== marks.magic || bytes.readUInt32BE(at + 4) !== WORD) return undefined;
  return bytes.readUInt32BE(at + 8);
}

/** The mark as a word of a header field. */
export function markText(marks: Marks, id: number): string {
  return markedPayload(marks, id).toString('hex');
}

/** The attempt that a text with `netlab/MARK` in it belongs to. */
export function readMarkText(marks: Marks, text: string): number | undefined {
  const hex = /\bnetlab\/([0-9a-f]{24})\b/.exec(text)?.[1];
  return hex === undefined ? undefined : readMark(marks, Buffer.from(hex, 'hex'), 0, NONCE_LENGTH);
}

/** A connection's first packet carries no payload: there the sequence number is the mark. */
export function markedSequence(marks: Marks, id: number): number {
  return (marks.magic + id) >>> 0;
}

export function readSequence(marks: Marks, sequence: number): number {
  return (sequence - marks.magic) >>> 0;
}
