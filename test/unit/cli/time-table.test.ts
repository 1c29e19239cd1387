import { expect, test } from 'vitest';
import { formatTimes, type TimedFile } from '../../../scripts/time-table.ts';

const file = (path: string, ranMs: number, loadedMs = 0): TimedFile => ({ path, tests: 2, ranMs, loadedMs });

test('suites come by their time, and the ten slowest files after them', () => {
  const files = [
    file('test/unit/cli/a.test.ts', 40, 1460),
    file('test/kernel/b.test.ts', 100_049),
    ...Array.from({ length: 10 }, (_, index) => file(`test/unit/${index}.test.ts`, 1000 + index)),
  ];
  const [head, kernel, unit, title, first, ...rest] = formatTimes(files).trimEnd().split('\n');
  expect(head).toBe('suite   files  tests  running  loading');
  expect(kernel).toBe('kernel      1      2  100.0 s    0.0 s');
  expect(unit).toBe('unit       11     22   10.1 s    1.5 s');
  expect(title).toBe('slowest files');
  expect(first).toBe('  100.0 s  test/kernel/b.test.ts');
  expect(rest).toHaveLength(9);
  expect(rest[0]).toBe('    1.0 s  test/unit/9.test.ts');
});

test('nothing has run', () => {
  expect(formatTimes([])).toBe('suite  files  tests  running  loading\nslowest files\n');
});
