/**
 * Text where a number should be, a list where a map should be, and so on.
 */

import type { Diagnostic, Path } from '../diagnostic/diagnostic.ts';
import { ownValue } from '../diagnostic/own-value.ts';
import { quote } from '../diagnostic/printable.ts';
import { describe, describeValue, listWords } from './describe.ts';
import { hintOption } from './dns-forms.ts';
import { hintCommand, hintPart, hintProgram, hintVariable } from './explain-container.ts';
import { hintShortForm } from './explain-habit.ts';
import { hintMissing } from './hint-missing.ts';
import { diagnose, type Mistake } from './mistake.ts';
import { subschemaAt } from './subschema.ts';

const typeWords: Readonly<Record<string, readonly string[]>> = {
  array: ['a list'],
  boolean: ['true', 'false'],
  integer: ['a whole number'],
  number: ['a number'],
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
    wanted.flatMap(type => ownValue(typeWords, type) ?? [type]),
    'or',
  );
  const message = `${describe(path)} must be ${words}, not ${describeGiven(mistake, wanted)}`;
  return diagnose(path, 'wrong-type', message, hintType(mistake, wanted));
}

/** `2.5` says enough where a number is wanted. */
function describeGiven({ path, value, spelling }: Mistake, wanted: readonly string[]): string {
  if (typeof value === 'number' && wanted.includes('integer')) return spelling(path) ?? String(value);
  return describeValue(value, spelling(path));
}

function explainRoot(value: unknown): Diagnostic {
  const message = `a lab file is a map of keys and values, not ${describeValue(value)}`;
  return diagnose([], 'wrong-type', message, 'the smallest lab is "nodes: { node1: {} }"');
}

function explainNothing(path: Path, wanted: readonly string[]): Diagnostic {
  const empty = emptyOf(path, wanted);
  const hint =
    hintShortForm(path, null) ??
    hintRequired(path) ??
    (empty ? `delete it, or write "${empty}" for an empty one` : 'delete it, or give it a value');
  return diagnose(path, 'wrong-type', `${describe(path)} has no value`, hintProgram(path) ?? hint);
}

/** To delete a key that has to be there would only be the next mistake. */
function hintRequired(path: Path): string | undefined {
  const [owner, key] = [path.slice(0, -1), String(path.at(-1))];
  return subschemaAt(owner).required?.includes(key) ? (hintMissing(owner, key) ?? 'give it a value') : undefined;
}

/** Things of which an empty one would only be the next mistake. */
const neverEmpty = /(^|\.)(readiness|liveness|command)$/;

function emptyOf(path: Path, wanted: readonly string[]): string | undefined {
  if (path[0] === 'pods' && neverEmpty.test(path.slice(2).join('.'))) return undefined;
  if (path.at(-2) === 'env') return "''";
  if (wanted.includes('object')) return subschemaAt(path).required === undefined ? '{}' : undefined;
  return wanted.length === 1 && wanted[0] === 'array' ? '[]' : undefined;
}

/** The usual reason for this mix-up, where there is one. */
function hintType({ path, value, spelling }: Mistake, wanted: readonly string[]): string | undefined {
  const short = hintShortForm(path, value) ?? hintVariable(path, value);
  if (short !== undefined) return short;
  if (wanted.includes('boolean')) return hintBoolean(value);
  if (wanted.includes('integer')) return hintInteger(value);
  if (wanted.includes('string')) return hintText(path, value, spelling(path));
  if (wanted.includes('object')) return hintMap(path, value);
  return wanted.includes('array') ? (hintCommand(path) ?? 'make it a list: begin each entry with "- "') : undefined;
}

function hintBoolean(value: unknown): string | undefined {
  if (typeof value === 'object') return undefined;
  const word = String(value).toLowerCase();
  if (['yes', 'on', 'y', 'true', '1'].includes(word)) return 'write true';
  return ['no', 'off', 'n', 'false', '0'].includes(word) ? 'write false' : undefined;
}

function hintInteger(value: unknown): string | undefined {
  return typeof value === 'string' && /^[0-9]+$/.test(value) ? `write ${value}, without quotes` : undefined;
}

const examples: Readonly<Record<string, string>> = {
  address: '10.244.0.7/24',
  gateway: '10.244.0.1',
  mac: '02:00:00:00:00:01',
  nodeCIDR: '172.18.0.0/16',
  podCIDR: '10.244.0.0/16',
  subnet: '192.168.50.0/24',
};

const units: Readonly<Record<string, string>> = {
  ...{ delay: 'ms', jitter: 'ms', loss: '%', rate: 'mbit' },
  ...{ latency: 'ms', throughput: 'mbit', timeout: 's' },
  // Of kube-proxy's configuration.
  ...{ syncPeriod: 's', minSyncPeriod: 's', tcpEstablishedTimeout: 's', tcpCloseWaitTimeout: 's', udpTimeout: 's' },
  udpStreamTimeout: 's',
};

function hintText(path: Path, value: unknown, spelling: string | undefined): string | undefined {
  if (typeof value === 'object') return undefined;
  const key = String(path.findLast(step => typeof step === 'string'));
  if (path.includes('sysctls') && typeof value === 'boolean') return `write ${value ? 1 : 0}`;
  const example = ownValue(examples, key);
  if (example !== undefined) return `for example ${quote(example)}`;
  const written = spelling ?? String(value);
  const unit = ownValue(units, String(path.at(-1))) ?? ownValue(units, String(path.at(-2)));
  return unit ? `give it a unit: "${written}${unit}"` : `put it in quotes: ${quote(written)}`;
}

function hintMap(path: Path, value: unknown): string | undefined {
  const [section] = path;
  const part = hintPart(path, value) ?? hintOption(path, value);
  if (part !== undefined) return part;
  if (path.length === 1 && Array.isArray(value)) return `names are keys here: "${section}: { NAME: {} }", without "- "`;
  if (typeof value !== 'string') return undefined;
  if (/^\S+:\S/.test(value)) return 'put a space after the ":"';
  if (path.length === 1) return `names are keys here: "${section}: { NAME: {} }"`;
  const key = shortFor(path, value);
  return key === undefined ? undefined : `did you mean "${path.at(-1)}: { ${key}: ${value} }"?`;
}

/** The key that a lone value is most likely meant for. */
function shortFor(path: Path, value: string): string | undefined {
  if (path.at(-2) === 'interfaces') return 'bridge';
  if (path.length !== 2) return undefined;
  if (path[0] === 'pods') return 'node';
  return path[0] === 'bridges' && value.includes('/') ? 'subnet' : undefined;
}
