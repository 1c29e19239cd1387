import { describe, expect, test } from 'vitest';
import { load } from '../../../src/pipeline/load.ts';

const codes = (text: string) => load(text, { name: 'x' }).diagnostics.map(({ code }) => code);

describe('loading', () => {
  test('gives a lab, with the name of the file where it has none', () => {
    expect(load('nodes: { a: {} }', { name: 'from-file' }).lab?.name).toBe('from-file');
    expect(load('name: own\nnodes: { a: {} }', { name: 'from-file' }).lab?.name).toBe('own');
  });

  test('finds the mistakes of every stage at once', () => {
    expect(codes('nodes: { a: { colour: red } }\npods: { p: { node: b } }').toSorted()).toEqual([
      'unknown-key',
      'unknown-name',
    ]);
    expect(codes('nodes: { a: {}, a: {} }\npods: { p: { node: b } }').toSorted()).toEqual([
      'duplicate-key',
      'unknown-name',
    ]);
  });

  test.each(['nodes: [', 'nodes: { a: { colour: red } }', 'nodes: { a: {} }\npods: { p: { node: b } }'])(
    'gives no lab for %j',
    text => {
      const { lab, diagnostics } = load(text, { name: 'x' });
      expect(lab).toBeUndefined();
      expect(diagnostics.length).toBeGreaterThan(0);
    },
  );

  test('gives a lab with its warnings', () => {
    const { lab, diagnostics } = load(
      'nodes: { a: {}, b: {} }\nlinks: [{ ends: [{ on: a, address: 10.1.0.1/24 }, { on: b, address: 10.2.0.1/24 }] }]',
      { name: 'x' },
    );
    expect(lab).toBeDefined();
    expect(diagnostics.map(({ severity }) => severity)).toEqual(['warning']);
  });
});
