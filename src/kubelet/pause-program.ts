/**
 * The program of a pause process: 150 bytes that do nothing, as Kubernetes' own pause is the smallest that does.
 *
 * `sleep infinity` would do as well, but a C library that starts dirties some 100 KiB of memory, more than many a
 * container that it sits beside. So a static ELF file is made of its two headers and seven instructions at most.
 */
import { chmodSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import { FOLDER } from '../memory/folders.ts';

const PROGRAM = `${FOLDER}/pause`;

interface Architecture {
  /** e_machine of the ELF header. */
  readonly elf: number;
  readonly code: readonly number[];
}

/** For ever: a system call that waits for a signal. A signal without a handler ends the process, as any other. */
const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  // mov eax, 34 (pause); syscall; jmp to the beginning
  x64: { elf: 62, code: [0xb8, 34, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7] },
  // mov x0..x3, 0; mov x8, 73 (ppoll); svc 0; b to the beginning
  arm64: {
    elf: 183,
    code: [0xd2800000, 0xd2800001, 0xd2800002, 0xd2800003, 0xd2800928, 0xd4000001, 0x17fffffa].flatMap(word => [
      word & 255,
      (word >>> 8) & 255,
      (word >>> 16) & 255,
      word >>> 24,
    ]),
  },
};

/** The path of the program in the lab's memory, where it is written once; undefined on an architecture that it is not written for. */
export function pauseProgram(): string | undefined {
  const architecture = ARCHITECTURES[process.arch];
  if (architecture === undefined) return undefined;
  if (existsSync(PROGRAM)) return PROGRAM;
  // Whole or not there: a file that runs cannot be written to.
  const draft = `${PROGRAM}.${process.pid}`;
  writeFileSync(draft, toElf(architecture));
  chmodSync(draft, 0o755);
  renameSync(draft, PROGRAM);
  return PROGRAM;
}

const BASE = 0x400000n;
const ELF_HEADER = 64;
const PROGRAM_HEADER = 56;

/** elf(5): little-endian, 64 bits, one segment that is the whole file. */
function toElf({ elf, code }: Architecture): Buffer {
  const start = ELF_HEADER + PROGRAM_HEADER;
  const bytes = Buffer.alloc(start + code.length);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes.writeUInt16LE(2, 16); // ET_EXEC
  bytes.writeUInt16LE(elf, 18);
  bytes.writeUInt32LE(1, 20);
  bytes.writeBigUInt64LE(BASE + BigInt(start), 24); // e_entry
  bytes.writeBigUInt64LE(BigInt(ELF_HEADER), 32); // e_phoff
  bytes.writeUInt16LE(ELF_HEADER, 52);
  bytes.writeUInt16LE(PROGRAM_HEADER, 54);
  bytes.writeUInt16LE(1, 56); // e_phnum
  bytes.writeUInt32LE(1, ELF_HEADER); // PT_LOAD
  bytes.writeUInt32LE(5, ELF_HEADER + 4); // readable and executable
  bytes.writeBigUInt64LE(BASE, ELF_HEADER + 16);
  bytes.writeBigUInt64LE(BASE, ELF_HEADER + 24);
  bytes.writeBigUInt64LE(BigInt(bytes.length), ELF_HEADER + 32);
  bytes.writeBigUInt64LE(BigInt(bytes.length), ELF_HEADER + 40);
  bytes.writeBigUInt64LE(0x1000n, ELF_HEADER + 48);
  bytes.set(code, start);
  return bytes;
}
