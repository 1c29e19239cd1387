/**
 * When what follows the readiness of pods is brought in line, and from what: something that has happened in, what to do
 * about it out. Pure: clock, files and the lab itself are `follow-readiness.ts`'.
 *
 * Changes are gathered for a moment and dealt with together, one pass at a time. While another program changes the lab it is
 * left alone; afterwards its record is a new one. After a failure nothing is known any more, and all is looked at anew.
 */
import type { UnreadyPods } from '../../language/lab/readiness.ts';

/** What changes together is dealt with together. */
export const GATHER_MS = 20;
/** How often the record is looked at, which changes only with the lab. */
export const LOOK_MS = 500;
export const RETRY_MS = 1000;

export interface PassState {
  /** Of the record that is followed; empty before one has been read. */
  readonly version: string;
  /** Which pods the chains take for not ready; undefined where the kernel has to be asked. */
  readonly chains: UnreadyPods | undefined;
  /** Which pods everything takes for not ready; undefined where something is still to do. */
  readonly settled: UnreadyPods | undefined;
  readonly isTimerSet: boolean;
  readonly isBusy: boolean;
  /** Something has happened during the pass. */
  readonly isOutdated: boolean;
}

export type PassEvent =
  /** A pod may have become ready, or be so no longer. */
  | { readonly kind: 'readiness' }
  | { readonly kind: 'record'; readonly version: string }
  | { readonly kind: 'timer'; readonly isOtherChanging: boolean }
  | { readonly kind: 'seen'; readonly seen: SeenLab }
  /** All is as it is to be while these pods are not ready. */
  | { readonly kind: 'done'; readonly unready: UnreadyPods }
  | { readonly kind: 'failed'; readonly message: string };

/** The lab as a pass finds it. */
export interface SeenLab {
  readonly version: string;
  /** Whether there is anything that follows. */
  readonly isFollowing: boolean;
  /** Which pods are not ready now. */
  readonly unready: UnreadyPods;
  /** Which pods the chains take for not ready, as far as it is written down. */
  readonly noted: UnreadyPods | undefined;
}

export type PassEffect =
  /** A `timer` event after this time, in place of one that is to come. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** A `seen` event. */
  | { readonly kind: 'look' }
  /** A `done` or `failed` event, later. */
  | ({ readonly kind: 'bring-in-line' } & Pass)
  | { readonly kind: 'report'; readonly message: string };

export interface Pass {
  /** Undefined where the chains have to be read. */
  readonly was: UnreadyPods | undefined;
  readonly now: UnreadyPods;
  /** Whether it is the first pass since the lab was changed or something has failed: nothing is known to be done. */
  readonly isFirst: boolean;
}

export const INITIAL: PassState = {
  version: '',
  chains: undefined,
  settled: undefined,
  isTimerSet: false,
  isBusy: false,
  isOutdated: false,
};

export type PassStep = readonly [PassState, readonly PassEffect[]];

export function reduce(state: PassState, event: PassEvent): PassStep {
  switch (event.kind) {
    case 'readiness':
      return wake(state, GATHER_MS);
    case 'record':
      return event.version === state.version ? [state, []] : wake(state, GATHER_MS);
    case 'timer':
      return begin({ ...state, isTimerSet: false }, event.isOtherChanging);
    case 'seen':
      return decide(state, event.seen);
    case 'done':
      return end({ ...state, chains: event.unready, settled: event.unready });
    case 'failed':
      return fail(state, event.message);
  }
}

const wake = (state: PassState, ms: number): PassStep =>
  state.isTimerSet ? [state, []] : [{ ...state, isTimerSet: true }, [{ kind: 'wait', ms }]];

function begin(state: PassState, isOtherChanging: boolean): PassStep {
  if (state.isBusy) return [{ ...state, isOutdated: true }, []];
  if (isOtherChanging) return wake(state, LOOK_MS);
  return [{ ...state, isBusy: true, isOutdated: false }, [{ kind: 'look' }]];
}

function decide(before: PassState, { version, isFollowing, unready, noted }: SeenLab): PassStep {
  const state = version === before.version ? before : { ...before, version, chains: noted, settled: undefined };
  const { chains, settled } = state;
  if (!isFollowing || (settled && isSame(settled, unready))) return end(state);
  return [state, [{ kind: 'bring-in-line', was: chains, now: unready, isFirst: settled === undefined }]];
}

const isSame = (one: UnreadyPods, other: UnreadyPods) =>
  one.size === other.size && [...one].every(pod => other.has(pod));

function end(state: PassState): PassStep {
  const idle = { ...state, isBusy: false, isOutdated: false };
  return state.isOutdated ? wake(idle, 0) : [idle, []];
}

/** Whatever it was: a node may be about to go, or another program have iptables' lock. */
function fail(state: PassState, message: string): PassStep {
  const unknown = { ...state, chains: undefined, settled: undefined };
  return [
    { ...unknown, isBusy: false, isOutdated: false, isTimerSet: true },
    [
      { kind: 'report', message },
      { kind: 'wait', ms: RETRY_MS },
    ],
  ];
}
