/** What one attempt of a probe brought, before it is put into words. */

import type { Probe } from '../../sandbox/sandbox.ts';
import type { HttpAnswer } from './http-message.ts';
import type { Outcome } from './outcome.ts';
import type { Attempt, ObservationPoint } from './round.ts';
import type { SocketAddress } from './sockaddr.ts';

/**
 * What is at the other end: nothing that is known of; a listener of ours; a server, which is not to be disturbed; or a
 * namespace that does not have the address, as where others answer behind it.
 */
export type Receiver = 'unknown' | 'listener' | 'server' | 'elsewhere';

export interface ProbeTarget {
  readonly probe: Probe;
  /** Of the one namespace that should get it. */
  readonly receiver: Receiver;
  /** Of those that answer behind the address, one of which should get it; by namespace. */
  readonly backends: ReadonlyMap<string, Receiver>;
  /** Where it may be seen. */
  readonly points: readonly ObservationPoint[];
  readonly endpoint: SocketAddress;
}

/** The receiver of an attempt, as far as that is known. */
export function receiverOf({ receiver, backends }: ProbeTarget, { arrival }: Attempt): Receiver {
  if (backends.size === 0) return receiver;
  return (arrival && backends.get(arrival.ns)) ?? 'unknown';
}

export interface Answer {
  readonly outcome: Outcome;
  /** Source address that the receiver saw. */
  readonly source: string | null;
  /** Which namespace that was. */
  readonly ns: string | null;
  /** Whether a listener of ours took it. */
  readonly isListener: boolean;
  readonly rttMs: number | null;
  /** A server that took it and says nothing got it all the same. */
  readonly isReceived: boolean;
  /** It may have been lost only since the machine's neighbour table was full. */
  readonly isInconclusive: boolean;
  /** It was not seen to arrive, while entries were taken out of that table to make room. */
  readonly mayBeLost: boolean;
  readonly http: HttpAnswer | null;
  readonly throughput: number | null;
}

export function answerOf(outcome: Outcome, more: Partial<Omit<Answer, 'outcome'>> = {}): Answer {
  return {
    outcome,
    ...{ source: null, ns: null, isListener: false },
    rttMs: null,
    isReceived: outcome.kind === 'open',
    ...{ isInconclusive: false, mayBeLost: false },
    http: null,
    throughput: null,
    ...more,
  };
}
