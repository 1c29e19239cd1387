/** Vitest's JSON report in, the numbers of the last line out. Pure. */

/** The part of vitest's JSON report that is read. */
export interface VitestReport {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Tests by outcome. A file that fails without a failed test (it does not load, or its set-up fails) counts as one
 * failure; so does a run that says it failed, or ran nothing, while the report knows of no failure.
 */
export function countTests(report: VitestReport | undefined, exitCode: number): Counts {
  const files = report?.testResults ?? [];
  const tests = files.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
  const passed = tests.filter(status => status === 'passed').length;
  const failedTests = tests.filter(status => status === 'failed').length;
  const failed = failedTests + files.filter(isBroken).length;
  const unexplained = failed === 0 && (exitCode !== 0 || passed === 0) ? 1 : 0;
  return { passed, failed: failed + unexplained, skipped: tests.length - passed - failedTests };
}

function isBroken({ status, assertionResults }: VitestReport['testResults'][number]): boolean {
  return status === 'failed' && !assertionResults.some(test => test.status === 'failed');
}

export function formatCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
