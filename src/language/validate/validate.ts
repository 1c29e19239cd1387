/**
 * Values to lab file: the second stage.
 *
 * In: plain data from `parse`. Out: the same data with the type of a lab file, and what the schema finds wrong with it in
 * plain English, one diagnostic for one mistake. It knows keys, types and spellings; what names and addresses mean
 * together is the business of `resolve`. It must not know the text, files or terminals.
 */
import type { ErrorObject } from 'ajv';
import { type Diagnostic, hasErrors, type Path } from '../diagnostic/diagnostic.ts';
import type { LabFile } from '../lab/generated/lab-file.ts';
import validateSchema from '../lab/generated/validate-schema.js';
import { checkEnv } from './check-env.ts';
import { checkPairs } from './check-pairs.ts';
import { checkQuantities } from './check-quantities.ts';
import { explainAll } from './explain.ts';
import { guessKey } from './known-keys.ts';
import type { Mistake } from './mistake.ts';
import { toPath, valueAt } from './path.ts';
import { isBadName, repair } from './repair.ts';
import { subschemaAt } from './subschema.ts';
import { dropUnset } from './unset.ts';

/** How a scalar is spelt in the text, where that is known. */
export type Spelling = (path: Path) => string | undefined;

export interface Validated {
  /** Undefined where there is an error. */
  readonly file: LabFile | undefined;
  /**
   * The file with its mistakes repaired or left out, for later stages to find more mistakes in and for nothing else: names
   * in it may be bad. Undefined where that would mislead. The same as `file` where there is no error.
   */
  readonly draft: LabFile | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export function validate(written: unknown, spelling: Spelling = () => undefined): Validated {
  const value = dropUnset(written);
  if (value === undefined) return { file: undefined, draft: undefined, diagnostics: [] };
  const pairs = [...checkPairs(value), ...checkQuantities(value), ...checkEnv(value, spelling)];
  const found = findMistakes(value, spelling);
  if (fits(value, found)) return { file: hasErrors(pairs) ? undefined : value, draft: value, diagnostics: pairs };
  const mistakes = dropConsequences(found);
  return { file: undefined, draft: makeDraft(value, mistakes), diagnostics: [...explainAll(mistakes), ...pairs] };
}

function fits(_: unknown, mistakes: readonly Mistake[]): _ is LabFile {
  return mistakes.length === 0;
}

/** The pattern of a name fails together with `propertyNames`, which says the same. */
function findMistakes(value: unknown, spelling: Spelling): readonly Mistake[] {
  if (validateSchema(value)) return [];
  const errors = (validateSchema.errors ?? []).filter(error => error.propertyName === undefined);
  return errors.map(error => toMistake(error, value, spelling));
}

/** A repair can bring out a new mistake, such as a bad value of a misspelt key. */
function makeDraft(value: unknown, mistakes: readonly Mistake[]): LabFile | undefined {
  const repaired = repair(value, mistakes);
  if (repaired === undefined) return undefined;
  return findMistakes(repaired, () => undefined).every(isBadName) ? (repaired as LabFile) : undefined;
}

function toMistake({ keyword, params, instancePath }: ErrorObject, root: unknown, spelling: Spelling): Mistake {
  const path = toPath(instancePath, root);
  return { keyword, params, path, value: valueAt(root, path), spelling };
}

/** A key that is missing because it is misspelt is one mistake, not two. */
function dropConsequences(mistakes: readonly Mistake[]): readonly Mistake[] {
  if (!mistakes.some(({ keyword }) => keyword === 'required')) return mistakes;
  const meant = new Set(mistakes.filter(isUnknownKey).map(mistake => placeOf(mistake, guessMeant(mistake))));
  return mistakes.filter(one => one.keyword !== 'required' || !meant.has(placeOf(one, one.params.missingProperty)));
}

function isUnknownKey({ keyword }: Mistake): boolean {
  return keyword === 'additionalProperties';
}

function guessMeant({ params, path }: Mistake): string | undefined {
  return guessKey(String(params.additionalProperty), Object.keys(subschemaAt(path).properties ?? {}));
}

function placeOf({ path }: Mistake, key: unknown): string {
  return JSON.stringify([...path, key]);
}
