import { expect, test } from 'vitest';
import { wantChain } from '../../../src/compile/want.ts';

const kinds = (chain: string, rules: readonly string[][]) =>
  wantChain({ ns: 'node1', family: 4, table: 'nat', chain }, rules, 'so', ['nodes']).map(({ object }) => object.kind);

test('a chain is made before it is filled, unless the kernel has it', () => {
  expect(kinds('MINE', [['-j', 'DROP']])).toEqual(['chain', 'rules']);
  expect(kinds('POSTROUTING', [['-j', 'MINE']])).toEqual(['rules']);
});

test('a chain without rules is there all the same', () => {
  expect(kinds('MINE', [])).toEqual(['chain']);
});
