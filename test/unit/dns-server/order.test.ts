import type { Answer } from 'dns-packet';
import { expect, test } from 'vitest';
import { inAnyOrder } from '../../../src/dns-server/order.ts';

const record = (type: 'A' | 'AAAA' | 'CNAME' | 'NS', data: string): Answer => ({ name: 'x.org', type, data });
const dataOf = (records: readonly Answer[]) => records.map(one => ('data' in one ? String(one.data) : one.type));
const ADDRESSES = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map(ip => record('A', ip));

test('addresses are said in any order, each as often as the others', () => {
  const draws = Array.from({ length: 6 }, (_, index) => index / 6);
  const orders = draws.map(first => dataOf(inAnyOrder(ADDRESSES, () => first)));
  for (const order of orders) expect([...order].sort()).toEqual(dataOf(ADDRESSES));
  const firsts = orders.map(([first]) => first).sort();
  expect(firsts).toEqual(['192.0.2.1', '192.0.2.1', '192.0.2.2', '192.0.2.2', '192.0.2.3', '192.0.2.3']);
});

test('aliases stay before them, in the order in which they lead on, and other records in theirs', () => {
  const [one, two] = [record('CNAME', 'b.org'), record('CNAME', 'c.org')];
  const others = [record('NS', 'ns1'), record('NS', 'ns2')];
  for (const draw of [0, 0.5, 0.99]) {
    const seen = dataOf(inAnyOrder([one, ...ADDRESSES, two, ...others], () => draw));
    expect(seen.slice(0, 4)).toEqual(['b.org', 'c.org', 'ns1', 'ns2']);
    expect(seen).toHaveLength(7);
  }
});
