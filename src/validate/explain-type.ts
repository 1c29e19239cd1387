/**
 * Text where a number should be, a list where a map should be, and so on.
 */
import type { Diagnostic, Path } from '../diagnostic/diagnostic.ts';
import { describe, describeValue, listWords, quote } from './describe.ts';
import { diagnose, type Mistake } from './mistake.ts';

const typeWords: Readonly<Record<string, readonly string[]>> = {
  array: ['a list'],
  boolean: ['true', 'false'],
  integer: ['a whole number'],
  object: ['a map of keys and values'],
  string: ['text'],
};

export function explainType(mistake: Mistake): Diagnostic {
  const { path, value } = mistake;
  const wanted = [mistake.params.type]
    .flat()
    .map(String)
    .filter(type => type !== 'null');
  if (path.length === 0) return explainRoot(value);
  if (value === null) return explainNothing(path, wanted);
  const words = listWords(
    wanted.flatMap(type => typeWords[type] ?? [type]),
    'or',
  );
  const message = `${describe(path)} must be ${words}, not ${describeValue(value, mistake.spelling(path))}`;
  return diagnose(path, 'wrong-type', message, hintType(mistake, wanted));
}

function explainRoot(value: unknown): Diagnostic {
  const message = `a lab file is a map of keys and values, not ${describeValue(value)}`;
  return diagnose([], 'wrong-type', message, 'the smallest lab is "nodes: { node1: {} }"');
}

function explainNothing(path: Path, wanted: readonly string[]): Diagnostic {
  const empty = wanted.includes('object')
    ? '{}'
    : wanted.includes('array') && !wanted.includes('string')
      ? '[]'
      : undefined;
  const hint = empty ? `delete it, or write "${empty}" for an empty one` : 'delete it, or give it a value';
  return diagnose(path, 'wrong-type', `${describe(path)} has no value`, hint);
}

/** The usual reason for this mix-up, where there is one. */
function hintType({ path, value, spelling }: Mistake, wanted: readonly string[]): string | undefined {
  if (wanted.includes('boolean')) return hintBoolean(value);
  if (wanted.includes('integer')) return hintInteger(value);
  if (wanted.includes('string')) return hintText(path, value, spelling(path));
  if (wanted.includes('object')) return hintMap(path, value);
  if (wanted.includes('array') && typeof value === 'object') return 'begin each entry with "- "';
  return wanted.includes('array') ? `write "[${String(value)}]"` : undefined;
}

function hintBoolean(value: unknown): string | undefined {
  const word = String(value).toLowerCase();
  if (['yes', 'on', 'y', 'true', '1'].includes(word)) return 'write true';
  return ['no', 'off', 'n', 'false', '0'].includes(word) ? 'write false' : undefined;
}

function hintInteger(value: unknown): string | undefined {
  return typeof value === 'string' && /^[0-9]+$/.test(value) ? `write ${value}, without quotes` : undefined;
}

const units: Readonly<Record<string, string>> = { delay: 'ms', jitter: 'ms', loss: '%', rate: 'mbit' };

function hintText(path: Path, value: unknown, spelling: string | undefined): string | undefined {
  if (typeof value === 'object') return undefined;
  const written = spelling ?? String(value);
  const unit = units[String(path.at(-1))];
  return unit ? `give it a unit: "${written}${unit}"` : `put it in quotes: ${quote(written)}`;
}

function hintMap(path: Path, value: unknown): string | undefined {
  const [section, name] = path;
  if (path.length === 1 && Array.isArray(value)) return `names are keys here: "${section}: { NAME: {} }", without "- "`;
  if (path.length === 2 && section === 'pods' && typeof value === 'string')
    return `did you mean "${name}: { node: ${value} }"?`;
  if (path.at(-2) === 'interfaces' && typeof value === 'string')
    return `did you mean "${path.at(-1)}: { bridge: ${value} }"?`;
  return undefined;
}
