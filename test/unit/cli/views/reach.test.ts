import { expect, test } from 'vitest';
import type { Mark } from '../../../../src/check/reach-matrix.ts';
import { createPaint, leavePlain, type Paint, showColours } from '../../../../src/cli/paint.ts';
import { drawMatrices, sendingsInWords } from '../../../../src/cli/views/reach.ts';

function drawMatrix(
  rows: readonly string[],
  columns: readonly string[],
  mark: (row: number, column: number) => Mark,
  paint: Paint,
): string {
  const marks = rows.map((_, row) => columns.map((_, column) => mark(row, column)));
  return drawMatrices(rows, columns, [{ title: undefined, marks }], paint);
}

test('a matrix has names on both sides, upright where they are many', () => {
  const mark = (row: number, column: number): Mark =>
    row === column ? 'not asked' : row > column ? 'dropped' : 'reachable';
  expect(drawMatrix(['web', 'team-a/db'], ['web', 'team-a/db'], mark, leavePlain)).toBe(
    '           web  team-a/db\nweb        ·    ✓\nteam-a/db  D    ·\n\n✓ reachable\nD dropped: no answer\n',
  );
  const many = Array.from({ length: 30 }, (_, index) => `pod-${index}`);
  const lines = drawMatrix(many, many, mark, leavePlain).split('\n');
  expect(Math.max(...lines.map(line => line.length))).toBeLessThan(80);
  expect(
    lines
      .slice(0, 6)
      .map(line => line.at(-1))
      .join(''),
  ).toBe('pod-29');
});

test('a sign is painted, and the spaces around it are not', async () => {
  const paint = await createPaint(1);
  const painted = drawMatrix(['a'], ['one', 'two'], (_, column) => (column === 0 ? 'translated' : 'refused'), paint);
  expect(showColours(painted).split('\n')[1]).toBe('a  \u001b[33m~\u001b[39m    \u001b[31mR\u001b[39m');
});

test('several ports have a table each, and one legend', () => {
  const tables = [
    { title: 'tcp 80', marks: [['reachable'], ['dropped']] },
    { title: 'udp 53', marks: [['dropped'], ['dropped']] },
  ] as const;
  expect(drawMatrices(['a', 'b'], ['db'], tables, leavePlain)).toBe(
    'tcp 80:\n   db\na  ✓\nb  D\n\nudp 53:\n   db\na  D\nb  D\n\n✓ reachable\nD dropped: no answer\n',
  );
});

test('ports in a row are a range, and each protocol is named once', () => {
  const ports = [8000, 80, 8001, 8002].map(port => ({ protocol: 'tcp', port }) as const);
  const others = [
    { protocol: 'udp', port: 53 },
    { protocol: 'icmp', port: null },
  ] as const;
  expect(sendingsInWords([...ports, ...others])).toBe('tcp 80, 8000-8002; udp 53; icmp');
});
