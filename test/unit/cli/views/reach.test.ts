import { expect, test } from 'vitest';
import type { Mark } from '../../../../src/check/reach-matrix.ts';
import { createPaint, leavePlain, showColours } from '../../../../src/cli/paint.ts';
import { drawMatrix } from '../../../../src/cli/views/reach.ts';

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
