/** What may come of a full neighbour table, and what never does. */
import { constants } from 'node:os';
import { expect, it } from 'vitest';
import { type Answer, answerOf } from '../../../../src/agent/probe/answer.ts';
import type { Outcome } from '../../../../src/agent/probe/outcome.ts';
import { askDespiteOverflow, mayComeOfOverflow } from '../../../../src/agent/probe/table-overflow.ts';

const { ENOBUFS, EINVAL, EHOSTUNREACH, EPERM, ENETUNREACH } = constants.errno;
const local = (errno: number): Outcome => ({ kind: 'local', errno });
const icmp = (family: number, type: number, code: number): Outcome => ({
  kind: 'icmp',
  error: { family, type, code, info: 0, by: '10.0.0.1' },
});
const SILENCE: Outcome = { kind: 'silence', waitedMs: 1000 };

it.each<Outcome>([SILENCE, local(ENOBUFS), local(EINVAL), local(EHOSTUNREACH), icmp(2, 3, 1), icmp(10, 1, 3)])(
  'is inconclusive: %j',
  outcome => expect(mayComeOfOverflow(outcome)).toBe(true),
);

it.each<Outcome>([{ kind: 'open' }, { kind: 'reset' }, local(EPERM), local(ENETUNREACH), icmp(2, 3, 3), icmp(2, 3, 0)])(
  'is conclusive: %j',
  outcome => expect(mayComeOfOverflow(outcome)).toBe(false),
);

/** Asks while the table of one family overflows so often. */
function ask(outcomes: readonly Outcome[], overflows: number, isTimed = false, clearings = 0): Answer[] {
  let count = 0;
  let cleared = 3;
  const table = {
    ...{ mayBegin: () => 1, watchOverflows: () => () => count > 0, until: 0, close: () => undefined },
    timesCleared: () => cleared,
  };
  const steps = askDespiteOverflow(
    { neighbours: table, family: 2, isAgain: false, isTimed, now: () => 0 },
    function* () {
      count += overflows;
      cleared += clearings;
      return outcomes.map(outcome => answerOf(outcome));
    },
  );
  const { value, done } = steps.next(false);
  return done === true ? value : [];
}

it('marks what may be lost where the table has overflown meanwhile, and nothing else', () => {
  const inconclusive = (overflows: number) =>
    ask([SILENCE, { kind: 'open' }], overflows).map(answer => answer.isInconclusive);
  expect(inconclusive(0)).toEqual([false, false]);
  expect(inconclusive(1)).toEqual([true, false]);
  // What came may have come late.
  expect(ask([{ kind: 'open' }], 1, true).map(answer => answer.isInconclusive)).toEqual([true]);
  expect(ask([{ kind: 'open' }], 0, true).map(answer => answer.isInconclusive)).toEqual([false]);
});

it('marks what was not seen while room was made, as it may have waited for an entry that was taken out', () => {
  const lost = (clearings: number) =>
    ask([SILENCE, local(EHOSTUNREACH), local(EPERM), { kind: 'open' }], 0, false, clearings).map(
      answer => answer.mayBeLost,
    );
  expect(lost(0)).toEqual([false, false, false, false]);
  expect(lost(1)).toEqual([true, true, false, false]);
});
