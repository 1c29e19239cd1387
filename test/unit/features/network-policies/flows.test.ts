/** Who may open connections to whom, as a picture shows it. */
import { expect, test } from 'vitest';
import { findFlows, type Member } from '../../../../src/features/network-policies/flows.ts';
import type { Narrow } from '../../../../src/features/network-policies/pod-policies.ts';
import { blockText } from '../../../../src/features/network-policies/words.ts';
import { nameGroup } from '../../../../src/language/lab/alike-pods.ts';
import type { Lab } from '../../../../src/language/lab/lab.ts';
import { labOf } from '../../resolve/lab-of.ts';
import { SHOP } from './shop.ts';

const ALL: Narrow = { hasPod: () => true, hasPolicy: () => true };

function nameOf(member: Member): string {
  if (member.kind === 'outside') return 'outside';
  return member.kind === 'block' ? blockText(member.block) : nameGroup(member.pods);
}

const flowsOf = (lab: Lab, narrow = ALL) =>
  findFlows(lab, narrow).flows.map(({ from, to, ports }) => `${nameOf(from)} → ${nameOf(to)}: ${ports}`);

const CACHE = 'shop/cache-0 … shop/cache-5 (6 pods)';
const NODES = '172.18.0.0/16';
const BLOCK = '203.0.113.0/24 except 203.0.113.0/26';

test('a flow is what both ends let through, where one of them is isolated', () => {
  expect(flowsOf(SHOP).sort()).toEqual(
    [
      'ops/prometheus → shop/db: tcp 9100-9200',
      'ops/prometheus → shop/front: tcp 8080',
      'web → shop/front: tcp 8080',
      'outside → shop/front: tcp 8080',
      'shop/back → shop/db: tcp 5432',
      'shop/back → shop/front: tcp 8080',
      `shop/back → ${BLOCK}: tcp 443, udp 53`,
      `${CACHE} → ${CACHE}: all ports`,
      `${NODES} → ${CACHE}: all ports`,
    ].sort(),
  );
});

test('alike pods are one, a block names the nodes in it, and a pod in its node’s network is none', () => {
  const { members } = findFlows(SHOP, ALL);
  expect(members.map(nameOf)).toEqual([
    ...['ops/prometheus', 'shop/back', CACHE, 'shop/db', 'shop/front', 'web'],
    ...[BLOCK, NODES, 'outside'],
  ]);
  expect(members.find(member => nameOf(member) === NODES)).toMatchObject({ machines: ['client', 'node1', 'node2'] });
  const isolated = members.flatMap(one => (one.kind === 'pods' ? [[nameOf(one), one.isolated.join()]] : []));
  expect(Object.fromEntries(isolated)).toMatchObject({ web: '', 'shop/db': 'Ingress,Egress' });
});

test('of chosen pods there are the flows at their ends, and who is there', () => {
  const chosen: Narrow = { ...ALL, hasPod: ({ key }) => key === 'shop/db' };
  expect(flowsOf(SHOP, chosen)).toEqual(['ops/prometheus → shop/db: tcp 9100-9200', 'shop/back → shop/db: tcp 5432']);
  expect(findFlows(SHOP, chosen).members.map(nameOf)).toEqual(['ops/prometheus', 'shop/back', 'shop/db']);
});

test('a block within another has what that lets through besides', () => {
  const lab = labOf(`
nodes: { n: {} }
pods: { a: { node: n } }
networkPolicies:
  p:
    podSelector: {}
    ingress:
      - { from: [{ ipBlock: { cidr: 10.0.0.0/8 } }], ports: [{ port: 1 }] }
      - { from: [{ ipBlock: { cidr: 10.0.0.0/16 } }], ports: [{ port: 2 }] }
`);
  expect(flowsOf(lab)).toEqual(['10.0.0.0/8 → a: tcp 1', '10.0.0.0/16 → a: tcp 1-2']);
});
