/** Ports as sets. */
import { expect, test } from 'vitest';
import {
  hasPort,
  intersect,
  isNone,
  type PortRange,
  portSetText,
  unite,
} from '../../../../src/features/network-policies/port-set.ts';

const tcp = (first: number, last = first): PortRange => ({ protocol: 'TCP', first, last });
const udp = (first: number, last = first): PortRange => ({ protocol: 'UDP', first, last });

test('what overlaps or is next to each other is one range of its protocol', () => {
  expect(unite([[tcp(80), tcp(443)], [tcp(81, 90), udp(80)], [tcp(85, 100)]])).toEqual([
    tcp(80, 100),
    tcp(443),
    udp(80),
  ]);
  expect(unite([[tcp(80)], 'all'])).toBe('all');
  expect(unite([])).toEqual([]);
});

test('in common is what both have', () => {
  expect(intersect([tcp(1, 100), udp(53)], [tcp(50, 200), tcp(10, 20), udp(54)])).toEqual([tcp(10, 20), tcp(50, 100)]);
  expect(intersect('all', [tcp(1)])).toEqual([tcp(1)]);
  expect(isNone(intersect([tcp(1)], [udp(1)]))).toBe(true);
  expect(isNone('all')).toBe(false);
});

test('what has no port is in none but everything', () => {
  expect([hasPort('all', null, null), hasPort([tcp(0, 65_535)], null, null), hasPort([tcp(80)], 'TCP', 80)]).toEqual([
    true,
    false,
    true,
  ]);
  expect(hasPort([tcp(80)], 'UDP', 80)).toBe(false);
});

test('as people write them', () => {
  expect(portSetText('all')).toBe('all ports');
  expect(portSetText([])).toBe('no port');
  expect(portSetText([tcp(80), tcp(8000, 8100), udp(0, 65_535)])).toBe('tcp 80, 8000-8100, udp');
});
