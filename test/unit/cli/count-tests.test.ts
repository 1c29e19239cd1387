import { describe, expect, it } from 'vitest';
import { countTests, formatCounts } from '../../../scripts/count-tests.ts';

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map(outcome => ({ status: outcome })),
});

describe('the last line of npm test', () => {
  it.each([
    [[file('passed', 'passed', 'passed', 'skipped', 'todo', 'pending')], 0, '2 passed, 0 failed, 3 skipped'],
    [[file('failed', 'passed', 'failed')], 1, '1 passed, 1 failed, 0 skipped'],
    // A file that does not load, or whose afterAll fails.
    [[file('failed'), file('passed', 'passed')], 1, '1 passed, 1 failed, 0 skipped'],
    [[file('failed', 'passed')], 1, '1 passed, 1 failed, 0 skipped'],
    // An error outside of any test.
    [[file('passed', 'passed')], 1, '1 passed, 1 failed, 0 skipped'],
    [[], 0, '0 passed, 1 failed, 0 skipped'],
    [[file('passed', 'skipped')], 0, '0 passed, 1 failed, 1 skipped'],
  ])('%j, exit code %i', (testResults, exitCode, line) => {
    expect(formatCounts(countTests({ testResults }, exitCode))).toBe(line);
  });

  it('counts a report that is not there as a failure', () => {
    expect(formatCounts(countTests(undefined, 0))).toBe('0 passed, 1 failed, 0 skipped');
  });
});
