/** What came of a check, as data. */

import type { Check, CheckKind, Reaching } from '../language/lab/check.ts';
import type { Probe, ProbeResult } from '../sandbox/sandbox.ts';
import type { Frontend } from './frontends.ts';

export interface CheckResult {
  readonly name: string;
  readonly kind: CheckKind;
  readonly passed: boolean;
  /** One line: what was found, and what was expected where that is something else. */
  readonly message: string;
  /** Further lines: each thing that differs, why, and what to look with. */
  readonly details: readonly string[];
}

/** A result before somebody has looked why. */
export interface Finding {
  readonly check: Check;
  readonly passed: boolean;
  readonly message: string;
  readonly details: readonly string[];
  /** Attempts that came out otherwise than expected, worst first: where to look. */
  readonly failed: readonly FailedAttempt[];
}

export interface FailedAttempt {
  readonly probe: Probe;
  readonly result: ProbeResult;
  readonly expect: Reaching;
  readonly fault: Fault;
  /** The Service that was tried to reach. */
  readonly frontend: Frontend | undefined;
}

/**
 * - `verdict`: it got through, or not, otherwise than expected.
 * - `no-server`: it got through to netlab's own listener, but a server of the lab's has to run.
 * - `source`: it got through under another source address.
 * - `backends`: others answered for a Service than should.
 * - `measure`: it is too slow, too fast or not whole.
 * - `content`: the answer is another one.
 */
export type Fault = 'verdict' | 'no-server' | 'source' | 'backends' | 'measure' | 'content';
