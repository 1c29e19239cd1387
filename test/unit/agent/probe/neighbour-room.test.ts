/** How many probes may begin while the machine's neighbour tables fill. */
import { describe, expect, it } from 'vitest';
import {
  allowedAfterLook,
  allowedWithoutLook,
  look,
  nextPace,
  roomFor,
  unknownRoom,
} from '../../../../src/agent/probe/neighbour-room.ts';

it('lets as many probes begin as there is room for, and a few where there is none', () => {
  const fill = (entries: number) => ({ family: 2, entries, limit: 1024, overflows: 0 });
  const rooms = [600, 700, 1000, 1024, 3000].map(entries => roomFor([fill(10), fill(entries)]));
  expect(rooms).toEqual([Number.POSITIVE_INFINITY, 54, 4, 4, 4]);
});

it('lets more and more begin where the count says nothing, until a packet is lost', () => {
  const fill = (entries: number, overflows: number) => [{ family: 2, entries, limit: 1024, overflows }];
  const pace = (from: number, entries: number, lost: number) => nextPace(from, fill(2000, 5), fill(entries, 5 + lost));
  expect([pace(4, 2000, 0), pace(8, 2000, 0), pace(64, 2000, 0)]).toEqual([8, 16, 64]);
  expect([pace(32, 2000, 1), pace(32, 1024, 0)]).toEqual([4, 4]);
});

describe('from look to look', () => {
  const EVER = Number.POSITIVE_INFINITY;
  const filled = (entries: number, overflows = 0) => [{ family: 2, entries, limit: 1024, overflows }];

  it('is looked at before anything begins, and then every 2 ms', () => {
    const unknown = unknownRoom(filled(10));
    expect(allowedWithoutLook(unknown, 1000)).toBeUndefined();
    const known = look(unknown, filled(10), 1000);
    expect(allowedAfterLook(known)).toBe(EVER);
    expect([1000, 1001, 1002].map(now => allowedWithoutLook(known, now))).toEqual([EVER, EVER, undefined]);
  });

  it('lets none begin while entries of our own fill it, nor looks all the time', () => {
    const tight = look(unknownRoom(filled(10)), filled(1000), 1000);
    expect(allowedAfterLook(tight)).toBe(0);
    expect([1000, 1049, 1050].map(now => allowedWithoutLook(tight, now))).toEqual([0, 0, undefined]);
  });

  it('lets a few begin where it is tight for so long that others must have filled it', () => {
    let room = look(unknownRoom(filled(10)), filled(1000), 1000);
    const allowed = [1100, 1499, 1500].map(now => {
      room = look(room, filled(1000), now);
      return allowedAfterLook(room);
    });
    expect(allowed).toEqual([0, 0, 4]);
  });

  it('forgets that it was tight when there is room again', () => {
    const tight = look(unknownRoom(filled(10)), filled(1000), 1000);
    const wide = look(tight, filled(10), 1400);
    expect(allowedAfterLook(wide)).toBe(EVER);
    expect(allowedAfterLook(look(wide, filled(1000), 1600))).toBe(0);
  });

  it('lets more begin each time where more entries are set than it can hold, until a packet is lost', () => {
    let room = look(unknownRoom(filled(2000)), filled(2000), 1000);
    const allowed = [0, 0, 0, 1].map((overflows, index) => {
      room = look(room, filled(2000, overflows), 2000 + index * 100);
      return allowedAfterLook(room);
    });
    expect(allowed).toEqual([16, 32, 64, 4]);
  });
});
