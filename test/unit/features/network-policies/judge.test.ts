/** What policies say of a connection: who is isolated, and which rule lets the other end through. */
import { expect, test } from 'vitest';
import { parseIp } from '../../../../src/address/address.ts';
import { createJudge, type End, endOfPod, isAllowed } from '../../../../src/features/network-policies/judge.ts';
import { policyOverview } from '../../../../src/features/network-policies/overview.ts';
import { podOf, SHOP } from './shop.ts';

const JUDGE = createJudge(SHOP);
const end = (name: string): End => {
  const ip = parseIp(name);
  return ip ? { pod: null, addresses: [ip] } : endOfPod(podOf(name));
};

/** `shop/back egress 1, …`; for a direction in which nothing isolates the pod `free`, in which no rule lets it `blocked`. */
function verdict(from: string, to: string, port: number | null, protocol: 'TCP' | 'UDP' | 'SCTP' | null = 'TCP') {
  const judged = JUDGE.judge({ source: end(from), destination: end(to), protocol, port });
  return judged.map(one => {
    if (one.isolatedBy.length === 0) return 'free';
    const rules = one.letBy.map(({ policy, direction, number }) => `${policy.key} ${direction} ${number}`);
    return isAllowed(one) ? rules.join() : 'blocked';
  });
}

test.each([
  ['shop/back', 'shop/db', 5432, ['shop/back Egress 1', 'shop/db-from-back Ingress 1']],
  ['shop/back', 'shop/db', 80, ['shop/back Egress 1', 'blocked']],
  ['web', 'shop/db', 5432, ['free', 'blocked']],
  ['ops/prometheus', 'shop/db', 9150, ['free', 'shop/db-from-back Ingress 2']],
  ['ops/prometheus', 'shop/db', 9201, ['free', 'blocked']],
  ['shop/db', 'web', 80, ['blocked', 'free']],
  ['shop/back', 'shop/front', 8080, ['shop/back Egress 3', 'shop/front Ingress 1']],
  ['shop/back', '203.0.113.200', 443, ['shop/back Egress 2', 'free']],
  ['shop/back', '203.0.113.63', 443, ['blocked', 'free']],
  ['172.18.0.3', 'shop/cache-0', 1, ['free', 'shop/cache Ingress 2']],
  // A pod in its node's network is that node: no selector means it, and none isolates it.
  ['agent', 'shop/db', 5432, ['free', 'blocked']],
  ['web', 'agent', 80, ['free', 'free']],
] as const)('%s to %s on port %i', (from, to, port, expected) => expect(verdict(from, to, port)).toEqual(expected));

test('what has no ports passes by rules without ports alone', () => {
  expect(verdict('shop/back', 'shop/db', null, null)).toEqual(['shop/back Egress 1', 'blocked']);
  expect(verdict('172.18.0.3', 'shop/cache-0', null, null)).toEqual(['free', 'shop/cache Ingress 2']);
});

test('a port is one of its protocol', () => {
  expect(verdict('shop/back', '203.0.113.200', 53, 'UDP')).toEqual(['shop/back Egress 2', 'free']);
  expect(verdict('shop/back', '203.0.113.200', 53, 'TCP')).toEqual(['blocked', 'free']);
});

test('status has a row for each policy, with how many pods it isolates', () => {
  const { rows, entries } = policyOverview.list(SHOP, new Set(), new Map());
  expect(rows).toContainEqual(['shop/back', 'out', 'pods app=back of shop: 1']);
  expect(entries).toContainEqual({ name: 'shop/back', policyTypes: ['Egress'], pods: ['shop/back'] });
});
