/** A running lab is read at one moment: what has changed meanwhile is read again. */
import { describe, expect, test } from 'vitest';
import { atOneMoment } from '../../../src/lifecycle/one-moment.ts';
import type { Moment } from '../../../src/sandbox/sandbox.ts';

const calm: Moment = { version: '1', unready: [], waited: false, isChanging: false };

/** What is told at each look in turn, the last for ever; and how often the lab was read. */
async function read(moments: readonly Partial<Moment>[], unready?: readonly string[]) {
  let [asked, count] = [0, 0];
  const settle = async () => ({ ...calm, ...moments[Math.min(asked++, moments.length - 1)] });
  await atOneMoment({ settle }, async () => {
    count += 1;
    return unready ? { unready: new Set(unready) } : {};
  });
  return count;
}

test('a calm lab is read once', async () => expect(await read([{}], [])).toBe(1));

describe('a lab is read again', () => {
  test('where its record is another one by then', async () => expect(await read([{}, { version: '2' }])).toBe(2));
  test('where another program has changed it, and taken that back', async () =>
    expect(await read([{}, { waited: true }, {}])).toBe(2));
  test('where chains have followed who is ready', async () =>
    expect(await read([{ unready: ['a'] }, { unready: [] }], [])).toBe(2));
  test('until they have', async () =>
    expect(await read([{}, {}, {}, { unready: null }, { unready: ['a'] }], ['a'])).toBe(5));
});

test('what comes before the first reading does not count', async () =>
  expect(await read([{ waited: true }, {}])).toBe(1));

test('who does not follow for long is shown as it is', async () => expect(await read([{}], ['a'])).toBeGreaterThan(5));

test('a change that does not end is not waited for again', async () =>
  expect(await read([{ waited: true, isChanging: true }])).toBe(1));
