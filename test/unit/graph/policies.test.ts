import { instance } from '@viz-js/viz';
import { expect, test } from 'vitest';
import { findFlows } from '../../../src/features/network-policies/flows.ts';
import { toDot } from '../../../src/graph/dot.ts';
import { toMermaid } from '../../../src/graph/mermaid.ts';
import { drawPolicies } from '../../../src/graph/policies.ts';
import type { Lab } from '../../../src/language/lab/lab.ts';
import { SHOP } from '../features/network-policies/shop.ts';
import { labOf } from '../resolve/lab-of.ts';

const draw = (lab: Lab) => drawPolicies(lab, findFlows(lab, { hasPod: () => true, hasPolicy: () => true }));

test('a namespace is a frame, an isolated pod is marked, and an arrow has its ports', () => {
  const graph = draw(SHOP);
  expect(graph.nodes.map(({ title, pods }) => [title, pods.length])).toEqual([
    ['ops', 1],
    ['shop', 4],
    ['default', 1],
  ]);
  const db = graph.nodes[1]?.pods.find(({ title }) => title === 'shop/db');
  expect(db).toMatchObject({ kind: 'isolated', notes: ['app=db', 'isolated: in, out (nothing passes)'] });
  const text = toMermaid(graph);
  expect(text).toContain('flowchart LR');
  expect(text).toContain('b0 -->|"tcp 9100-9200"| b3');
  expect(text).toContain('b3("shop/db<br/>app=db<br/>isolated: in, out (nothing passes)"):::isolated');
});

test('what goes both ways is one arrow with two heads', () => {
  const lab = labOf(`
nodes: { n: {} }
pods: { a: { node: n }, b: { node: n } }
networkPolicies: { p: { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] } }
`);
  expect(toMermaid(draw(lab))).toContain('b0 <-->|"all ports"| b1');
  expect(toDot(draw(lab))).toContain('b0 -- b1 [dir=both, label=" all ports "]');
});

test('Graphviz draws it', async () => {
  const svg = (await instance()).renderString(toDot(draw(SHOP)), { format: 'svg' });
  expect(svg).toContain('203.0.113.0/24 except 203.0.113.0/26');
});
