/** A pod that is scaled down to nothing. */
import { expect, test } from 'vitest';
import { labOf } from './lab-of.ts';

test('is not there, and its Service has nobody', () => {
  const lab = labOf(`
nodes: { n1: {} }
pods: { web: { replicas: 0, labels: { app: web } }, client: {} }
services: { web: { selector: { app: web }, ports: [{ port: 80 }] } }
`);
  expect(lab.pods.map(({ key }) => key)).toEqual(['client', 'kube-system/coredns']);
  expect(lab.services.find(({ key }) => key === 'web')?.endpoints).toEqual([]);
});
