import { expect, test } from 'vitest';
import { upJson, upText } from '../../../../src/cli/views/up.ts';
import type { UpResult } from '../../../../src/lifecycle/up.ts';
import { load } from '../../../../src/pipeline/load.ts';

const { lab } = load('name: small\nnodes: { node1: {} }\npods: { web: {} }', { name: 'lab' });

/** As much of a result as is shown. */
const result = (isNew: boolean, steps: number) =>
  ({ lab, isNew, steps: Array.from({ length: steps }, () => ({})) }) as unknown as UpResult;

test.each([
  [true, 2, 'lab small is up: 2 steps (1 node, 1 pod, 1.00 s)'],
  [false, 1, 'lab small is changed: 1 step (1 node, 1 pod, 1.00 s)'],
  [
    false,
    0,
    'lab small is up already, and what netlab looks at is as its file says: nothing to change (1 node, 1 pod, 1.00 s)',
  ],
])('a lab that is new: %j, after %i steps', (isNew, steps, first) => {
  const [line, ...further] = upText(result(isNew, steps), 'small.lab.yaml', '1.00 s').split('\n');
  expect(line).toBe(first);
  expect(further.length > 1).toBe(isNew);
});

test('how to go on names what was typed, or the lab that came from standard input', () => {
  expect(upText(result(true, 1), 'a.yaml', '')).toContain('netlab shell web ');
  expect(upText(result(true, 1), 'a.yaml', '')).toContain('netlab down a.yaml ');
  expect(upText(result(true, 1), '-', '')).toContain('netlab down small ');
});

test('how to go on fits on a terminal, whatever the path of the file', () => {
  for (const file of ['a.yaml', `${'x'.repeat(24)}.yaml`, `/home/you/${'labs/'.repeat(20)}a.yaml`]) {
    const [, ...lines] = upText(result(true, 1), file, '').split('\n');
    expect(lines.filter(line => line.length > 80)).toEqual([]);
    expect(new Set(lines.filter(line => line !== '').map(line => line.indexOf('#'))).size).toBe(1);
  }
});

test('as JSON', () => {
  expect(JSON.parse(upJson(result(true, 2), undefined))).toEqual({ lab: 'small', new: true, steps: 2 });
  const checked = { lab: 'small', results: [], seconds: 1 };
  expect(JSON.parse(upJson(result(true, 2), checked))).toMatchObject({ check: { passed: 0, failed: 0 } });
});
