/** Addresses that move between nodes: what is removed, added and announced. */
import { expect, test } from 'vitest';
import type { AddressEffect } from '../../../../src/features/feature.ts';
import { keyOfAddress, planAddresses } from '../../../../src/kubelet/follow/plan-addresses.ts';

const ON = (ns: string, present: boolean): AddressEffect => ({
  kind: 'address',
  address: { kind: 'address', ns, dev: 'eth0', address: '172.18.255.200/32' },
  present,
});
const keys = (...spaces: string[]) => spaces.map(ns => `${ns} eth0 172.18.255.200/32`);

function plan(effects: readonly AddressEffect[], there: readonly string[], isFirst = false) {
  const { remove, add, announce, present } = planAddresses(effects, new Set(keys(...there)), isFirst);
  const of = (list: typeof add) => list.map(({ ns }) => ns);
  return { remove: of(remove), add: of(add), announce: of(announce), present: [...present] };
}

test('an address leaves one node for another, whose network is told', () =>
  expect(plan([ON('a', false), ON('b', true)], ['a'])).toEqual({
    ...{ remove: ['a'], add: ['b'], announce: ['b'] },
    present: keys('b'),
  }));

test('one that is where it should be stays, and is announced only the first time', () => {
  const still = { remove: [], add: [], present: keys('a') };
  expect(plan([ON('a', true), ON('b', false)], ['a'])).toEqual({ ...still, announce: [] });
  expect(plan([ON('a', true), ON('b', false)], ['a'], true)).toEqual({ ...still, announce: ['a'] });
});

test('one that two Services share is added once', () =>
  expect(plan([ON('a', true), ON('a', true)], []).add).toEqual(['a']));

test('what else a node has is let be', () => expect(plan([ON('a', true)], ['c']).remove).toEqual([]));

test('an address is named by node, interface and itself', () =>
  expect(keyOfAddress(ON('a', true).address)).toBe('a eth0 172.18.255.200/32'));
