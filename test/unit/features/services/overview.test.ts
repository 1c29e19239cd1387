/** Services as `status` shows them. */
import { expect, test } from 'vitest';
import { compile } from '../../../../src/pipeline/compile.ts';
import { listSections } from '../../../../src/pipeline/overview.ts';
import { labOf } from '../../resolve/lab-of.ts';

const LAB = labOf(`
cluster: { dns: false }
nodes: { node1: {}, node2: {} }
pods: { a: { labels: { app: web }, containers: { c: { command: [sleep] } } }, b: { labels: { app: web } } }
services:
  web: { type: LoadBalancer, clusterIP: 10.96.0.80, selector: { app: web }, ports: [{ port: 80, nodePort: 30080 }] }
  far: { type: ExternalName, externalName: example.org }
`);
const sectionOf = (...unready: readonly string[]) => {
  const down = new Set(unready);
  const wanted = compile(LAB, { ipv6: true, unready: down });
  return listSections(LAB, down, wanted)[0] ?? expect.unreachable('Services have a section');
};

test('each Service has a row, with the node that answers for its load balancer', () => {
  const { name, columns, rows, entries } = sectionOf();
  expect([name, ...columns]).toEqual([
    'services',
    'SERVICE',
    'TYPE',
    'CLUSTER-IP',
    'EXTERNAL-IP',
    'PORTS',
    'ENDPOINTS',
  ]);
  expect(rows).toEqual([
    ['far', 'ExternalName', '-', '-', '-', '-'],
    [
      'web',
      'LoadBalancer',
      '10.96.0.80',
      expect.stringMatching(/^172\.18\.255\.200 on node[12]$/),
      '80:30080/TCP',
      '2/2 ready',
    ],
  ]);
  expect(entries[1]).toMatchObject({ name: 'web', ready: 2, endpoints: 2, loadBalancer: [{ ip: '172.18.255.200' }] });
});

test('pods that are not ready are no endpoints, and without any nobody answers for the load balancer', () => {
  expect(sectionOf('a').rows[1]?.at(-1)).toBe('1/2 ready');
  expect(sectionOf('a', 'b').rows[1]?.slice(3)).toEqual(['172.18.255.200', '80:30080/TCP', '0/2 ready']);
});

test('a lab of which nothing is known has no rows', () =>
  expect(listSections(undefined, new Set(), new Map())).toMatchObject([
    { name: 'services', entries: [], rows: [] },
    { name: 'networkPolicies', entries: [], rows: [] },
  ]));
