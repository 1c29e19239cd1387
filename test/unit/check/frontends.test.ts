/** Checks ask the features of a lab what stands behind an address, and name none of them. */
import { describe, expect, test } from 'vitest';
import {
  listExplainers,
  listTargetKinds,
  listTargets,
  makeFindFrontend,
  targetNames,
} from '../../../src/check/frontends.ts';
import type { Feature } from '../../../src/features/feature.ts';
import { makeDirectory } from '../../../src/language/lab/directory.ts';
import type { Frontend } from '../../../src/path/frontend.ts';
import { labOf } from '../resolve/lab-of.ts';

const LAB = labOf(`
nodes: { node1: {} }
pods: { client: {}, web: { labels: { app: web } } }
services:
  web: { clusterIP: 10.96.0.80, selector: { app: web }, ports: [{ port: 80 }] }
  none: { clusterIP: None, selector: { app: web }, ports: [{ port: 80 }] }
`);
const directory = makeDirectory(LAB);
const client = directory.get('client') ?? expect.unreachable('client is in the lab');

const frontend = (feature: string): Frontend => ({
  feature,
  key: 'x',
  backends: [],
  isWhole: true,
  whySpread: undefined,
});
/** Behind one address. */
const featureOf = (name: string, own: string): Feature => ({
  name,
  frontends: () => (_, address) => (address === own ? frontend(name) : undefined),
});

describe('what stands behind an address', () => {
  const find = (address: string, features?: readonly Feature[]) =>
    makeFindFrontend(LAB, directory, new Set(), features)(client, address, 80, 'TCP');

  test('is told by the first feature that knows it', () => {
    const features = [
      { name: 'none' },
      featureOf('a', '10.0.0.1'),
      featureOf('b', '10.0.0.1'),
      featureOf('c', '10.0.0.2'),
    ];
    expect(find('10.0.0.1', features)?.feature).toBe('a');
    expect(find('10.0.0.2', features)?.feature).toBe('c');
    expect(find('10.0.0.3', features)).toBeUndefined();
  });

  test('is a Service', () => {
    expect(find('10.96.0.80')).toMatchObject({
      ...{ feature: 'services', key: 'web', isWhole: true, whySpread: 'Service "web" has no sessionAffinity' },
      backends: [{ key: 'web', port: 80, ready: true, meant: true }],
    });
    expect(find('10.244.0.2')).toBeUndefined();
  });
});

describe('a name for such an address', () => {
  test('is what checks, people and the command line call it', () => {
    expect(listTargets(LAB).get('service:web')).toEqual({
      ...{ key: 'service:web', name: 'web', title: 'service web', addresses: ['10.96.0.80'] },
    });
    expect(listTargets(LAB).get('service:none')?.addresses).toEqual([]);
    expect(targetNames(LAB).get('service:web')).toBe('service/web');
    expect(listTargetKinds(LAB, [{ name: 'none' }])).toEqual([]);
  });
});

test('features tell which kernel settings they have to see to explain a failure', () => {
  const explainers = (text: string) => listExplainers(labOf(text)).flatMap(({ sysctls }) => sysctls);
  expect(listExplainers(LAB).flatMap(({ sysctls }) => sysctls)).toContain('net.bridge.bridge-nf-call-iptables');
  expect(explainers('nodes: { node1: {} }')).toEqual([]);
});
