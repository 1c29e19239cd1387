import { expect, test } from 'vitest';
import { naturalKey } from '../../../src/language/diagnostic/natural-order.ts';
import { kernelName, sortNaturally, stableMac } from '../../../src/resolve/names.ts';

test('numbers sort as numbers', () => {
  expect(sortNaturally(['web-10', 'web-9', 'api', 'web'], name => name)).toEqual(['api', 'web', 'web-9', 'web-10']);
  expect(naturalKey('a1b02')).not.toBe(naturalKey('a1b2x'));
});

test('a name of 15 characters stays, one of 16 is cut', () => {
  expect(kernelName(['exactly-15-char'], new Set())).toBe('exactly-15-char');
  const cut = kernelName(['exactly-16-chars'], new Set());
  expect(cut).toMatch(/^exactly-1-[0-9a-z]{5}$/);
  expect(kernelName(['exactly-16-chars'], new Set([cut]))).not.toBe(cut);
});

test('a name is not cut behind a dash', () => {
  expect(kernelName(['a-bridge-with-a-long-name'], new Set())).toMatch(/^a-bridge-[0-9a-z]{5}$/);
});

test('a short name that is taken gets a mark', () => {
  expect(kernelName(['cbr0'], new Set(['cbr0']))).toMatch(/^cbr0-[0-9a-z]{5}$/);
});

test('MAC addresses are local, not multicast, and tell the IPv4 address', () => {
  expect(stableMac('x', 0x0af40001n)).toBe('0a:58:0a:f4:00:01');
  expect(stableMac('x', undefined)).toMatch(/^0a:58(:[0-9a-f]{2}){4}$/);
  expect(stableMac('x', undefined)).not.toBe(stableMac('y', undefined));
});
