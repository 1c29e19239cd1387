/**
 * The texts that a lab is written in, and where in them each of its entries stands.
 *
 * A lab is one tree, whichever file an entry of it is written in: paths in the lab, in steps and in most diagnostics
 * begin at the lab's root, and only here are they traced to a file. What is found in a file while it is not yet a part
 * of the lab (bad syntax, a key that its own schema does not know) names that file, and its path begins at that file's
 * root.
 */
import type { Path } from './diagnostic.ts';
import { makeLineMap, type Position } from './line-map.ts';

/** Offsets into a text. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

export interface SourceText {
  /** As messages name it. */
  readonly file: string;
  readonly text: string;
  /** From this text's root; leads to the nearest thing around it where there is nothing at the path. */
  readonly locate: (path: Path, at: 'key' | 'value') => TextRange;
}

/** An entry of the lab that is written in another file than the lab's own. */
export interface Origin {
  /** From the lab's root. */
  readonly entry: Path;
  readonly file: string;
  /** From that file's root. */
  readonly path: Path;
}

/** What is looked for; a diagnostic is one. */
export interface LabPart {
  readonly path: Path;
  readonly at: 'key' | 'value';
  readonly range?: readonly [start: number, end: number];
  /** Where the path begins at the root of this file. */
  readonly file?: string;
}

export interface Located {
  readonly source: SourceText;
  /** Of its file among all of them. */
  readonly index: number;
  readonly start: Position;
  readonly end: Position;
}

export interface Sources {
  find(part: LabPart): Located;
  /** File and line of the lab's entry at a path. */
  lineOf(path: Path, at: 'key' | 'value'): { readonly file: string; readonly line: number };
}

/** The lab's own file comes first; `origins` say which of its entries are written in which of the others. */
export function makeSources(texts: readonly [SourceText, ...SourceText[]], origins: readonly Origin[] = []): Sources {
  const trace = makeTracer(origins);
  const toPosition = texts.map(({ text }) => makeLazyLineMap(text));
  const find = (part: LabPart): Located => {
    const { file, path } = part.file === undefined ? trace(part.path) : { file: part.file, path: part.path };
    const index = Math.max(
      0,
      texts.findIndex(text => text.file === file),
    );
    const source = texts[index] ?? texts[0];
    const { start, end } = part.range ? { start: part.range[0], end: part.range[1] } : source.locate(path, part.at);
    const position = toPosition[index] ?? makeLazyLineMap(source.text);
    return { source, index, start: position(start), end: position(Math.max(start, end)) };
  };
  return { find, lineOf: makeLineFinder(find) };
}

/** Of several entries around a path the nearest says where it is written. */
function makeTracer(origins: readonly Origin[]): (path: Path) => { readonly file?: string; readonly path: Path } {
  const known = new Map(origins.map(origin => [keyOf(origin.entry), origin]));
  const longest = Math.max(0, ...origins.map(({ entry }) => entry.length));
  return path => {
    for (let length = Math.min(longest, path.length); known.size > 0 && length >= 0; length--) {
      const origin = known.get(keyOf(path.slice(0, length)));
      if (origin) return { file: origin.file, path: [...origin.path, ...path.slice(length)] };
    }
    return { path };
  };
}

const keyOf = (path: Path) => path.join('\0');

/** Most files of a lab have no mistake. */
function makeLazyLineMap(text: string): (offset: number) => Position {
  let map: ((offset: number) => Position) | undefined;
  return offset => {
    map ??= makeLineMap(text);
    return map(offset);
  };
}

/** A plan asks for the same few entries again and again. */
function makeLineFinder(find: Sources['find']): Sources['lineOf'] {
  const found = new Map<string, { readonly file: string; readonly line: number }>();
  return (path, at) => {
    const key = keyOf([at, ...path]);
    const known = found.get(key);
    if (known) return known;
    const { source, start } = find({ path, at });
    const answer = { file: source.file, line: start.line };
    found.set(key, answer);
    return answer;
  };
}
