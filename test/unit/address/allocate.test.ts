import { expect, test } from 'vitest';
import { formatHost, formatSubnet, parseHost } from '../../../src/address/address.ts';
import { createAddressBook, createAddressPool, createBlockPool } from '../../../src/resolve/allocate.ts';

const host = (text: string) => parseHost(text) ?? expect.unreachable();
const subnet = (text: string) => host(text).subnet;

/** What a pool gives until it is empty. */
function drain<T>(next: () => T | undefined, most = 20): T[] {
  const all: T[] = [];
  for (let item = next(); item !== undefined && all.length < most; item = next()) all.push(item);
  return all;
}

test('a pool begins at its offset, skips what is taken, and gives what is before it last', () => {
  const book = createAddressBook();
  book.take(host('10.0.0.3/29').ip, 'somebody');
  const pool = createAddressPool(subnet('10.0.0.0/29'), book, 2n);
  expect(drain(pool.next).map(formatHost)).toEqual([
    '10.0.0.2/29',
    '10.0.0.4/29',
    '10.0.0.5/29',
    '10.0.0.6/29',
    '10.0.0.1/29',
  ]);
});

test('a pool of the smallest subnets gives all they have', () => {
  const give = (text: string) => drain(createAddressPool(subnet(text), createAddressBook(), 0n).next).map(formatHost);
  expect(give('10.0.0.0/31')).toEqual(['10.0.0.0/31', '10.0.0.1/31']);
  expect(give('fd00::/128')).toEqual(['fd00::/128']);
});

test('a pool of a huge subnet is not walked through', () => {
  const pool = createAddressPool(subnet('fd00::/8'), createAddressBook(), 2n);
  expect(drain(pool.next, 2).map(formatHost)).toEqual(['fd00::2/8', 'fd00::3/8']);
});

test('blocks overlap none of those that are taken', () => {
  const taken = ['10.0.1.0/24', '10.0.2.0/25', '10.0.4.0/23'].map(subnet);
  expect(drain(createBlockPool(subnet('10.0.0.0/21'), 24, taken)).map(formatSubnet)).toEqual([
    '10.0.0.0/24',
    '10.0.3.0/24',
    '10.0.6.0/24',
    '10.0.7.0/24',
  ]);
});
