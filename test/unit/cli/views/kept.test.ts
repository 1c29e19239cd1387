import { expect, test } from 'vitest';
import { noteKept } from '../../../../src/cli/views/kept.ts';
import type { Lab } from '../../../../src/language/lab/lab.ts';
import { load } from '../../../../src/pipeline/load.ts';

function labOf(text: string, previous?: Lab): Lab {
  const { lab } = load(text, { name: 'kept', previous });
  if (!lab) throw new Error('a bad lab');
  return lab;
}

test('a lab that has what its file alone gives has nothing to say', () => {
  const text = 'nodes: { a: {}, b: {} }\npods: { p: {} }';
  expect(noteKept(labOf(text, labOf(text)), labOf(text))).toBe('');
});

test('a block that stays where it was is named', () => {
  const after = 'nodes: { a: {}, b: {} }';
  const running = labOf(after, labOf('nodes: { b: {} }'));
  expect(noteKept(running, labOf(after))).toMatch(
    /^note: node a keeps 10\.244\.1\.0\/24, a new lab gives it 10\.244\.0\.0\/24;/,
  );
});
