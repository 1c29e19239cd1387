/**
 * Text in, lab out: the pure stages parse, validate and resolve in a row, and every mistake that any of them finds.
 */
import { type Diagnostic, hasErrors } from '../language/diagnostic/diagnostic.ts';
import { makeSources, type Sources } from '../language/diagnostic/sources.ts';
import type { Lab } from '../language/lab/lab.ts';
import { parse } from '../language/parse/parse.ts';
import { recogniseForeign } from '../language/validate/foreign.ts';
import { validate } from '../language/validate/validate.ts';
import type { ResolveOptions } from '../resolve/model.ts';
import { resolve } from './resolve.ts';

export interface Loaded {
  /** Undefined where there are errors. */
  readonly lab: Lab | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Where the lab's entries and the diagnostics stand. */
  readonly sources: Sources;
}

export interface LoadOptions extends ResolveOptions {
  /** What messages call the file. */
  readonly file?: string;
}

export function load(text: string, { file: name = 'lab.yaml', ...options }: LoadOptions): Loaded {
  const document = parse(text);
  const sources = makeSources([{ file: name, text, locate: document.locate }]);
  const foreign = recogniseForeign(text, document.value);
  if (foreign) return { lab: undefined, diagnostics: [foreign], sources };
  if (document.value === undefined) return { lab: undefined, diagnostics: document.diagnostics, sources };
  const { file, draft, diagnostics } = validate(document.value, document.spelling);
  const before = [...document.diagnostics, ...diagnostics];
  if (!draft) return { lab: undefined, diagnostics: before, sources };
  const resolved = resolve(draft, options);
  const found = [...before, ...resolved.diagnostics];
  return { lab: file && !hasErrors(found) ? resolved.lab : undefined, diagnostics: found, sources };
}
