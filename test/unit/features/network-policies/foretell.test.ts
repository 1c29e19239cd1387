/** What policies foretell of an attempt, and which rules of which nodes count it. */
import { expect, test } from 'vitest';
import { foretellPolicies } from '../../../../src/features/network-policies/explain/foretell.ts';
import { addressFor, makeDirectory } from '../../../../src/language/lab/directory.ts';
import type { MetRule } from '../../../../src/path/met-rules.ts';
import { SHOP } from './shop.ts';

const directory = makeDirectory(SHOP);
const { foretell, signOf } = foretellPolicies(SHOP);

function tell(from: string, to: string, port: number) {
  const sender = directory.get(from) ?? expect.unreachable();
  const receiver = directory.get(to) ?? expect.unreachable();
  const address = addressFor(receiver, sender, 4) ?? '';
  const probe = { from: sender.ns, to: receiver.ns, address, protocol: 'tcp', port, timeoutMs: 1 } as const;
  return foretell(probe, { lab: SHOP, directory, placeOf: () => 'shop.lab.yaml:7' });
}

test('a packet is counted by a rule of each policy that lets it through, on the node of the isolated pod', () => {
  expect(tell('shop/back', 'shop/db', 5432)).toMatchObject({
    ...{ isOpen: true, signs: ['node1 allow Egress shop/back 1', 'node2 allow Ingress shop/db-from-back 1'] },
    why: {
      kind: 'allowed',
      text: 'rule 1 of shop/back (shop.lab.yaml:7) lets it out to db (shop) on tcp 5432; rule 1 of shop/db-from-back (shop.lab.yaml:7) lets back (shop) in on tcp 5432',
      by: [
        { policy: 'shop/back', direction: 'egress', rule: 1, place: 'shop.lab.yaml:7' },
        { policy: 'shop/db-from-back', direction: 'ingress', rule: 1, place: 'shop.lab.yaml:7' },
      ],
    },
  });
});

test('what is not let out is not asked whether it is let in', () => {
  expect(tell('shop/db', 'shop/back', 80)).toMatchObject({ isOpen: false, signs: ['node2 drop Egress shop'] });
  expect(tell('shop/back', 'shop/db', 80)).toMatchObject({
    ...{ isOpen: false, signs: ['node1 allow Egress shop/back 1', 'node2 drop Ingress shop'] },
    why: { kind: 'blocked', by: [{ policy: 'shop/default-deny', direction: 'ingress', rule: null }] },
  });
});

test('what nobody isolates, and what comes from a pod’s own node, no rule counts', () => {
  expect(tell('web', 'ops/prometheus', 80)).toMatchObject({ isOpen: true, signs: [], why: { kind: 'not isolated' } });
  expect(tell('node2', 'shop/db', 80)).toMatchObject({ isOpen: true, signs: [] });
  expect(tell('shop/db', 'node2', 80)).toMatchObject({ isOpen: true, signs: [] });
  expect(tell('shop/db', 'node1', 80)).toMatchObject({ isOpen: false, signs: ['node2 drop Egress shop'] });
  expect(tell('node1', 'shop/db', 80)).toMatchObject({ isOpen: false, signs: ['node2 drop Ingress shop'] });
});

test('rules of iptables are recognised', () => {
  const met = (chain: string, rest: string, target: string): MetRule => ({
    ...{ ns: 'node2', tool: 'iptables', table: 'filter', chain, target },
    rule: `-A ${chain} ${rest}`,
  });
  const allow = '-m comment --comment "shop/db-from-back rule 2" -g NETPOL-ALLOW';
  expect(signOf(met('NETPOL-IN-shop/db-from-back', allow, 'NETPOL-ALLOW'))).toBe(
    'node2 allow Ingress shop/db-from-back 2',
  );
  expect(signOf(met('NETPOL-IN-shop', '-j DROP', 'DROP'))).toBe('node2 drop Ingress shop');
  expect(signOf(met('FORWARD', '-j DROP', 'DROP'))).toBeUndefined();
  expect(signOf(met('NETPOL-IN-shop', '-j NETPOL-IN-shop/back', 'NETPOL-IN-shop/back'))).toBeUndefined();
});
