/** How what a container writes becomes lines of its log. */
import { expect, it } from 'vitest';
import { LINE_BYTES, partOf, splitLines } from '../../../src/kubelet/log-lines.ts';

const NOW = new Date('2026-01-02T03:04:05.678Z');
const textOf = (pieces: readonly (string | Buffer)[]) => pieces.map(String).join('').replaceAll(NOW.toISOString(), 'T');

it.each([
  ['nothing', '', '', ''],
  ['a line', 'one\n', 'T F one\n', ''],
  ['lines, empty ones too', 'one\n\ntwo\n', 'T F one\nT F \nT F two\n', ''],
  ['a line whose end has not come', 'one\ntw', 'T F one\n', 'tw'],
  ['no line at all', 'on', '', 'on'],
])('%s', (_, written, lines, rest) => {
  const split = splitLines(Buffer.from(written), NOW);
  expect([textOf(split.pieces), String(split.rest)]).toEqual([lines, rest]);
});

it('a line that is too long comes in parts, and its end is a line', () => {
  const long = 'x'.repeat(LINE_BYTES);
  expect(textOf(splitLines(Buffer.from(`${long}${long}end\n`), NOW).pieces)).toBe(
    `T P ${long}\nT P ${long}\nT F end\n`,
  );
  expect(textOf(splitLines(Buffer.from(`${long}\n`), NOW).pieces)).toBe(`T F ${long}\n`);
  expect(String(splitLines(Buffer.from(`${long}e`), NOW).rest)).toBe('e');
});

it('bytes that are no text stay as they are', () => {
  const [, bytes] = splitLines(Buffer.from([0xff, 0x00, 0x0a]), NOW).pieces;
  expect(bytes).toEqual(Buffer.from([0xff, 0x00, 0x0a]));
});

it('what has no end of line is a part when it waits no longer', () => {
  expect(textOf(partOf(Buffer.from('on'), NOW))).toBe('T P on\n');
  expect(partOf(Buffer.alloc(0), NOW)).toEqual([]);
});
