/** The packet filter that a watching socket gives the kernel, so that other traffic never wakes us: classic BPF. Pure. */
import { AF_INET6 } from '../../netlink/ip-text.ts';
import type { Marks } from './nonce.ts';
import type { InternetFamily } from './sockaddr.ts';

type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, value: number];

const LOAD_WORD_AT = 0x20;
const LOAD_BYTE_AT = 0x30;
const LOAD_WORD_BEHIND = 0x40;
const LOAD_BYTE_BEHIND = 0x50;
const LOAD_IPV4_LENGTH = 0xb1;
const JUMP_EQUAL = 0x15;
const RETURN = 0x06;
const TCP = 6;
const SCTP = 132;
const SYN = 2;
const PASS = 256;

/** Passes connections' first packets (those of SCTP have no tag yet), and whatever has our mark at the beginning of an 8 byte header's payload. */
export function buildFilter(family: InternetFamily, marks: Marks): readonly Instruction[] {
  return family === AF_INET6 ? filter6(marks) : filter4(marks);
}

/** struct sock_filter, one after the other. */
export function encodeFilter(instructions: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(8 * instructions.length);
  instructions.forEach(([code, jumpTrue, jumpFalse, value], i) => {
    bytes.writeUInt16LE(code, 8 * i);
    bytes[8 * i + 2] = jumpTrue;
    bytes[8 * i + 3] = jumpFalse;
    bytes.writeUInt32LE(value >>> 0, 8 * i + 4);
  });
  return bytes;
}

function filter4({ magic }: Marks): Instruction[] {
  return [
    [LOAD_IPV4_LENGTH, 0, 0, 0],
    [LOAD_BYTE_AT, 0, 0, 9],
    [JUMP_EQUAL, 0, 2, TCP],
    [LOAD_BYTE_BEHIND, 0, 0, 13],
    [JUMP_EQUAL, 5, 6, SYN],
    [JUMP_EQUAL, 0, 2, SCTP],
    [LOAD_WORD_BEHIND, 0, 0, 4],
    [JUMP_EQUAL, 2, 3, 0],
    [LOAD_WORD_BEHIND, 0, 0, 8],
    [JUMP_EQUAL, 0, 1, magic],
    [RETURN, 0, 0, PASS],
    [RETURN, 0, 0, 0],
  ];
}

function filter6({ magic }: Marks): Instruction[] {
  return [
    [LOAD_BYTE_AT, 0, 0, 6],
    [JUMP_EQUAL, 0, 2, TCP],
    [LOAD_BYTE_AT, 0, 0, 53],
    [JUMP_EQUAL, 5, 6, SYN],
    [JUMP_EQUAL, 0, 2, SCTP],
    [LOAD_WORD_AT, 0, 0, 44],
    [JUMP_EQUAL, 2, 3, 0],
    [LOAD_WORD_AT, 0, 0, 48],
    [JUMP_EQUAL, 0, 1, magic],
    [RETURN, 0, 0, PASS],
    [RETURN, 0, 0, 0],
  ];
}
