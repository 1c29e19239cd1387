/**
 * Whatever a file holds, reading it ends soon and in diagnostics, never in an exception.
 *
 * Random text, random YAML, and good labs that were tampered with go through the whole chain.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { formatDiagnostics, type PlacedDiagnostic, placeDiagnostics } from '../../src/language/diagnostic/format.ts';
import { parse } from '../../src/language/parse/parse.ts';
import { validate } from '../../src/language/validate/validate.ts';
import { load } from '../../src/pipeline/load.ts';
import { isSweep, runs } from './runs.ts';

const goodLab = `name: good
cluster: { network: host-gw, ipFamily: dual, blockSize: { ipv4: 26, ipv6: 64 }, masquerade: true }
nodes:
  node1: &node { labels: { zone: a }, sysctls: { net.ipv4.ip_forward: 1 } }
  node2: { <<: *node, iptables: ["-A FORWARD -p tcp --dport 23 -j DROP"] }
  router: { external: true, interfaces: { eth0: { bridge: wan, address: 192.168.9.1/24, rate: 10mbit } } }
pods:
  web: { node: node1, replicas: 3, labels: { app: web } }
  db: { node: node2, address: [10.244.0.70/26], mtu: 1400, mac: "02:00:00:00:00:01" }
  team-a/log:
    gateway: none
bridges:
  wan: { subnet: 192.168.9.0/24 }
links:
  - { ends: [node1, { on: router, interface: eth7, address: 10.0.0.2/30 }], subnet: 10.0.0.0/30, delay: 10ms, jitter: 1ms }
routes:
  - { on: [node1, node2], to: 10.9.0.0/16, type: blackhole }
  - on: router
    to: default
    via: 192.168.9.254
`;

const hostile = [
  ...[
    '$(reboot)',
    '`id`',
    '; rm -rf /',
    '"',
    "'",
    '\n',
    '\r\n',
    '\t',
    '\0',
    '\u001b[31m',
    '\u202e',
    '\ud800',
    '\ufeff',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '<<',
    '*a',
    '&a',
    '!!js/function',
    '~',
    'null',
    '.nan',
    '.inf',
    '-1',
    '1e999',
  ],
  ...[
    '[',
    ']',
    '{',
    '}',
    ': ',
    ', ',
    '- ',
    '? ',
    '| ',
    '> ',
    '# ',
    '%',
    '@',
    '---\n',
    '...\n',
    '../../etc/passwd',
    'ʹ',
    '💥',
  ],
  ...[
    '0.0.0.0/0',
    '::/0',
    '10.244.0.0/33',
    '::ffff:10.0.0.1',
    '0x7f.1',
    '255.255.255.255',
    'a'.repeat(300),
    '9'.repeat(400),
  ],
];

/** Words, blanks and signs of a lab, each of which a mutation can take out, double or replace. */
const tokens = goodLab.match(/[\w./-]+|\s+|[^\w\s]/g) ?? [];

type Mutation = readonly [kind: 'delete' | 'double' | 'replace' | 'insert', at: number, text: string];

const mutation: fc.Arbitrary<Mutation> = fc.tuple(
  fc.constantFrom('delete', 'double', 'replace', 'insert'),
  fc.nat(tokens.length - 1),
  fc.oneof(fc.constantFrom(...hostile), fc.constantFrom(...tokens), fc.string({ unit: 'binary', maxLength: 8 })),
);

function mutate(mutations: readonly Mutation[]): string {
  const changed = [...tokens];
  for (const [kind, at, text] of mutations) changed[at] = mutateToken(kind, changed[at] ?? '', text);
  return changed.join('');
}

function mutateToken(kind: Mutation[0], token: string, text: string): string {
  switch (kind) {
    case 'delete':
      return '';
    case 'double':
      return token + token;
    case 'replace':
      return text;
    case 'insert':
      return token + text;
  }
}

const numbers = [...goodLab.matchAll(/\d+/g)];

/** Sizes, prefix lengths, addresses: what arithmetic is done with. Small, for 65,535 replicas are rightly slow. */
function renumber(changes: readonly (readonly [number, string])[]): string {
  const byPlace = new Map(changes.map(([at, text]) => [numbers[at]?.index, text]));
  return goodLab.replace(/\d+/g, (number, offset: number) => byPlace.get(offset) ?? number);
}

const limits = [
  '0',
  '1',
  '2',
  '30',
  '31',
  '32',
  '33',
  '63',
  '64',
  '126',
  '127',
  '128',
  '129',
  '255',
  '256',
  '1280',
  '9999',
];
const number = fc.oneof(fc.constantFrom(...limits), fc.nat(9999).map(String));
const renumbering = fc.array(fc.tuple(fc.nat(numbers.length - 1), number), { minLength: 1, maxLength: 3 });

const word = fc.oneof(fc.constantFrom(...hostile), fc.constantFrom(...tokens), fc.string());
const keyword = fc.oneof(fc.constantFrom(...tokens.filter(token => /^[a-z]\w+$/i.test(token))), word);

/** Values shaped like labs, with anything in any place. */
const { lab } = fc.letrec<{ readonly lab: unknown; readonly value: unknown }>(tie => ({
  lab: fc.dictionary(keyword, tie('value'), { maxKeys: 6 }),
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(word, fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('lab'),
  ),
}));

const soup = fc.array(word, { maxLength: 60 }).map(words => words.join(''));

describe('any text ends in diagnostics', () => {
  const cases: readonly (readonly [string, fc.Arbitrary<string>, number])[] = [
    ['random text', fc.string({ unit: 'binary', maxLength: 400 }), 500],
    ['random bytes', fc.uint8Array({ maxLength: 400 }).map(bytes => Buffer.from(bytes).toString('utf8')), 500],
    ['a soup of signs and words', soup, 800],
    ['any values in the shape of a lab', lab.map(value => stringify(value)), 600],
    ['a good lab with other numbers', renumbering.map(renumber), 300],
    ['a good lab, tampered with', fc.array(mutation, { minLength: 1, maxLength: 6 }).map(mutate), 500],
  ];
  test.each(cases)('%s', (_, texts, few) => {
    fc.assert(
      fc.property(texts, text => checkText(text)),
      { ...runs(few), ...(isSweep ? {} : { interruptAfterTimeLimit: 10_000 }) },
    );
  });

  test.each([
    ['brackets', '['.repeat(200_000)],
    ['braces', '{a: '.repeat(50_000)],
    ['dashes', '- '.repeat(50_000)],
    ['question marks', '? '.repeat(50_000)],
    ['ever deeper maps', Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
    ['commas', `[${','.repeat(50_000)}`],
    ['quotes', '"a" '.repeat(25_000)],
    ['anchors', `${'&a '.repeat(25_000)}x`],
    ['documents', '---\n'.repeat(20_000)],
    ['one huge line of unknown keys', `{${Array.from({ length: 10_000 }, (_, i) => `k${i}: 1`).join(',')}}`],
    ['one key again and again', 'nodes: {}\n'.repeat(20_000)],
    ['bad names', `nodes:\n${Array.from({ length: 10_000 }, (_, i) => `  N${i}: {}\n`).join('')}`],
    ['merges of merges', mergeBomb(40)],
    ['a long name', `nodes: { ${'a'.repeat(1_000_000)}: {} }`],
    ['too much', ' '.repeat(9 * 1024 * 1024)],
  ])('a great many: %s', (_, text) => {
    checkText(text, 10_000);
  });
});

function mergeBomb(depth: number): string {
  const layers = Array.from(
    { length: depth },
    (_, i) => `  a${i + 1}: &a${i + 1} { x: *a${i}, y: *a${i}, <<: [*a${i}, *a${i}] }\n`,
  );
  return `nodes:\n  a0: &a0 { z: 1 }\n${layers.join('')}`;
}

test('the lab that is tampered with is good', () => {
  const { value } = parse(goodLab);
  expect(validate(value).diagnostics).toEqual([]);
});

/** Milliseconds of this process alone, whatever else keeps the machine busy. */
function workedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function measure<T>(work: () => T): { readonly result: T; readonly ms: number } {
  const begin = workedMs();
  const result = work();
  return { result, ms: workedMs() - begin };
}

/** What some work takes that never changes, against what it takes on a small machine that has nothing else to do. */
function slowness(): number {
  const spin = () => {
    let hash = 1;
    for (let i = 0; i < 100_000_000; i++) hash = Math.imul(hash ^ i, 16_777_619);
    return hash;
  };
  return Math.max(1, measure(spin).ms / 150);
}

/** A processor that is taken away may count as work: what is slow is so every time, and not because the machine is. */
function expectQuick(work: () => unknown, firstMs: number, limit: number): void {
  if (firstMs < limit) return;
  const quickest = Math.min(firstMs, measure(work).ms, measure(work).ms);
  expect(quickest).toBeLessThan(limit * slowness());
}

function readText(text: string) {
  const { diagnostics, sources } = load(text, { name: 'lab' });
  const { value } = parse(text);
  const output = formatDiagnostics(diagnostics, sources);
  return { diagnostics, sources, value, output };
}

/** Generous: the machine that runs the tests may be slow. */
function checkText(text: string, limit = 3000): void {
  const { result, ms } = measure(() => readText(text));
  expectQuick(() => readText(text), ms, limit);
  const { diagnostics, sources, value, output } = result;
  checkPlaces(placeDiagnostics(diagnostics, sources), text);
  expect(output).not.toMatch(unprintable);
  if (value === undefined) expect(diagnostics).not.toEqual([]);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not reach a terminal
const unprintable = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

function checkPlaces(placed: readonly PlacedDiagnostic[], text: string): void {
  const lines = text.split('\n');
  for (const { line, column, endLine, message } of placed) {
    const inside = line > 0 && column > 0 && column <= (lines[line - 1]?.length ?? -1) + 1 && endLine <= lines.length;
    if (!inside || message === '')
      expect({ line, column, endLine, message }).toBe('a message with a place in the text');
  }
}
