/** What a Service of Kubernetes' API may have besides, as far as no other Service and no kernel is needed to see it. */
import { describe, expect, test } from 'vitest';
import { chooseEndpoints, listPorts } from '../../../../src/features/services/compile/ports.ts';
import { expand } from '../../../../src/pipeline/expand.ts';
import { labOf, problemsOf } from '../../resolve/lab-of.ts';

const ZONE = 'topology.kubernetes.io/zone';
const HEAD = `
cluster: { dns: false }
nodes: { a1: { labels: { ${ZONE}: a } }, a2: { labels: { ${ZONE}: a } }, b1: { labels: { ${ZONE}: b } }, c1: { labels: { ${ZONE}: c } }, none: {} }
pods:
  on-a1: { node: a1, labels: { app: web, near: yes-1 } }
  on-a2: { node: a2, labels: { app: web } }
  on-b1: { node: b1, labels: { app: web } }
`;
const PORTS = 'selector: { app: web }, ports: [{ port: 80 }]';
const serviceOf = (text: string, key = 'web') =>
  labOf(`${HEAD}services:\n  ${key}: { ${PORTS}, ${text} }`).services.find(one => one.key === key) ??
  expect.unreachable(`there is ${key}`);

describe('which endpoints a node asks first', () => {
  const lab = (distribution: string) =>
    labOf(`${HEAD}services: { web: { ${PORTS}, trafficDistribution: ${distribution} } }`);
  const zones = new Map([
    ['a1', 'a'],
    ['a2', 'a'],
    ['b1', 'b'],
    ['c1', 'c'],
  ]);
  const chosen = (distribution: string, key: string, ...unready: readonly string[]) => {
    const [port] = listPorts(lab(distribution).services, 4, new Set(unready));
    return (
      port &&
      chooseEndpoints(port, { key, zones })
        .cluster.map(({ origin }) => origin.pod)
        .sort()
    );
  };

  test.each(['PreferClose', 'PreferSameZone'])('%s: those of its zone', distribution => {
    expect(chosen(distribution, 'a1')).toEqual(['on-a1', 'on-a2']);
    expect(chosen(distribution, 'b1')).toEqual(['on-b1']);
  });

  test('PreferSameNode: its own, and then those of its zone', () => {
    expect(chosen('PreferSameNode', 'a1')).toEqual(['on-a1']);
    expect(chosen('PreferSameNode', 'a1', 'on-a1')).toEqual(['on-a2']);
  });

  test('all, where none is near or the node has no zone', () => {
    expect(chosen('PreferSameZone', 'c1')).toEqual(['on-a1', 'on-a2', 'on-b1']);
    expect(chosen('PreferSameZone', 'none')).toEqual(['on-a1', 'on-a2', 'on-b1']);
    expect(chosen('PreferSameZone', 'b1', 'on-b1')).toEqual(['on-a1', 'on-a2']);
  });

  test('all, where they are given by hand', () => {
    const slices =
      'endpointSlices: [{ endpoints: [{ addresses: [172.18.9.1], nodeName: a1 }, { addresses: [172.18.9.2], nodeName: a2 }] }]';
    const { services } = labOf(
      `${HEAD}services: { web: { ports: [{ port: 80 }], ${slices}, trafficDistribution: PreferSameNode } }`,
    );
    const [port] = listPorts(services, 4, new Set());
    expect(port && chooseEndpoints(port, { key: 'a1', zones }).cluster).toHaveLength(2);
  });

  const byHints = (hints: readonly string[], key: string) => {
    const endpoints = hints.map((hint, index) => `{ addresses: [172.18.9.${index}], hints: ${hint} }`);
    const slices = `endpointSlices: [{ endpoints: [${endpoints}] }]`;
    const { services } = labOf(`${HEAD}services: { web: { ports: [{ port: 80 }], ${slices} } }`);
    const [port] = listPorts(services, 4, new Set());
    return port && chooseEndpoints(port, { key, zones }).cluster.map(({ ip }) => ip.split('.')[3]);
  };

  test('those whose hints are for its node, or else for its zone', () => {
    const hints = [
      '{ forZones: [{ name: a }], forNodes: [{ name: a1 }] }',
      '{ forZones: [{ name: a }, { name: b }], forNodes: [{ name: b1 }] }',
    ];
    expect(byHints(hints, 'a1')).toEqual(['0']);
    expect(byHints(hints, 'a2')).toEqual(['0', '1']);
    expect(byHints(hints, 'b1')).toEqual(['1']);
    expect(byHints(hints, 'c1')).toEqual(['0', '1']);
  });

  test('all, where one of them has no hint', () => {
    expect(byHints(['{ forZones: [{ name: a }] }', '{ forZones: [] }'], 'a1')).toEqual(['0', '1']);
    expect(byHints(['{ forZones: [{ name: b }] }', '{ forZones: [{ name: a }] }'], 'a1')).toEqual(['1']);
  });

  test('and the long form says so again', () => {
    const hints = { forZones: [{ name: 'a' }], forNodes: [{ name: 'a1' }] };
    const slices = `endpointSlices: [{ endpoints: [{ addresses: [172.18.9.1], hints: ${JSON.stringify(hints)} }] }]`;
    const lab = labOf(`${HEAD}services: { web: { ports: [{ port: 80 }], ${slices} } }`);
    expect(expand(lab).services?.['web']?.endpointSlices?.[0]?.endpoints?.[0]?.hints).toEqual(hints);
  });
});

describe('where a load balancer is', () => {
  const balanced = (text: string) => serviceOf(`type: LoadBalancer, ${text}`);

  test('is said by the status, with any number of addresses', () => {
    const ingress =
      '[{ ip: 172.18.9.1 }, { ip: 172.18.9.2 }, { ip: 172.18.9.3, ipMode: Proxy, hostname: lb.example.com }]';
    expect(balanced(`status: { loadBalancer: { ingress: ${ingress} } }`)).toMatchObject({
      loadBalancerIPs: ['172.18.9.1', '172.18.9.2'],
      loadBalancerElsewhere: ['172.18.9.3', 'lb.example.com'],
    });
  });

  test('is left to the pool by a status that says nothing', () => {
    for (const status of ['{}', '{ loadBalancer: {} }', '{ loadBalancer: { ingress: [] } }'])
      expect(balanced(`status: ${status}`).loadBalancerIPs).toEqual(['172.18.255.200']);
  });

  test('is nowhere where another class of load balancers is asked for, or only a name is there', () => {
    expect(balanced('loadBalancerClass: example.com/vip').loadBalancerIPs).toEqual([]);
    expect(balanced('status: { loadBalancer: { ingress: [{ hostname: lb.example.com }] } }').loadBalancerIPs).toEqual(
      [],
    );
  });

  test('is written out so that it is the same again', () => {
    const text = `${HEAD}services: { web: { ${PORTS}, type: LoadBalancer, status: { loadBalancer: { ingress: [{ ip: 172.18.9.1 }, { ip: 172.18.0.2, ipMode: Proxy }, { hostname: lb.example.com }] } } } }`;
    expect(expand(labOf(text)).services?.['web']?.status).toEqual({
      loadBalancer: {
        ingress: [{ ip: '172.18.9.1' }, { ip: '172.18.0.2', ipMode: 'Proxy' }, { hostname: 'lb.example.com' }],
      },
    });
  });
});

describe('the Service kubernetes', () => {
  const find = (cluster: string, services = '') =>
    labOf(
      `cluster: { dns: false${cluster} }\nnodes: { n1: {}, n2: {} }\npods: { api: { node: n2 } }\n${services}`,
    ).services.find(({ key }) => key === 'kubernetes');

  test('is there where somebody plays the API server, and at no other time', () => {
    expect(find('')).toBeUndefined();
    expect(find(', apiServer: n1')).toMatchObject({
      clusterIPs: ['10.96.0.1'],
      ports: [{ name: 'https', port: 443, targetPort: 6443 }],
      endpoints: [{ address: '172.18.0.2', ports: [6443], pod: null, ready: true }],
    });
  });

  test('has an endpoint for each of them', () => {
    const addresses = find(', apiServer: [n2, api, 192.0.2.9]')?.endpoints.map(({ address }) => address);
    expect(addresses).toEqual(['172.18.0.3', '10.244.1.2', '192.0.2.9']);
  });

  test('is as the file has it where the file has it', () => {
    const own = 'services: { kubernetes: { ports: [{ name: https, port: 443, targetPort: 8443 }] } }';
    expect(find(', apiServer: n1', own)?.endpoints[0]).toMatchObject({ address: '172.18.0.2', ports: [8443] });
    const placed = 'services: { kubernetes: { clusterIP: 10.96.0.7, ports: [{ port: 443 }], endpointSlices: [] } }';
    expect(find('', placed)?.clusterIPs).toEqual(['10.96.0.7']);
    const bare = 'services: { default/kubernetes: { ports: [{ port: 443 }], endpointSlices: [] } }';
    expect(find('', bare)?.clusterIPs).toEqual(['10.96.0.1']);
  });

  test('brings a DNS, as any Service does', () => {
    expect(labOf('cluster: { apiServer: n1 }\nnodes: { n1: {} }').pods.map(({ key }) => key)).toEqual([
      'kube-system/coredns',
    ]);
  });
});

test('a Service may have what Kubernetes passes over, and is told so', () => {
  const messages = problemsOf(`${HEAD}services: { web: { ${PORTS}, loadBalancerIP: 203.0.113.1 } }`);
  expect(messages).toMatchObject([
    { severity: 'warning', message: expect.stringContaining('"loadBalancerIP" means nothing here') },
  ]);
});
