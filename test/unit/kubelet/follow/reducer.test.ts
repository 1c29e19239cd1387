/** When what follows readiness is brought in line, and from what. */
import { describe, expect, test } from 'vitest';
import {
  GATHER_MS,
  INITIAL,
  LOOK_MS,
  type PassEffect,
  type PassEvent,
  type PassState,
  RETRY_MS,
  reduce,
  type SeenLab,
} from '../../../../src/kubelet/follow/reducer.ts';

const set = (...keys: string[]) => new Set(keys);
const seen = (more: Partial<SeenLab> = {}): PassEvent => ({
  kind: 'seen',
  seen: { version: '1', isFollowing: true, unready: set('a'), noted: set(), ...more },
});
const READINESS: PassEvent = { kind: 'readiness' };
const TIMER: PassEvent = { kind: 'timer', isOtherChanging: false };
const done = (...keys: string[]): PassEvent => ({ kind: 'done', unready: set(...keys) });
const FAILED: PassEvent = { kind: 'failed', message: 'no' };
const wait = (ms: number): PassEffect => ({ kind: 'wait', ms });
const LOOK: PassEffect = { kind: 'look' };

/** What the last of these events leads to. */
function after(...events: readonly PassEvent[]): {
  readonly state: PassState;
  readonly effects: readonly PassEffect[];
} {
  return events.reduce<{ state: PassState; effects: readonly PassEffect[] }>(
    ({ state }, event) => {
      const [next, effects] = reduce(state, event);
      return { state: next, effects };
    },
    { state: INITIAL, effects: [] },
  );
}
const effectsOf = (...events: readonly PassEvent[]) => after(...events).effects;

const PASS = [READINESS, TIMER, seen()];
const SETTLED = [...PASS, done('a')];

describe('what happens', () => {
  test('is gathered for a moment', () => {
    expect(effectsOf(READINESS)).toEqual([wait(GATHER_MS)]);
    expect(effectsOf(READINESS, READINESS)).toEqual([]);
    expect(effectsOf(READINESS, TIMER)).toEqual([LOOK]);
  });

  test('is a new record, but not one that is known', () => {
    expect(effectsOf({ kind: 'record', version: '1' })).toEqual([wait(GATHER_MS)]);
    expect(effectsOf(...SETTLED, { kind: 'record', version: '1' })).toEqual([]);
    expect(effectsOf(...SETTLED, { kind: 'record', version: '2' })).toEqual([wait(GATHER_MS)]);
  });

  test('is left alone while somebody else changes the lab', () => {
    const other: PassEvent = { kind: 'timer', isOtherChanging: true };
    expect(effectsOf(READINESS, other)).toEqual([wait(LOOK_MS)]);
    expect(effectsOf(READINESS, other, TIMER)).toEqual([LOOK]);
  });
});

describe('a pass', () => {
  test('goes from what is written down of the chains to what is so now', () => {
    expect(effectsOf(READINESS, TIMER, seen({ noted: set('b') }))).toEqual([
      { kind: 'bring-in-line', was: set('b'), now: set('a'), isFirst: true },
    ]);
  });

  test('knows afterwards what is done', () => {
    expect(effectsOf(...SETTLED, READINESS, TIMER, seen({ unready: set('a', 'b') }))).toEqual([
      { kind: 'bring-in-line', was: set('a'), now: set('a', 'b'), isFirst: false },
    ]);
  });

  test('is none where nothing follows, or the same pods are ready as before', () => {
    expect(effectsOf(READINESS, TIMER, seen({ isFollowing: false }))).toEqual([]);
    expect(effectsOf(...SETTLED, READINESS, TIMER, seen())).toEqual([]);
    expect(effectsOf(...SETTLED, READINESS, TIMER, seen(), READINESS, TIMER)).toEqual([LOOK]);
  });

  test('is the first of a lab again when its record is another one, also with the same pods', () => {
    expect(effectsOf(...SETTLED, READINESS, TIMER, seen({ version: '2', noted: set('c') }))).toEqual([
      { kind: 'bring-in-line', was: set('c'), now: set('a'), isFirst: true },
    ]);
  });

  test('is alone: what happens during it leads to another one', () => {
    expect(effectsOf(...PASS, READINESS, TIMER)).toEqual([]);
    expect(effectsOf(...PASS, READINESS, TIMER, done('a'))).toEqual([wait(0)]);
    expect(effectsOf(...PASS, READINESS, TIMER, done('a'), TIMER)).toEqual([LOOK]);
    expect(effectsOf(...PASS, done('a'))).toEqual([]);
  });

  test('does not come sooner after one for a timer that is still to come', () => {
    expect(effectsOf(...PASS, READINESS, TIMER, READINESS, done('a'))).toEqual([]);
  });
});

describe('a failure', () => {
  test('is written down, and tried again a second later, whatever else was to come sooner', () => {
    const effects = [{ kind: 'report', message: 'no' }, wait(RETRY_MS)];
    expect(effectsOf(...PASS, FAILED)).toEqual(effects);
    expect(effectsOf(...PASS, READINESS, FAILED)).toEqual(effects);
    expect(effectsOf(...PASS, FAILED, READINESS)).toEqual([]);
    expect(effectsOf(...PASS, FAILED, TIMER)).toEqual([LOOK]);
  });

  test('leaves nothing known: the chains have to be read, and all the rest done anew', () => {
    expect(effectsOf(...SETTLED, READINESS, TIMER, seen({ unready: set() }), FAILED, TIMER, seen())).toEqual([
      { kind: 'bring-in-line', was: undefined, now: set('a'), isFirst: true },
    ]);
  });

  test('is over with a record that tells what the chains are', () => {
    expect(effectsOf(...PASS, FAILED, TIMER, seen({ version: '2', noted: set('b') }))).toEqual([
      { kind: 'bring-in-line', was: set('b'), now: set('a'), isFirst: true },
    ]);
  });
});
