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

export interface State {
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

export type Event =
  /** A pod may have become ready, or be so no longer. */
  | { readonly type: 'readiness' }
  | { readonly type: 'record'; readonly version: string }
  | { readonly type: 'timer'; readonly isOtherChanging: boolean }
  | { readonly type: 'seen'; readonly seen: Seen }
  /** All is as it is to be while these pods are not ready. */
  | { readonly type: 'done'; readonly unready: UnreadyPods }
  | { readonly type: 'failed'; readonly message: string };

/** The lab as a pass finds it. */
export interface Seen {
  readonly version: string;
  /** Whether there is anything that follows. */
  readonly isFollowing: boolean;
  /** Which pods are not ready now. */
  readonly unready: UnreadyPods;
  /** Which pods the chains take for not ready, as far as it is written down. */
  readonly noted: UnreadyPods | undefined;
}

export type Effect =
  /** A `timer` event after this time, in place of one that is to come. */
  | { readonly type: 'wait'; readonly ms: number }
  /** A `seen` event. */
  | { readonly type: 'look' }
  /** A `done` or `failed` event, later. */
  | ({ readonly type: 'bring in line' } & Pass)
  | { readonly type: 'report'; readonly message: string };

export interface Pass {
  /** Undefined where the chains have to be read. */
  readonly was: UnreadyPods | undefined;
  readonly now: UnreadyPods;
  /** Whether it is the first pass since the lab was changed or something has failed: nothing is known to be done. */
  readonly isFirst: boolean;
}

export const INITIAL: State = {
  version: '',
  chains: undefined,
  settled: undefined,
  isTimerSet: false,
  isBusy: false,
  isOutdated: false,
};

export type Next = readonly [State, readonly Effect[]];

export function reduce(state: State, event: Event): Next {
  switch (event.type) {
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

const wake = (state: State, ms: number): Next =>
  state.isTimerSet ? [state, []] : [{ ...state, isTimerSet: true }, [{ type: 'wait', ms }]];

function begin(state: State, isOtherChanging: boolean): Next {
  if (state.isBusy) return [{ ...state, isOutdated: true }, []];
  if (isOtherChanging) return wake(state, LOOK_MS);
  return [{ ...state, isBusy: true, isOutdated: false }, [{ type: 'look' }]];
}

function decide(before: State, { version, isFollowing, unready, noted }: Seen): Next {
  const state = version === before.version ? before : { ...before, version, chains: noted, settled: undefined };
  const { chains, settled } = state;
  if (!isFollowing || (settled && isSame(settled, unready))) return end(state);
  return [state, [{ type: 'bring in line', was: chains, now: unready, isFirst: settled === undefined }]];
}

const isSame = (one: UnreadyPods, other: UnreadyPods) =>
  one.size === other.size && [...one].every(pod => other.has(pod));

function end(state: State): Next {
  const idle = { ...state, isBusy: false, isOutdated: false };
  return state.isOutdated ? wake(idle, 0) : [idle, []];
}

/** Whatever it was: a node may be about to go, or another program have iptables' lock. */
function fail(state: State, message: string): Next {
  const unknown = { ...state, chains: undefined, settled: undefined };
  return [
    { ...unknown, isBusy: false, isOutdated: false, isTimerSet: true },
    [
      { type: 'report', message },
      { type: 'wait', ms: RETRY_MS },
    ],
  ];
}
