/** How posix_spawn(3) starts a process: with every signal set back, as what Node ignores its children ignore too. */
import * as libc from './libc.ts';

// Larger than any C library's structures, and off V8's moving heap.
export const STRUCT_SIZE = 512;

const POSIX_SPAWN_SETSIGDEF = 0x04;
const POSIX_SPAWN_SETSIGMASK = 0x08;
export const POSIX_SPAWN_SETSID = 0x80;

export function makeAttributes(flags = 0): Uint8Array {
  const made = new Uint8Array(STRUCT_SIZE);
  const signals = new Uint8Array(STRUCT_SIZE);
  libc.attributesInit(made);
  libc.attributesSetFlags(made, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | flags);
  libc.sigFillSet(signals);
  libc.attributesSetSigDefault(made, signals);
  libc.sigEmptySet(signals);
  libc.attributesSetSigMask(made, signals);
  return made;
}
