/** What came of a check, as data. */

import type { Check, CheckKind } from '../features/checks/model.ts';
import type { FailedAttempt } from '../path/failed-attempt.ts';

export interface CheckResult {
  readonly name: string;
  readonly kind: CheckKind;
  readonly passed: boolean;
  /** One line: what was found, and what was expected where that is something else. */
  readonly message: string;
  /** Further lines: each thing that differs, why, and what to look with. */
  readonly details: readonly string[];
}

/** A result before it has been looked why. */
export interface Finding {
  readonly check: Check;
  readonly passed: boolean;
  readonly message: string;
  readonly details: readonly string[];
  /** Attempts that came out otherwise than expected, worst first: where to look. */
  readonly failed: readonly FailedAttempt[];
}
