/**
 * DNS messages: the bytes of a query in, what it asks out; what to say in, the bytes of a reply out. Pure.
 *
 * The names, types and records are dns-packet's work. What is here is what a server decides: which messages deserve an
 * answer at all, and how much of one fits (RFC 1035, 6891).
 */
import dnsPacket, { type Answer, type OptAnswer } from 'dns-packet';
import type { Question } from './look-up.ts';

const HEADER = 12;
const FLAGS = { QR: 0x8000, AA: 0x0400, TC: 0x0200, RD: 0x0100, RA: 0x0080, CD: 0x0010 } as const;
const OPCODE = 0x7800;

const RCODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, BADVERS: 16 } as const;
export type Rcode = keyof typeof RCODES;

/** Without EDNS, and the most that passes any network in one piece (dnsflagday.net/2020). */
const LEAST_PAYLOAD = 512;
const MOST_PAYLOAD = 1232;

export interface Query {
  readonly question: Question;
  /** Why it is not looked up at all, though it can be read. */
  readonly fault: Rcode | undefined;
  /** As it came, so that it goes back letter by letter. */
  readonly raw: Buffer;
  /** From the header to the end of the question. */
  readonly head: Buffer;
  readonly edns: OptAnswer | undefined;
}

export interface Reply {
  readonly rcode: Rcode;
  readonly answers?: readonly Answer[];
  readonly authorities?: readonly Answer[];
  readonly additionals?: readonly Answer[];
  readonly isAuthoritative?: boolean;
}

/** A query; or the code that says why it is none; or undefined for what is to be ignored: an answer to an answer never ends. */
export function readQuery(raw: Buffer): Query | Rcode | undefined {
  if (raw.length < HEADER || (flagsOf(raw) & FLAGS.QR) !== 0) return undefined;
  if ((flagsOf(raw) & OPCODE) !== 0) return 'NOTIMP';
  try {
    const { questions = [], additionals = [] } = dnsPacket.decode(raw);
    const [question, second] = questions;
    const options = additionals.filter((record): record is OptAnswer => record.type === 'OPT');
    const end = question && endOfQuestion(raw, question.name);
    if (!question || second || end === undefined || options.length > 1) return 'FORMERR';
    const [edns] = options;
    const { name, type } = question;
    const isRefused = question.class !== 'IN' || TRANSFERS.includes(type);
    const fault = (edns?.ednsVersion ?? 0) > 0 ? 'BADVERS' : isRefused ? 'REFUSED' : undefined;
    return { question: { name, type }, fault, raw, head: raw.subarray(0, end), edns };
  } catch {
    return 'FORMERR';
  }
}

/** Whole zones are for name servers to take, which a cluster has no others of. */
const TRANSFERS: readonly string[] = ['AXFR', 'IXFR'];

const flagsOf = (message: Buffer) => message.readUInt16BE(2);

/** Undefined where the name has a dot inside of a label: it would be taken for another name. */
function endOfQuestion(raw: Buffer, name: string): number | undefined {
  let at = HEADER;
  let labels = 0;
  for (let length = raw[at] ?? 0; length > 0; length = raw[at] ?? 0) {
    if (length > 63) return undefined;
    at += length + 1;
    labels += 1;
  }
  const isPlain = labels === name.split('.').filter(label => label !== '').length;
  return isPlain && at + 5 <= raw.length ? at + 5 : undefined;
}

export interface Limits {
  readonly isTcp: boolean;
  /** Whether there are servers to ask what this one does not know. */
  readonly canRecurse: boolean;
}

/** What does not fit is left out, record by record, and the reply says that it is not the whole. */
export function writeReply(query: Query, reply: Reply, { isTcp, canRecurse }: Limits): Buffer {
  const edns = query.edns && writeEdns(reply.rcode);
  const room = (isTcp ? 0xffff : roomFor(query)) - query.head.length - (edns?.length ?? 0);
  const sections = [reply.answers ?? [], reply.authorities ?? [], reply.additionals ?? []];
  const pieces: Buffer[] = [];
  const counts = [0, 0, 0];
  let left = room;
  let isWhole = true;
  for (const [index, section] of sections.entries()) {
    for (const record of section) {
      const piece = writeRecord(record, query.question.name);
      isWhole &&= piece.length <= left;
      if (!isWhole) break;
      left -= piece.length;
      pieces.push(piece);
      counts[index] = (counts[index] ?? 0) + 1;
    }
  }
  // What is only there to be helpful may be left out without a word.
  const isCut = sections.slice(0, 2).some((section, index) => section.length > (counts[index] ?? 0));
  const flags = (reply.isAuthoritative ? FLAGS.AA : 0) | (isCut ? FLAGS.TC : 0) | (canRecurse ? FLAGS.RA : 0);
  const [answers = 0, authorities = 0, additionals = 0] = counts;
  const head = writeHead(query.head, flags | (RCODES[reply.rcode] & 15), [
    1,
    answers,
    authorities,
    additionals + (edns ? 1 : 0),
  ]);
  return Buffer.concat([head, ...pieces, ...(edns ? [edns] : [])]);
}

/** A reply to what could not be read: the header alone. */
export function writeRefusal(raw: Buffer, rcode: Rcode): Buffer {
  return writeHead(raw.subarray(0, HEADER), RCODES[rcode], [0, 0, 0, 0]);
}

/** Another server's answer, as the client has to have it: under its own number and question, no longer than it can take. */
export function passOn(query: Query, answer: Buffer, { isTcp }: Limits): Buffer {
  if (isTcp || answer.length <= roomFor(query))
    return Buffer.concat([query.raw.subarray(0, 2), respell(query, answer)]);
  const theirs = flagsOf(answer) & (FLAGS.AA | FLAGS.RA | 15);
  return writeHead(query.head, theirs | FLAGS.TC, [1, 0, 0, 0]);
}

/** From the flags on; the question letter by letter as this client has it, as another may have asked in capitals. */
function respell({ head }: Query, answer: Buffer): Buffer {
  const [own, theirs] = [head.subarray(HEADER), answer.subarray(HEADER, head.length)];
  const isSame = own.toString('latin1').toLowerCase() === theirs.toString('latin1').toLowerCase();
  return isSame ? Buffer.concat([answer.subarray(2, HEADER), own, answer.subarray(head.length)]) : answer.subarray(2);
}

function roomFor({ edns }: Query): number {
  return Math.min(MOST_PAYLOAD, Math.max(LEAST_PAYLOAD, edns?.udpPayloadSize ?? 0));
}

/** The number, the opcode, RD and CD are the client's. */
function writeHead(from: Buffer, flags: number, counts: readonly number[]): Buffer {
  const head = Buffer.from(from);
  const own = flagsOf(from) & (OPCODE | FLAGS.RD | FLAGS.CD);
  head.writeUInt16BE(FLAGS.QR | own | flags, 2);
  for (const [index, count] of counts.entries()) head.writeUInt16BE(count, 4 + 2 * index);
  return head;
}

/** A record of the name that was asked for points at the question, which keeps lists of addresses short. */
function writeRecord(record: Answer, asked: string): Buffer {
  const isAsked = record.name.toLowerCase() === asked.toLowerCase() && asked !== '.';
  if (!isAsked) return encodeRecord(record);
  return Buffer.concat([Buffer.from([0xc0, HEADER]), encodeRecord({ ...record, name: '.' }).subarray(1)]);
}

const encodeRecord = (record: Answer) => dnsPacket.encode({ answers: [record] }).subarray(HEADER);

/** An OPT record: the root's name, the largest message that this server takes, and the upper bits of the code. */
function writeEdns(rcode: Rcode): Buffer {
  const record = Buffer.alloc(11);
  record.writeUInt16BE(41, 1);
  record.writeUInt16BE(MOST_PAYLOAD, 3);
  record[5] = RCODES[rcode] >> 4;
  return record;
}
