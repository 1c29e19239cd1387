/** What the request of a probe has in its head. */
import { expect, test } from 'vitest';
import { probeHeaders } from '../../../../src/kubelet/probes/headers.ts';

const ADDED = { 'User-Agent': 'netlab-probe', Accept: '*/*', Connection: 'close' };
const of = (...pairs: readonly (readonly [string, string])[]) =>
  probeHeaders(pairs.map(([name, value]) => ({ name, value })));

test('a header that is there twice is sent twice, however it is spelt, but for the host', () => {
  expect(of(['X-Try', 'a'], ['x-try', 'b'])).toEqual({ ...ADDED, 'X-Try': ['a', 'b'] });
  expect(of(['Host', 'a.example'], ['host', 'b.example'])).toEqual({ ...ADDED, Host: 'a.example' });
});

test('what the file says takes the place of what is added, and an empty one takes it away', () => {
  const { 'User-Agent': _, Accept: __, ...rest } = ADDED;
  expect(of()).toEqual(ADDED);
  expect(of(['user-agent', 'mine'], ['accept', ''])).toEqual({ ...rest, 'user-agent': 'mine' });
  expect(of(['X-Empty', ''])).toEqual({ ...ADDED, 'X-Empty': '' });
});

test('a header may be called like what objects have of their own', () =>
  expect(Object.entries(of(['constructor', 'x']))).toContainEqual(['constructor', 'x']));
