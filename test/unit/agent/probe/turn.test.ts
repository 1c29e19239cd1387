/** How many probes begin at once, how long the loop sleeps, and by which clock it counts. */
import { describe, expect, it } from 'vitest';
import { advance, startClock } from '../../../../src/agent/probe/loop-clock.ts';
import { isOver, mayBegin, napOf, startsOf } from '../../../../src/agent/probe/turn.ts';

const some = { inFlight: 3, isMore: true, limit: 10 };

it.each([
  [some, true, false],
  [{ ...some, inFlight: 10 }, false, false],
  [{ ...some, isMore: false }, false, false],
  [{ ...some, inFlight: 0 }, true, false],
  [{ ...some, inFlight: 0, isMore: false }, false, true],
])('%j: may begin %j, is over %j', (progress, begins, over) => {
  expect([mayBegin(progress), isOver(progress)]).toEqual([begins, over]);
});

it('begins no more than 64 in a turn, and no more than are allowed', () => {
  expect([Number.POSITIVE_INFINITY, 65, 64, 4, 0].map(startsOf)).toEqual([64, 64, 64, 4, 0]);
});

it.each([
  ['while more may begin', some, 64, 1000, 0],
  ['for a moment where none may just now', some, 0, 1000, 1],
  ['until the next deadline where nothing else is to be done', { ...some, isMore: false }, 0, 7.2, 8],
  ['at most 50 ms', { ...some, inFlight: 10 }, 64, Number.POSITIVE_INFINITY, 50],
  ['not at all where somebody has waited for long enough', { ...some, inFlight: 10 }, 64, -3, 0],
])('sleeps %s', (_, progress, starts, untilDeadline, nap) => {
  expect(napOf(progress, starts, untilDeadline)).toBe(nap);
});

describe('the clock', () => {
  const timeAfter = (...looks: readonly number[]) => looks.reduce(advance, startClock(1000)).time;

  it('goes as time does while it is looked at', () => expect(timeAfter(1010, 1050, 1150)).toBe(1150));
  it('stands still while nobody looks', () => expect(timeAfter(1010, 9000, 9020)).toBe(1130));
});
