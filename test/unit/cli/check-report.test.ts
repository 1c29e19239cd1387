import { expect, test } from 'vitest';
import { drawMatrix, type Mark } from '../../../src/check/reach.ts';
import { toJson, toJunit, toText } from '../../../src/cli/views/check-report.ts';

const results = [
  { name: 'a <b> & "c"', kind: 'reach', passed: true, message: 'reachable', details: ['note: so'] },
  { name: 'it', kind: 'matrix', passed: false, message: 'a\u0007 & ]]>', details: ['culprit: x', 'look with: y'] },
] as const;
const report = { lab: 'lab', results, seconds: 1.5 };

test('text says why only of what is not true', () => {
  expect(toText(report, false)).toBe(
    '✓ a <b> & "c"\n    note: so\n✗ it\n    a\\u0007 & ]]>\n    culprit: x\n    look with: y\n1 passed, 1 failed (1.50 s)\n',
  );
  expect(toText(report, true)).toContain('\u001b[1;31m✗\u001b[0m it');
});

test('JSON counts', () => {
  expect(toJson(report)).toMatchObject({ lab: 'lab', passed: 1, failed: 1, seconds: 1.5, checks: results });
});

test('JUnit escapes what XML would take for its own, and what it cannot hold', () => {
  const xml = toJunit(report);
  expect(xml).toContain('<testcase name="a &lt;b&gt; &amp; &quot;c&quot;" classname="lab.reach"/>');
  expect(xml).toContain(
    '<failure message="a\ufffd &amp; ]]&gt;" type="matrix">a\ufffd &amp; ]]&gt;\nculprit: x\nlook with: y</failure>',
  );
  expect(xml).toContain('tests="2" failures="1"');
});

test('a matrix has names on both sides, upright where they are many', () => {
  const mark = (row: number, column: number): Mark =>
    row === column ? 'not asked' : row > column ? 'dropped' : 'reachable';
  expect(drawMatrix(['web', 'team-a/db'], ['web', 'team-a/db'], mark, false)).toBe(
    '           web  team-a/db\nweb        ·    ✓\nteam-a/db  D    ·\n\n✓ reachable\nD dropped: no answer\n',
  );
  const many = Array.from({ length: 30 }, (_, index) => `pod-${index}`);
  const lines = drawMatrix(many, many, mark, false).split('\n');
  expect(Math.max(...lines.map(line => line.length))).toBeLessThan(80);
  expect(
    lines
      .slice(0, 6)
      .map(line => line.at(-1))
      .join(''),
  ).toBe('pod-29');
});
