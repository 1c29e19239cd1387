/**
 * Every key of the lab file is completed by the YAML language server, and is then what somebody would have written; it flags
 * no value that is taken.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import schema from '../../src/language/lab/lab.schema.json' with { type: 'json' };
import { validate } from '../../src/language/validate/validate.ts';
import { type Editor, openEditor } from './yaml-language-server.ts';

interface Rule {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly not?: object;
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, Rule>>;
  readonly required?: readonly string[];
  readonly unset?: readonly unknown[];
  readonly passedOver?: Readonly<Record<string, readonly unknown[]>>;
  readonly items?: Rule;
  readonly additionalProperties?: Rule | boolean;
}

const root = schema as unknown as Rule;
const published = fileURLToPath(new URL('../../schemas/lab.schema.json', import.meta.url));
const HEAD = `# yaml-language-server: $schema=file://${published}\n`;

const require = createRequire(import.meta.url);
const server = require.resolve('yaml-language-server/bin/yaml-language-server');

function follow(rule: Rule): Rule {
  if (rule.$ref === undefined) return rule;
  const steps = rule.$ref.split('/').slice(1);
  return follow(steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], root) as Rule);
}

interface Place {
  /** `[]` for an item of a list. */
  readonly path: readonly string[];
  readonly rule: Rule;
}

/** All maps with keys, each definition once. */
function* findPlaces(written: Rule, path: readonly string[], seen: Set<string>): Generator<Place> {
  if (written.$ref !== undefined && seen.has(written.$ref)) return;
  if (written.$ref !== undefined) seen.add(written.$ref);
  const rule = follow(written);
  if (rule.properties) yield { path, rule };
  for (const [key, child] of Object.entries(rule.properties ?? {})) yield* findPlaces(child, [...path, key], seen);
  if (rule.items) yield* findPlaces(rule.items, [...path, '[]'], seen);
  if (typeof rule.additionalProperties === 'object') yield* findPlaces(rule.additionalProperties, [...path, 'x'], seen);
}

const named = [...findPlaces(root, [], new Set())].map(place => [place.path.join('.') || 'the file', place] as const);

/** The lines that lead to a place, and how the next one begins there. */
function writeWay(path: readonly string[]) {
  const lines: string[] = [];
  let begin = '';
  path.forEach((step, depth) => {
    if (step !== '[]') lines.push(`${begin}${step}:\n`);
    begin = step === '[]' ? `${'  '.repeat(depth)}- ` : '  '.repeat(depth + 1);
  });
  return { text: lines.join(''), begin };
}

/** An editor indents what is inserted like the line that it is inserted in. */
const insert = (inserts: string, begin: string) =>
  `${begin}${typeOn(inserts)
    .trimStart()
    .replaceAll('\n', `\n${/^ */.exec(begin)?.[0] ?? ''}`)}\n`;

/** What stands there once somebody has typed on: placeholders keep their text, and nothing is where there is none. */
const typeOn = (inserts: string) =>
  inserts
    .replace(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, '$1')
    .replace(/\$\{?\d+\}?/g, '')
    .replace(/\\([$}\\])/g, '$1');

const typesOf = (rule: Rule) => [follow(rule).type ?? []].flat();
const takesWord = (rule: Rule) => typesOf(rule).some(type => ['string', 'boolean', 'integer', 'number'].includes(type));

function sample(written: Rule): unknown {
  const rule = follow(written);
  const given = rule.enum?.[0] ?? rule.examples?.[0];
  if (given !== undefined) return given;
  if (rule.properties) return fill(rule, Object.fromEntries((rule.required ?? []).map(key => [key, null])));
  if (rule.items) return fill(rule, [null]);
  return { boolean: true, integer: 1, number: 1, string: 'x' }[String(typesOf(rule)[0])] ?? {};
}

/** The value with a sample where nothing stands yet. */
function fill(written: Rule, value: unknown): unknown {
  const rule = follow(written);
  if (value === null) return sample(written);
  if (Array.isArray(value)) {
    const missing = Array.from({ length: Math.max(0, (rule.minItems ?? 0) - value.length) }, () => null);
    return [...value, ...missing].map(item => (rule.items ? fill(rule.items, item) : item));
  }
  if (typeof value !== 'object') return value;
  const ruleOf = (key: string) =>
    rule.properties?.[key] ?? (typeof rule.additionalProperties === 'object' ? rule.additionalProperties : {});
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, fill(ruleOf(key), child)]));
}

const stepInto = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step === '[]' ? '0' : step], value);

let editor: Editor;

describe('yaml-language-server', () => {
  beforeAll(async () => {
    editor = await openEditor(server);
  });
  afterAll(() => editor.close());

  test.each(named)('keys of %s', async (_, { path, rule }) => {
    const { text, begin } = writeWay(path);
    const offers = await editor.complete(`${HEAD}${text}${begin}|`);
    const faults: string[] = [];
    for (const [key, child] of Object.entries(rule.properties ?? {})) {
      // `on` is quoted: to YAML 1.1 it is a boolean.
      const found = offers.filter(({ inserts }) => /^\s*"?(\w+)"?:/.exec(inserts)?.[1] === key);
      if (found.length === 0 && child.not === undefined) faults.push(`${key} is not offered`);
      for (const { inserts } of found) {
        const typed = `${text}${insert(inserts, begin)}`;
        faults.push(...judge(typed, path, key, child).map(fault => `${key}: ${fault}: ${JSON.stringify(inserts)}`));
      }
    }
    expect(faults).toEqual([]);
  });

  test.each(named)('values of %s', async (_, { path, rule }) => {
    const { text, begin } = writeWay(path);
    const faults: string[] = [];
    for (const key of Object.keys(rule.properties ?? {})) {
      for (const { inserts } of await editor.complete(`${HEAD}${text}${begin}${key}: |`)) {
        const typed = `${text}${insert(`${key}: ${inserts}`, begin)}`;
        faults.push(...judgeValue(typed, path, key).map(fault => `${key}: ${fault}: ${JSON.stringify(inserts)}`));
      }
    }
    expect(faults).toEqual([]);
  });

  test.each(named.filter(([, { path }]) => path.length > 0))('in braces: %s', async (_, { path, rule }) => {
    const { text, begin } = writeWay(path.slice(0, -1));
    const open = path.at(-1) === '[]' ? `${begin}- {` : `${begin}${path.at(-1)}: {`;
    const missing: string[] = [];
    for (const [key, child] of Object.entries(rule.properties ?? {})) {
      const offers = await editor.complete(`${HEAD}${text}${open} ${key.slice(0, 1)}| }`);
      // Where no colon is on the line, the server inserts what it would in block style.
      const isOffered = offers.some(
        ({ label, inserts }) => label === key && (path.at(-1) === '[]' || inserts.replaceAll('"', '') === key),
      );
      if (!isOffered && child.not === undefined)
        missing.push(`${key}: ${JSON.stringify(offers.filter(({ label }) => label === key))}`);
    }
    expect(missing).toEqual([]);
  });

  // The server looks at what is flagged only once nothing has been typed for a while: all are opened at once.
  test('what is taken for unset is not flagged, and a wrong value is', async () => {
    const flags = await Promise.all(
      named.flatMap(([name, { path, rule }]) => {
        const { text, begin } = writeWay(path);
        const line = text.split('\n').length;
        return listTaken(rule).map(async ([key, value, isTaken]) => {
          const found = await editor.judge(`${HEAD}${text}${begin}${key}: ${JSON.stringify(value)}\n`);
          const isFlagged = found.some(
            ({ message, range }) => range.start.line === line && !message.startsWith('Missing property'),
          );
          return isFlagged === isTaken ? [`${name}.${key}: ${JSON.stringify(value)} ${isTaken}`] : [];
        });
      }),
    );
    expect(flags.flat()).toEqual([]);
    expect(flags.length).toBeGreaterThan(300);
  });

  test.each([
    ['services:\n  web:\n    cluster|IP: 10.96.0.9\n', 'makes it headless'],
    ['services:\n  web:\n    cluster|IP: null\n', 'makes it headless'],
    ['pods:\n  web:\n    terminationGrace|PeriodSeconds: 5\n', 'SIGTERM'],
  ])('a key is explained once: %s', async (text, words) => {
    const explained = await editor.explain(`${HEAD}${text}`);
    expect(explained.split(words)).toHaveLength(2);
  });
});

/** Keys with values that are to be taken, and with one that is not. */
function listTaken(rule: Rule): readonly (readonly [key: string, value: unknown, isTaken: boolean])[] {
  const unset = Object.entries(rule.properties ?? {}).flatMap(([key, child]) =>
    child.unset === undefined ? [] : [[key, child.unset] as const],
  );
  return [...unset, ...Object.entries(rule.passedOver ?? {})].flatMap(([key, values]) => [
    ...[null, ...values].map(value => [key, value, true] as const),
    [key, [[{ wrong: 1 }]], false] as const,
  ]);
}

function judge(typed: string, path: readonly string[], key: string, rule: Rule): readonly string[] {
  const faults = judgeValue(typed, path, key);
  if (faults.length > 0) return faults;
  const value = stepInto(parse(typed), [...path, key]);
  return [
    ...(takesWord(rule) && typeof value === 'object' && value !== null ? ['a list or map before the word'] : []),
    ...findUnasked(rule, value).map(unasked => `${unasked} was not asked for`),
  ];
}

/** Whether the text is YAML whose value at the key is taken, whatever else the lab lacks. */
function judgeValue(typed: string, path: readonly string[], key: string): readonly string[] {
  if (typed.includes('[object Object]')) return ['no value'];
  const { value: lab, fault } = read(typed);
  if (fault !== undefined) return [`no YAML: ${fault}`];
  const place = [...path, key].map(step => (step === '[]' ? '0' : step)).join('.');
  return validate(fill(root, lab))
    .diagnostics.filter(
      one => `${one.path.join('.')}.`.startsWith(`${place}.`) && !/^"jitter" without/.test(one.message),
    )
    .map(one => `${one.path.join('.')} ${one.message}`);
}

function read(text: string): { readonly value?: unknown; readonly fault?: string } {
  try {
    return { value: parse(text) };
  } catch (error) {
    return { fault: String(error) };
  }
}

/** Keys of maps with fixed keys that are not required. */
function findUnasked(written: Rule, value: unknown): readonly string[] {
  const rule = follow(written);
  if (Array.isArray(value)) return value.flatMap(item => (rule.items ? findUnasked(rule.items, item) : []));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const below = rule.properties?.[key];
    if (below === undefined) return [];
    return [...(rule.required?.includes(key) ? [] : [key]), ...findUnasked(below, child)];
  });
}
