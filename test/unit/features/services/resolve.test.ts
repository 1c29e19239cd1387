import { describe, expect, test } from 'vitest';
import { labOf, problemsOf } from '../../resolve/lab-of.ts';

const HEAD = `
nodes: { node1: {} }
pods:
  web: { labels: { app: web, tier: front }, containers: { c: { command: [x], ports: [{ name: http, containerPort: 8080 }] } } }
  other: { labels: { app: web }, containers: { c: { command: [x], ports: [{ name: http, containerPort: 9090 }] } } }
  team-a/web: { labels: { app: web } }
`;
const services = (text: string, cluster = '') => `${cluster}${HEAD}services:\n${text}`;
const serviceOf = (text: string, key: string, cluster = '', previous?: string) => {
  const found = labOf(
    services(text, cluster),
    previous === undefined ? undefined : labOf(services(previous, cluster)),
  ).services;
  const service = found.find(one => one.key === key);
  if (!service) throw new Error(`no Service ${key}`);
  return service;
};
const PORTS = 'ports: [{ port: 80 }]';

describe('cluster IPs', () => {
  test('are the next free ones after those that are left to people', () => {
    const text = `  a: { selector: { app: web }, ${PORTS} }\n  b: { selector: { app: web }, ${PORTS} }`;
    expect(serviceOf(text, 'a').clusterIPs).toEqual(['10.96.1.1']);
    expect(serviceOf(text, 'b').clusterIPs).toEqual(['10.96.1.2']);
  });

  test('stay where a Service is added before', () => {
    const before = `  b: { selector: { app: web }, ${PORTS}, type: NodePort }`;
    const after = `  a: { selector: { app: web }, ${PORTS}, type: NodePort }\n${before}`;
    expect(serviceOf(after, 'b', '', before)).toMatchObject({
      clusterIPs: ['10.96.1.1'],
      ports: [{ nodePort: 30086 }],
    });
    expect(serviceOf(after, 'a', '', before)).toMatchObject({
      clusterIPs: ['10.96.1.2'],
      ports: [{ nodePort: 30087 }],
    });
  });

  test('are of the families that are asked for', () => {
    const cluster = 'cluster: { ipFamily: dual }';
    const one = (more: string) => serviceOf(`  a: { selector: { app: web }, ${PORTS}, ${more} }`, 'a', cluster);
    expect(one('').clusterIPs).toEqual(['10.96.1.1']);
    expect(one('ipFamilies: [IPv6]').clusterIPs).toEqual(['fd00:10:96::101']);
    expect(one('ipFamilyPolicy: PreferDualStack').clusterIPs).toEqual(['10.96.1.1', 'fd00:10:96::101']);
    expect(one('ipFamilies: [IPv6, IPv4]').clusterIPs).toEqual(['fd00:10:96::101', '10.96.1.1']);
    expect(one('clusterIP: "fd00:10:96::8"').ipFamilies).toEqual(['IPv6']);
    expect(
      serviceOf(`  a: { selector: { app: web }, ${PORTS}, ipFamilyPolicy: PreferDualStack }`, 'a').ipFamilies,
    ).toEqual(['IPv4']);
  });

  test('wrap around to what is left of a small range, and then there are none', () => {
    const cluster = 'cluster: { serviceCIDR: 10.96.0.0/29, dns: false }';
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) => `  s${i}: { selector: { app: web }, ${PORTS} }`).join('\n');
    expect(new Set(labOf(services(many(6), cluster)).services.flatMap(service => service.clusterIPs)).size).toBe(6);
    expect(problemsOf(services(many(7), cluster))[0]?.message).toMatch(/no cluster IP is left/);
  });

  test('there are none of a headless Service or an ExternalName', () => {
    const text = `  a: { clusterIP: None, selector: { app: web } }\n  b: { type: ExternalName, externalName: db.example.com }`;
    expect(serviceOf(text, 'a').clusterIPs).toEqual(['None']);
    expect(serviceOf(text, 'b').clusterIPs).toEqual([]);
  });
});

describe('endpoints', () => {
  test('are the pods of the namespace that have all the labels', () => {
    const find = (selector: string, key = 'a') =>
      serviceOf(`  ${key}: { selector: ${selector}, ${PORTS} }`, key).endpoints.map(({ pod }) => pod);
    expect(find('{ app: web }')).toEqual(['other', 'web']);
    expect(find('{ app: web, tier: front }')).toEqual(['web']);
    expect(find('{ app: web }', 'team-a/s')).toEqual(['team-a/web']);
  });

  test('have the port that each of them calls by the name', () => {
    const { endpoints } = serviceOf('  a: { selector: { app: web }, ports: [{ port: 80, targetPort: http }] }', 'a');
    expect(endpoints.map(({ address, ports }) => [address, ...ports])).toEqual([
      ['10.244.0.2', 9090],
      ['10.244.0.4', 8080],
    ]);
  });

  test('are those of the slices where there is no selector', () => {
    const slices = `endpointSlices:
      - { endpoints: [{ addresses: [10.9.9.9] }], ports: [{ name: one, port: 1 }] }
      - { endpoints: [{ addresses: [10.9.9.9], nodeName: node1 }], ports: [{ name: two, port: 2 }] }`;
    const text = `  a:\n    ports: [{ name: one, port: 11 }, { name: two, port: 22 }]\n    ${slices}`;
    expect(serviceOf(text, 'a').endpoints).toMatchObject([
      { address: '10.9.9.9', ports: [1, null], node: null },
      { address: '10.9.9.9', ports: [null, 2], node: 'node1' },
    ]);
  });
});

test('a node has a way to cluster IPs, its own where it has one', () => {
  const text = services(`  a: { selector: { app: web }, ${PORTS} }`);
  const toServices = (lab: string) => labOf(lab).routes.filter(({ to }) => to.startsWith('10.96.'));
  expect(toServices(text)).toMatchObject([{ on: 'node1', dev: 'cbr0' }]);
  expect(toServices(`${text}\nroutes: [{ on: node1, to: default, via: 10.244.0.4 }]`)).toEqual([]);
  expect(toServices(HEAD)).toEqual([]);
});
