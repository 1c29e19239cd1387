/** What a scalar stands for in the core schema of YAML 1.2: nothing, a boolean, a number or text. Pure. */
import { boolCoreTag, floatCoreTag, intCoreTag, NOT_RESOLVED, nullCoreTag, type ScalarTagDefinition } from 'js-yaml';

const IMPLICIT: readonly ScalarTagDefinition[] = [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag];

/** With which all that is not text begins. */
const FIRST_LETTERS = new Set(IMPLICIT.flatMap(({ implicitFirstChars }) => implicitFirstChars ?? []));

/** Without quotes and tag. */
export function readPlain(written: string): unknown {
  if (!FIRST_LETTERS.has(written.charAt(0))) return written;
  for (const tag of IMPLICIT) {
    const value: unknown = tag.resolve(written, false, tag.tagName);
    if (value !== NOT_RESOLVED) return value;
  }
  return written;
}

const TAGGED: ReadonlyMap<string, ScalarTagDefinition> = new Map<string, ScalarTagDefinition>([
  ['!!null', nullCoreTag],
  ['!!bool', boolCoreTag],
  ['!!int', intCoreTag],
  ['!!float', floatCoreTag],
]);

/** With a tag; undefined where the tag is none of a scalar, or the text is not what it says. */
export function readTagged(tag: string, written: string): unknown {
  const meant = TAGGED.get(tag);
  if (meant === undefined) return tag === '!' || tag === '!!str' ? written : undefined;
  const value: unknown = meant.resolve(written, true, meant.tagName);
  return value === NOT_RESOLVED ? undefined : value;
}
