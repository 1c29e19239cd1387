/** `$(NAME)` in containers, as Kubernetes reads it. */
import { expect, test } from 'vitest';
import { withReferences } from '../../../src/features/containers/compile/references.ts';

const env = { A: '$(B)', B: '2', C: '$(B)-$(NOPE)-$$(B)', D: '$(C)', E: '$$$(B)', F: 'a$b $', G: '$(B' };
const read = (...words: readonly string[]) => withReferences({ command: words, args: words, env });

test('variables know those before them', () => {
  const known = { A: '$(B)', B: '2', C: '2-$(NOPE)-$(B)', D: '2-$(NOPE)-$(B)', E: '$2', F: 'a$b $', G: '$(B' };
  expect(read().env).toEqual(known);
});

test.each([
  ['$(B)', '2'],
  ['x$(B)$(B)y', 'x22y'],
  ['$$(B)', '$(B)'],
  ['$$$$(B)', '$$(B)'],
  ['echo $(date)', 'echo $(date)'],
  ['$(__proto__) $(constructor)', '$(__proto__) $(constructor)'],
  ['kill -9 $$; echo $$', 'kill -9 $$; echo $$'],
  ['$(A)', '$(B)'],
  ['$()', '$()'],
])('%s', (word, expected) => {
  const { command, args } = read(word);
  expect([command, args]).toEqual([[expected], [expected]]);
});
