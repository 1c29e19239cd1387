import { expect, test } from 'vitest';
import { createPaint, leavePlain, showColours } from '../../../../src/cli/paint.ts';
import { checksJson, checksJunit, checksText } from '../../../../src/cli/views/checks.ts';

const results = [
  { name: 'a <b> & "c"', kind: 'reach', passed: true, message: 'reachable', details: ['note: so'] },
  { name: 'it', kind: 'matrix', passed: false, message: 'a\u0007 & ]]>', details: ['culprit: x', 'look with: y'] },
] as const;
const report = { lab: 'lab', results, seconds: 1.5 };

test('text says why only of what is not true', async () => {
  expect(checksText(report, leavePlain)).toBe(
    '✓ a <b> & "c"\n    note: so\n✗ it\n    a\\u0007 & ]]>\n    culprit: x\n    look with: y\n1 passed, 1 failed (1.50 s)\n',
  );
  expect(showColours(checksText(report, await createPaint(1)))).toContain(
    '\u001b[1m\u001b[31m✗\u001b[39m\u001b[22m it',
  );
});

test('JSON counts', () => {
  expect(JSON.parse(checksJson(report))).toEqual({ lab: 'lab', passed: 1, failed: 1, seconds: 1.5, checks: results });
});

test('JUnit escapes what XML would take for its own, and what it cannot hold', () => {
  const xml = checksJunit(report);
  expect(xml).toContain('<testcase name="a &lt;b&gt; &amp; &quot;c&quot;" classname="lab.reach"/>');
  expect(xml).toContain(
    '<failure message="a\ufffd &amp; ]]&gt;" type="matrix">a\ufffd &amp; ]]&gt;\nculprit: x\nlook with: y</failure>',
  );
  expect(xml).toContain('tests="2" failures="1"');
});
