/** What holds for every name that is made of several: which parts it is made of can be told from it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identifier } from '../../src/language/lab/identifier.ts';
import { containerName } from '../../src/state/container.ts';
import { nodeContainerName } from '../../src/state/docker.ts';
import { runs } from './runs.ts';

const RUNS = runs(500);

const SEPARATORS = ['-', '_', '.'] as const;
const separator = fc.constantFrom(...SEPARATORS);
/** Few letters, so that two lists are often one text when they are joined. */
const part = fc.string({ unit: fc.constantFrom('a', 'b', '0', ...SEPARATORS), maxLength: 6 });
const parts = fc.array(part, { minLength: 1, maxLength: 4 });
const names = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '0', '-'), minLength: 1, maxLength: 70 }), {
  minLength: 1,
  maxLength: 3,
});

/** The same letters, cut elsewhere: what a plain joining mistakes for one another. */
const cutTwice = fc
  .tuple(separator, part, part, part)
  .map(([by, a, b, c]) => ({ by, one: [`${a}${by}${b}`, c], other: [a, `${b}${by}${c}`] }));

describe('an identifier', () => {
  test('of different parts is different, also where they are one text when they are joined', () => {
    fc.assert(
      fc.property(separator, parts, parts, fc.constantFrom(undefined, 40), (by, one, other, longest) => {
        const form = { separator: by, ...(longest === undefined ? {} : { longest }) };
        expect(identifier(one, form) === identifier(other, form)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
      RUNS,
    );
    fc.assert(
      fc.property(cutTwice, ({ by, one, other }) => {
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        expect(identifier(one, { separator: by }) === identifier(other, { separator: by })).toBe(isSame);
      }),
      RUNS,
    );
  });

  test('is its parts with the separator in between where none of them has it, and says them first where one does', () => {
    fc.assert(
      fc.property(names, list => {
        expect(identifier(list, { separator: '_' })).toBe(list.join('_'));
      }),
      RUNS,
    );
    expect(identifier(['a-b', 'c'], { separator: '-' })).toMatch(/^a-b-c--[0-9a-f]{24}$/);
    expect(identifier(['a', 'b-c'], { separator: '-' })).toMatch(/^a-b-c--[0-9a-f]{24}$/);
  });

  test('is never longer than it may be, nor that of another list with the same beginning', () => {
    const long = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 60, maxLength: 62 });
    fc.assert(
      fc.property(long, long, fc.nat(99), fc.nat(99), (a, b, x, y) => {
        const [one, other] = [x, y].map(number => identifier([a, b, String(number)], { separator: '_', longest: 63 }));
        expect(one?.length).toBeLessThanOrEqual(63);
        expect(one === other).toBe(x === y);
      }),
      RUNS,
    );
  });

  test('among others is none of them, and the plain one where it can be', () => {
    fc.assert(
      fc.property(fc.array(parts, { minLength: 2, maxLength: 20 }), lists => {
        const taken = new Set(['lo']);
        for (const list of lists) {
          const isPlain = list.join('-').length <= 15 && !taken.has(list.join('-'));
          const name = identifier(list, { separator: '-', longest: 15, taken });
          expect(name.length).toBeLessThanOrEqual(15);
          expect(taken).not.toContain(name);
          if (isPlain) expect(name).toBe(list.join('-'));
          taken.add(name);
        }
      }),
      RUNS,
    );
  });
});

test('Docker’s containers and the files of a lab have names of their own', () => {
  expect(containerName('team-a_web', 'server')).toBe('team-a_web.server');
  expect(nodeContainerName('shop', 'node1')).toBe('netlab.shop.node1');
  expect(nodeContainerName('a.b', 'c')).not.toBe(nodeContainerName('a', 'b.c'));
});
