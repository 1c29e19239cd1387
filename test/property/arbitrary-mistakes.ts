/**
 * Labs that people and programs get wrong: real ones in which anything stands in any place, under any key, in any style.
 *
 * In: good labs, as the folders `labs`, `test/golden` and `test/errors` have them. Out: texts, of which some still are labs.
 */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';

/** Keys that mean something to JavaScript, YAML or a terminal, and nothing to a lab. */
const HOSTILE_KEYS = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'length', 'then', '0', '-1'],
  ...['', ' ', '~', 'null', 'true', '<<', '*', '&a', '!!map', '?', ':', '- a', 'a/b/c', '/', 'a'.repeat(300), '💥'],
  ...['a\nb', 'a\tb', '\0', '\u001b[31m', '\u202e', '\ud800', '\ufeff', '1.0', '1e3', '$(reboot)', '%s', '.', '..'],
];

const HOSTILE_VALUES: readonly unknown[] = [
  ...HOSTILE_KEYS,
  ...[null, true, false, 0, -1, 1.5, 1e21, 1e-7, 1e308, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 2 ** 32, -0],
  ...[[], new Map(), [[]], [new Map()], [null], [1, 'a', null, new Map()], new Map<unknown, unknown>([['a', null]])],
  ...['0.0.0.0/0', '::/0', '10.244.0.0/33', '::ffff:10.0.0.1', '255.255.255.255', '10.244.0.7/24', 'fd00::1/64'],
  ...['99999999999tbit', '0bit', '0.0000001ms', '100%', '101%', '1e9s', '9'.repeat(400), '30000-1', '99999-99999'],
  ...[
    '-A FORWARD -j',
    '-t nat -A X -m comment --comment "',
    'web',
    'team-a/web',
    'node1',
    'cbr0',
    'lan',
    'any',
    'None',
  ],
];

const noise = fc.string({ unit: 'binary', maxLength: 9 });
const hostileKey: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom<unknown>(...HOSTILE_KEYS) },
  noise,
  fc.constantFrom<unknown>(null, 1, 1e21, true, [], ['a', 'b'], new Map([['a', 'b']])),
);
const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...HOSTILE_VALUES) },
  noise,
  fc.double(),
  fc.integer(),
  fc.nat(150).map(nest),
  fc.tuple(hostileKey, fc.constantFrom(...HOSTILE_VALUES)).map(([key, value]) => new Map([[key, value]])),
);

function nest(depth: number): unknown {
  let value: unknown = 'deep';
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : new Map([['a', value]]);
  return value;
}

const KINDS = ['replace', 'replace', 'delete', 'wrap', 'unwrap', 'double', 'name', 'rename', 'add', 'move'] as const;

interface Mistake {
  readonly kind: (typeof KINDS)[number];
  /** Which of the lab's values, counted as they are written. */
  readonly at: number;
  readonly from: number;
  readonly key: unknown;
  readonly value: unknown;
}

const mistake: fc.Arbitrary<Mistake> = fc.record({
  kind: fc.constantFrom(...KINDS),
  at: fc.nat(),
  from: fc.nat(),
  key: hostileKey,
  value: hostileValue,
});

const GONE = Symbol('gone');

function make(lab: unknown, mistake: Mistake): unknown {
  const values = listValues(lab);
  const one = values[mistake.at % values.length];
  const other = values[mistake.from % values.length];
  const replace = (value: unknown): unknown => {
    if (value === one) return change(value, mistake, other);
    if (Array.isArray(value)) return value.map(replace).filter(item => item !== GONE);
    if (!(value instanceof Map)) return value;
    return new Map(
      [...value].map(([key, child]) => [key, replace(child)] as const).filter(([, child]) => child !== GONE),
    );
  };
  const changed = replace(lab);
  return changed === GONE ? null : changed;
}

function listValues(value: unknown): unknown[] {
  if (Array.isArray(value)) return [value, ...value.flatMap(listValues)];
  return value instanceof Map ? [value, ...[...value.values()].flatMap(listValues)] : [value];
}

/** Everything equal to the value is changed with it: some mistakes are made everywhere. */
function change(value: unknown, { kind, key, value: hostile }: Mistake, other: unknown): unknown {
  const pairs = value instanceof Map ? [...value] : [];
  switch (kind) {
    case 'replace':
      return hostile;
    case 'delete':
      return GONE;
    case 'wrap':
      return [value];
    case 'unwrap':
      return Array.isArray(value) ? value[0] : pairs[0]?.[1];
    case 'double':
      return Array.isArray(value) ? [...value, ...value] : [value, value];
    case 'name':
      return new Map([[key, value]]);
    case 'rename':
      return new Map(pairs.map(([name, child], index) => [index === 0 ? key : name, child]));
    case 'add':
      return new Map([...pairs, [key, hostile]]);
    case 'move':
      return other;
  }
}

/** Ways to write the same values down. */
const STYLES: readonly ((lab: unknown) => string)[] = [
  lab => stringify(lab),
  lab => stringify(lab, { collectionStyle: 'flow' }),
  lab => stringify(lab, { defaultStringType: 'QUOTE_DOUBLE' }),
  lab => stringify(lab, { defaultStringType: 'QUOTE_SINGLE', lineWidth: 20 }),
];

const DISGUISES: readonly ((text: string) => string)[] = [
  ...Array.from({ length: 20 }, () => (text: string) => text),
  text => `\ufeff${text}`,
  text => text.replaceAll('\n', '\r\n'),
  text => text.replaceAll('\n', '\r'),
  text => text.replaceAll('  ', '\t'),
  text => `---\n${text}---\n${text}`,
  text => `%YAML 1.1\n---\n${text}...\n`,
  text => text.replace(/: /g, ': !!str '),
  text => text.replace(/: \[/g, ': &a [').replace(/(: )(\d)/g, '$1*a #$2'),
  text => text.slice(0, text.length / 2),
  text => Buffer.from(text, 'utf16le').toString('utf8'),
];

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const folders = (path: string) =>
  readdirSync(new URL(path, root), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => read(`${path}/${name}/lab.yaml`));

/** Not those that are no YAML, or stand inside of themselves. */
function readLabs(): unknown[] {
  const labs = readdirSync(new URL('labs', root)).filter(name => !name.includes('thousand'));
  const good = [...labs.map(name => read(`labs/${name}`)), ...folders('test/golden')];
  const texts = [...good, ...good, ...folders('test/errors')];
  return texts.flatMap(text => {
    try {
      JSON.stringify(parse(text, { logLevel: 'error' }));
      return [parse(text, { mapAsMap: true, merge: true, logLevel: 'error' })];
    } catch {
      return [];
    }
  });
}

export const arbitraryMistakes: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...readLabs()),
    fc.array(mistake, { minLength: 1, maxLength: 3 }),
    fc.constantFrom(...STYLES),
    fc.constantFrom(...DISGUISES),
  )
  .map(([lab, mistakes, write, disguise]) => disguise(write(mistakes.reduce(make, lab) ?? null)));
