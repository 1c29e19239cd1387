import { expect, test } from 'vitest';
import { failedLine, splitRestore } from '../../../src/netfilter/split-restore.ts';

const chains = Array.from({ length: 60 }, (_, index) => `KUBE-SVC-${index}`);
const rulesOf = (chain: string) =>
  Array.from(
    { length: 12 },
    (_, index) => `-A ${chain} -m comment --comment "${index}" -m statistic --probability 0.5 -j RETURN`,
  );
const small = ['*filter', ':KUBE-FORWARD - [0:0]', '-A FORWARD -j KUBE-FORWARD', 'COMMIT'];
const large = ['*nat', ...chains.flatMap(chain => [`:${chain} - [0:0]`, ...rulesOf(chain)]), 'COMMIT'];
const TEXT = `${[...small, ...large].join('\n')}\n`;

const linesOf = (piece: string) => piece.split('\n').filter(line => line !== '');
const isFrame = (line: string) => line.startsWith('*') || line === 'COMMIT';

test('the pieces do what the whole does, in its order', () => {
  const pieces = splitRestore(TEXT, 1);
  expect(pieces.length).toBeGreaterThan(3);
  expect(pieces.flatMap(linesOf).filter(line => !isFrame(line))).toEqual(
    TEXT.split('\n').filter(line => line !== '' && !isFrame(line)),
  );
  for (const piece of pieces)
    expect([linesOf(piece)[0], linesOf(piece).at(-1)]).toEqual([expect.stringMatching(/^\*(filter|nat)$/), 'COMMIT']);
});

test('what has been committed before the failure is not done again', () => {
  const failed = small.length + large.length;
  expect(splitRestore(TEXT, failed).flatMap(linesOf)).not.toContain('*filter');
  expect(splitRestore(TEXT, small.length).flatMap(linesOf)).toContain('*filter');
});

test('no chain is in two pieces, and every line keeps its number', () => {
  const whole = TEXT.split('\n');
  const seen = splitRestore(TEXT, 1).map(piece => {
    for (const [index, line] of piece.split('\n').entries())
      if (line !== '' && !isFrame(line)) expect(line).toBe(whole[index]);
    return new Set(linesOf(piece).flatMap(line => /KUBE-SVC-\d+/.exec(line) ?? []));
  });
  expect(seen.reduce((count, { size }) => count + size, 0)).toBe(chains.length);
});

test('no line is found in what names none', () => expect(failedLine('out of memory')).toBeNaN());
