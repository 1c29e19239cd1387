/** An attempt to get something through that came out otherwise than it should: where the walk begins. */
import type { Reaching } from '../language/lab/sending.ts';
import type { Probe, ProbeResult } from '../sandbox/sandbox.ts';
import type { Frontend } from './frontend.ts';

export interface FailedAttempt {
  readonly probe: Probe;
  readonly result: ProbeResult;
  readonly expect: Reaching;
  readonly fault: Fault;
  /** What has the address and port, where others answer behind it. */
  readonly frontend: Frontend | undefined;
}

/** What somebody on the way sends on behalf of an attempt, such as a proxy; it is made once. */
export type FurtherAttempt = Omit<Probe, 'count' | 'stopAtLoss' | 'backends'>;

/**
 * - `verdict`: it got through, or not, otherwise than expected.
 * - `no-server`: it got through to netlab's own listener, but a server of the lab's has to run.
 * - `source`: it got through under another source address.
 * - `backends`: others answered than should, of those behind the address.
 * - `measure`: it is too slow, too fast or not whole.
 * - `content`: the answer is another one.
 */
export type Fault = 'verdict' | 'no-server' | 'source' | 'backends' | 'measure' | 'content';

/** It was to be kept from its target, and was not: what is looked for then is what should have stopped it. */
export const gotThroughAgainstWish = ({ expect, result }: FailedAttempt) =>
  expect !== 'reachable' && result.verdict === 'open';
