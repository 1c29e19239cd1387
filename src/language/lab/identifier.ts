/**
 * One name out of several parts: different lists of parts in, different names out, whatever the parts are. Pure.
 *
 * Parts are joined as a person would do it wherever that leaves no doubt which they were. A name that would be too long, or
 * whose parts have the separator in them, is its readable beginning and a mark, made of all parts. Where it is enough to be
 * different from the names that are there, as among the interfaces of one machine, those are `taken`, and a mark is short.
 *
 * What is only a key, with something between the parts that none of them can have (a space, the slash of the lab file),
 * needs none of this.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

export interface IdentifierForm {
  /** One character. */
  readonly separator: string;
  /** The most characters that the kernel or a program takes. */
  readonly longest?: number;
  readonly taken?: ReadonlySet<string>;
}

export function identifier(parts: readonly string[], form: IdentifierForm): string {
  const { separator, longest = Number.POSITIVE_INFINITY, taken } = form;
  const plain = parts.join(separator);
  const isFree = taken ? !taken.has(plain) : parts.every(part => part !== '' && !part.includes(separator));
  if (isFree && plain.length <= longest) return plain;
  for (let attempt = 0; ; attempt++) {
    const mark = taken ? separator + shortMark(plain, attempt) : separator + separator + longMark(parts);
    const name = plain.slice(0, Math.max(0, longest - mark.length)).replace(/[-_.]+$/, '') + mark;
    if (!taken?.has(name)) return name;
  }
}

/** 96 bits: no two are met by chance. Two separators stand before it, and in no name without a mark. */
const longMark = (parts: readonly string[]) => bytesToHex(sha256(utf8ToBytes(JSON.stringify(parts)))).slice(0, 24);

const shortMark = (plain: string, attempt: number) =>
  hash(`${plain}#${attempt}`).toString(36).padStart(7, '0').slice(-5);

/** FNV-1a, 32 bits: short, stable, and spread well enough to tell names apart. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return value;
}
