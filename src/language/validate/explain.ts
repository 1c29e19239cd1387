/**
 * One schema mistake in plain English.
 *
 * In: the keyword that failed, where, and on what value. Out: a diagnostic with what is wrong and what would be right.
 */

import type { Diagnostic, DiagnosticCode, Path } from '../diagnostic/diagnostic.ts';
import { findNearest } from '../diagnostic/nearest.ts';
import { quote } from '../diagnostic/printable.ts';
import { describe, describeValue, listWords } from './describe.ts';
import { hintCommand, hintMisplaced, hintRestart } from './explain-container.ts';
import { hintElsewhere } from './explain-habit.ts';
import { hintManifestKey } from './explain-manifest.ts';
import { explainName } from './explain-name.ts';
import { explainSpelling } from './explain-spelling.ts';
import { explainType } from './explain-type.ts';
import { hintMissing } from './hint-missing.ts';
import { ALLOWED_HERE, suggestKey } from './known-keys.ts';
import { explainKubernetesField } from './kubernetes-pods.ts';
import { diagnose, type Mistake } from './mistake.ts';
import { valueAt } from './path.ts';
import { hintPolicyWord, isPolicy, WHO } from './policy-forms.ts';
import { hintPolicyKey } from './policy-keys.ts';
import { subschemaAt } from './subschema.ts';

/** To look for what was meant takes time, and nobody reads a thousand hints. */
const MOST_HINTS = 1000;

/** What a place allows is said once, and not of each key that it does not know. */
export function explainAll(mistakes: readonly Mistake[]): readonly Diagnostic[] {
  const listed = new Set<string>();
  return mistakes.map((mistake, index) => {
    const { hint, ...rest } = explain(mistake, index < MOST_HINTS);
    const isAgain = hint?.startsWith(ALLOWED_HERE) === true && listed.has(hint);
    if (hint === undefined || isAgain) return rest;
    listed.add(hint);
    return { ...rest, hint };
  });
}

function explain(mistake: Mistake, withHint: boolean): Diagnostic {
  switch (mistake.keyword) {
    case 'additionalProperties':
      return explainUnknownKey(mistake, withHint);
    case 'required':
      return explainMissingKey(mistake);
    case 'type':
      return explainType(mistake);
    case 'enum':
      return explainEnum(mistake);
    case 'pattern':
      return explainSpelling(mistake);
    case 'propertyNames':
      return explainName(mistake);
    case 'minimum':
    case 'maximum':
      return explainRange(mistake);
    case 'minItems':
    case 'maxItems':
      return explainCount(mistake);
    case 'uniqueItems':
      return explainDouble(mistake);
    case 'maxLength':
      return explainLength(mistake);
    case 'minProperties':
    case 'maxProperties':
      return explainSize(mistake);
    case 'not':
      return explainRefused(mistake);
    default:
      return diagnose(mistake.path, 'not-allowed', `${describe(mistake.path)} is not allowed (${mistake.keyword})`);
  }
}

function explainUnknownKey({ path, params, value }: Mistake, withHint: boolean): Diagnostic {
  const key = String(params.additionalProperty);
  const message = `unknown key ${quote(key)} in ${describe(path)}`;
  const allowed = withHint ? Object.keys(subschemaAt(path).properties ?? {}) : [];
  const hint = withHint
    ? (hintMisplaced(path, key) ??
      hintManifestKey(path, key) ??
      hintPolicyKey(path, key, valueAt(value, [key])) ??
      hintElsewhere(path, key) ??
      explainKubernetesField(path, key) ??
      suggestKey(key, allowed))
    : undefined;
  return diagnose([...path, key], 'unknown-key', message, hint, 'key');
}

/** A key of Kubernetes' that the schema has only to say why a lab has not. */
function explainRefused({ path }: Mistake): Diagnostic {
  const hint = path.at(-1) === 'resource' ? 'besides Services a lab has no objects that could answer' : undefined;
  return diagnose(path, 'not-allowed', `${describe(path)} cannot be had in a lab`, hint, 'key');
}

function explainMissingKey({ path, params }: Mistake): Diagnostic {
  const key = String(params.missingProperty);
  return diagnose(path, 'missing-key', `${describe(path)} has no ${quote(key)}`, hintMissing(path, key), 'key');
}

function explainEnum({ path, params, value }: Mistake): Diagnostic {
  const allowed = (Array.isArray(params.allowedValues) ? params.allowedValues : []).map(String);
  const given = typeof value === 'string' ? quote(value) : describeValue(value);
  const message = `${describe(path)} must be ${listWords(allowed.map(quote), 'or')}, not ${given}`;
  const nearest = typeof value === 'string' ? findNearest(value, allowed) : undefined;
  return diagnose(
    path,
    'not-allowed',
    message,
    nearest
      ? `did you mean ${quote(nearest)}?`
      : (hintRestart(path, value) ?? hintProxyMode(path) ?? hintPolicyWord(path, value)),
  );
}

function hintProxyMode(path: Path): string | undefined {
  if (path.at(-2) !== 'kubeProxy' || path.at(-1) !== 'mode') return undefined;
  return 'the nodes of a lab have the rules of this mode alone: remove "mode"';
}

function explainRange({ path, value, spelling }: Mistake): Diagnostic {
  const { minimum, maximum } = subschemaAt(path);
  const message = `${describe(path)} must be between ${minimum} and ${maximum}, not ${spelling(path) ?? value}`;
  return diagnose(path, 'out-of-range', message);
}

function explainCount({ path, keyword, params, value }: Mistake): Diagnostic {
  const code = keyword === 'minItems' ? 'too-few' : 'too-many';
  const count = Array.isArray(value) ? value.length : 0;
  if (path.at(-1) === 'ends') return explainEnds(path, code, count);
  if (count === 0)
    return diagnose(
      path,
      code,
      `${describe(path)} is an empty list`,
      hintCommand(path) ?? 'delete it, or give at least one',
    );
  const message = `${describe(path)} takes at most ${params.limit} items, not ${count}`;
  return diagnose(
    path,
    code,
    message,
    params.limit === 2 ? (isPolicy(path) ? 'each of the two once' : 'one for IPv4 and one for IPv6') : undefined,
  );
}

function explainEnds(path: Path, code: DiagnosticCode, count: number): Diagnostic {
  const ends = count === 1 ? '1 end' : `${count} ends`;
  const hint =
    code === 'too-many' ? 'to join more than two, plug them into a bridge' : 'a link joins two: "ends: [node1, node2]"';
  return diagnose(path, code, `${describe(path.slice(0, -1))} has ${ends}, not two`, hint);
}

function explainDouble({ path, params, value }: Mistake): Diagnostic {
  const index = Math.max(Number(params.i), Number(params.j));
  const item = Array.isArray(value) ? value[index] : undefined;
  const message = `${describe(path)} lists ${typeof item === 'string' ? quote(item) : describeValue(item)} twice`;
  return diagnose([...path, index], 'conflict', message, 'delete one of them');
}

function explainSize({ path, keyword, params }: Mistake): Diagnostic {
  const keys = Object.keys(subschemaAt(path).properties ?? {}).map(key => quote(key));
  const isPair = keys.length === 2;
  if (keyword === 'minProperties' && isPolicy(path))
    return diagnose(path, 'too-few', `${describe(path)} says nothing`, WHO);
  if (keyword === 'minProperties') {
    const has = isPair ? `has neither ${keys.join(' nor ')}` : 'is an empty map';
    const hint = keys.length > 0 ? `give it ${listWords(keys, 'or')}` : undefined;
    return diagnose(path, 'too-few', `${describe(path)} ${has}`, hint);
  }
  const has = isPair ? `has both ${listWords(keys, 'and')}` : `takes at most ${params.limit} of its keys`;
  return diagnose(path, 'too-many', `${describe(path)} ${has}`, `give it only ${listWords(keys, 'or')}`);
}

function explainLength({ path, params, value }: Mistake): Diagnostic {
  const length = typeof value === 'string' ? [...value].length : 0;
  const message = `${describe(path)} is ${length} characters long; at most ${params.limit} are allowed`;
  return diagnose(path, 'not-allowed', message);
}
