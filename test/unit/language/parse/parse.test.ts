import { describe, expect, test } from 'vitest';
import type { Path } from '../../../../src/language/diagnostic/diagnostic.ts';
import { parse } from '../../../../src/language/parse/parse.ts';

function plain(text: string): unknown {
  const { value, diagnostics } = parse(text);
  expect(diagnostics).toEqual([]);
  return JSON.parse(JSON.stringify(value));
}

function found(text: string, path: Path, at: 'key' | 'value' = 'value'): string {
  const { start, end } = parse(text).locate(path, at);
  return text.slice(start, end);
}

describe('values', () => {
  test('are those of YAML 1.2', () => {
    expect(plain('{ a: yes, b: on, c: 0o17, d: 017, e: 1e3, f: 00:11:22:33:44:55, g: ~, h: true }')).toEqual({
      ...{ a: 'yes', b: 'on', c: 15, d: 17, e: 1000, f: '00:11:22:33:44:55', g: null, h: true },
    });
  });

  test('an alias stands for what it names', () => {
    expect(plain('{ a: &x [1], b: *x }')).toEqual({ a: [1], b: [1] });
  });

  test('a later anchor of one name counts from there on', () => {
    expect(plain('[&x 1, *x, &x 2, *x]')).toEqual([1, 1, 2, 2]);
  });

  test('own keys win over merged ones, and the first merged map over the second', () => {
    const text = '{ a: &a { x: 1, y: 1 }, b: &b { y: 2, z: 2 }, c: { <<: [*a, *b], x: 3 }, d: { x: 4, <<: *a } }';
    expect(plain(text)).toMatchObject({ c: { x: 3, y: 1, z: 2 }, d: { x: 4, y: 1 } });
  });

  test('numbers as keys are taken as they are spelt', () => {
    expect(plain('{ 1: a, 010: b, true: c }')).toEqual({ 1: 'a', '010': 'b', true: 'c' });
  });

  test('a quoted << is a key like any other', () => {
    expect(plain('"<<": { a: 1 }')).toEqual({ '<<': { a: 1 } });
  });

  test('no key reaches into JavaScript', () => {
    const value = parse('{ __proto__: { polluted: 1 }, toString: 2 }').value as Record<string, unknown>;
    expect('constructor' in value || 'hasOwnProperty' in value).toBe(false);
    expect(`${parse('{ toString: 1, valueOf: 2 }').value}`).toBe('{…}');
    expect(Object.keys(value)).toEqual(['__proto__', 'toString']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('one anchor may be used very often', () => {
    const pods = Array.from({ length: 5000 }, (_, i) => `  p${i}: { <<: *pod, mtu: 1400 }\n`).join('');
    expect(Object.keys(plain(`x: &pod { node: node1 }\npods:\n${pods}`) as object)).toEqual(['x', 'pods']);
  });
});

describe('mistakes', () => {
  test.each<readonly [string, readonly (readonly [number, number])[]]>([
    ['a: 1\na: 2', [[5, 6]]],
    [
      'a: {b: 1, b: 2, b: 3}',
      [
        [10, 11],
        [16, 17],
      ],
    ],
    ['a: *x', [[3, 5]]],
    ['a: &x [*x]', [[7, 9]]],
    ['a: 1\n---\nb: 1', [[5, 8]]],
    ['a: [1\nb: 1', [[6, 7]]],
    ['a: "1\nb: 1\n', [[3, 4]]],
    ['? {a: 1}\n: b', [[2, 8]]],
    ['a: \u0001', [[3, 4]]],
    ['', [[0, 0]]],
  ])('%j', (text, ranges) => {
    expect(parse(text).diagnostics.map(({ range }) => range)).toEqual(ranges);
  });

  test('a doubled key keeps its first value, and the rest is still read', () => {
    expect(parse('{ a: 1, a: 2, b: 3 }').value).toEqual({ a: 1, b: 3 });
  });

  test('several broken lines are all named', () => {
    expect(parse('a: @x\nb: 1\nc: `y\n').diagnostics).toHaveLength(2);
  });

  test('more than 8 MiB are not read', () => {
    expect(parse('#'.repeat(8 * 1024 * 1024 + 1)).diagnostics).toHaveLength(1);
  });
});

describe('places', () => {
  const text =
    'pods:\n  web: &w { mtu: 1, labels: { app: x } }\n  db: *w\n  log: { <<: *w, mtu: 2 }\n  nil:\nlist: [a, {b: c}]\n';

  test.each<readonly [Path, 'key' | 'value', string]>([
    [['pods', 'web'], 'key', 'web'],
    [['pods', 'web', 'mtu'], 'value', '1'],
    [['pods', 'db', 'labels', 'app'], 'value', 'x'],
    [['pods', 'log', 'mtu'], 'value', '2'],
    [['pods', 'log', 'labels', 'app'], 'key', 'app'],
    [['pods', 'nil'], 'value', 'nil'],
    [['pods', 'web', 'nothing', 'here'], 'value', 'web'],
    [['list', 1, 'b'], 'value', 'c'],
    [['list', 0], 'key', 'a'],
    [['list', 9], 'value', 'list'],
  ])('%j %s', (path, at, word) => {
    expect(found(text, path, at)).toBe(word);
  });

  test('a scalar is given back as it is spelt', () => {
    const { spelling } = parse('{ a: 1e3, b: "x", c: [1] }');
    expect([['a'], ['b'], ['c'], ['d']].map(spelling)).toEqual(['1e3', '"x"', undefined, undefined]);
  });
});
