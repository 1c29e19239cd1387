/** The cluster's DNS as a part of the lab: when there is one, what it consists of, and what a file may say of it. */
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { expand } from '../../../../src/pipeline/expand.ts';
import { addressesOf, labOf, machineOf, problemsOf } from '../../resolve/lab-of.ts';

const SERVICES = 'services: { web: { selector: { app: web }, ports: [{ port: 80 }] } }';
const LAB = (cluster = '', more = '') => `
cluster: { ${cluster} }
nodes: { node1: {}, node2: {}, out: { external: true } }
pods:
  web: { labels: { app: web } }
  ${more}
${SERVICES}`;

const dnsService = (text: string) => labOf(text).services.find(({ key }) => key === 'kube-system/kube-dns');

describe('a cluster DNS', () => {
  test('is there where there are Services, and the tenth address is its own', () => {
    const lab = labOf(LAB());
    expect(lab.dns).toEqual({ domain: 'cluster.local', ttl: 30, upstream: [] });
    expect(dnsService(LAB())).toMatchObject({
      clusterIPs: ['10.96.0.10'],
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, protocol: 'TCP' },
      ],
      endpoints: [{ pod: 'kube-system/coredns' }],
    });
    expect(dnsService(LAB('ipFamily: dual'))?.clusterIPs).toEqual(['10.96.0.10', 'fd00:10:96::a']);
    expect(dnsService(LAB('ipFamily: ipv6'))?.clusterIPs).toEqual(['fd00:10:96::a']);
    expect(dnsService(LAB('serviceCIDR: 10.96.0.0/29'))?.clusterIPs[0]).toMatch(/^10\.96\.0\.[1-6]$/);
  });

  test.each([
    ['switched off', LAB('dns: false')],
    ['without Services', 'nodes: { node1: {} }\npods: { web: {} }'],
    ['without nodes of the cluster', `nodes: { out: { external: true } }\n${SERVICES}`],
    ['wired by hand', `cluster: { network: none }\nnodes: { node1: {} }\n${SERVICES}`],
  ])('is not there %s', (_, text) => {
    const lab = labOf(text);
    expect(lab.dns).toBeNull();
    expect([...lab.pods, ...lab.services].filter(({ namespace }) => namespace === 'kube-system')).toEqual([]);
  });

  test('is there without Services where that is asked for', () => {
    expect(labOf('cluster: { dns: true }\nnodes: { node1: {} }').services).toHaveLength(1);
  });

  test('takes no address and no place from anybody', () => {
    const [on, off] = ['', 'dns: false'].map(dns => labOf(LAB(dns, 'zebra: {}')));
    const own = (lab: typeof on) =>
      lab?.pods.filter(({ namespace }) => namespace === 'default').map(({ source: _, ...pod }) => pod);
    expect(own(on)).toEqual(own(off));
  });

  test('is a pod that the file may say more of', () => {
    const more = 'kube-system/coredns: { node: node2, address: 10.244.1.53/24, labels: { tier: dns } }';
    const lab = labOf(LAB('', more));
    expect(addressesOf(lab, 'kube-system/coredns')).toBe('eth0 10.244.1.53/24');
    expect(machineOf(lab, 'kube-system/coredns')).toMatchObject({
      node: 'node2',
      labels: { 'k8s-app': 'kube-dns', tier: 'dns' },
      containers: [{ command: ['netlab-dns', '/run/dns/zone', '8181'] }],
    });
  });

  test('may have copies, and another server', () => {
    const copies = labOf(LAB('', 'kube-system/coredns: { replicas: 2 }'));
    expect(copies.services.at(-1)?.endpoints.map(({ pod }) => pod)).toEqual([
      'kube-system/coredns-0',
      'kube-system/coredns-1',
    ]);
    const own = 'kube-system/named: { labels: { k8s-app: kube-dns }, containers: { named: { command: [named, -g] } } }';
    expect(
      labOf(LAB('', own))
        .services.at(-1)
        ?.endpoints.map(({ pod }) => pod),
    ).toEqual(['kube-system/named']);
  });

  test('has an upstream by name or address; of several addresses the one that its node reaches', () => {
    const wan = `bridges: { wan: { subnet: 203.0.113.0/24 }, far: { subnet: 198.51.100.0/24 } }`;
    const nodes = 'node1: { interfaces: { eth1: { bridge: wan, address: 203.0.113.11/24 } } }';
    const out =
      'out: { external: true, interfaces: { a: { bridge: far, address: 198.51.100.1/24 }, b: { bridge: wan, address: 203.0.113.1/24 } } }';
    const text = `cluster: { dns: { upstream: [out, 192.0.2.53] } }\nnodes: { ${nodes}, ${out} }\n${wan}`;
    expect(labOf(text).dns?.upstream).toEqual(['203.0.113.1', '192.0.2.53']);
  });

  test.each([
    LAB(),
    LAB('ipFamily: dual, dns: { domain: Lab.Example., ttl: 0, upstream: out }', 'kube-system/coredns: { replicas: 2 }'),
    LAB('dns: false'),
    LAB(
      '',
      'db: { replicas: 2, hostname: x, subdomain: web, dnsPolicy: None, dnsConfig: { nameservers: [192.0.2.53], options: [{ name: debug }] } }',
    ),
  ])('written out in full is the same', text => {
    const lab = labOf(text);
    const long = labOf(stringify(expand(lab)));
    expect(expand(long)).toEqual(expand(lab));
    expect(long.dns).toEqual(lab.dns);
  });
});

describe('names of pods', () => {
  const pods = (spec: string) => `
nodes: { node1: {} }
pods: { db: { labels: { app: db }, ${spec} } }
services: { db: { clusterIP: None, selector: { app: db } }, other: { clusterIP: None, selector: { app: db } } }`;
  const hostnames = (spec: string, service: string) =>
    labOf(pods(spec))
      .services.find(({ key }) => key === service)
      ?.endpoints.map(({ hostname }) => hostname);

  test('take a hostname, and a subdomain that is the Service', () => {
    expect(hostnames('hostname: first, subdomain: db', 'db')).toEqual(['first']);
    expect(hostnames('hostname: first, subdomain: db', 'other')).toEqual([null]);
    expect(hostnames('hostname: first', 'db')).toEqual([null]);
    expect(hostnames('subdomain: db', 'db')).toEqual([null]);
  });

  test('are those of a StatefulSet for copies', () => {
    expect(hostnames('replicas: 2, subdomain: db', 'db')).toEqual(['db-0', 'db-1']);
    expect(hostnames('replicas: 2', 'db')).toEqual([null, null]);
  });

  test.each([
    ['nowhere', /there is no Service "nowhere"/],
    ['front', /Service "front" is not headless/],
  ])('nobody hears of a subdomain %s', (subdomain, message) => {
    const text = `nodes: { n: {} }\npods: { db: { labels: { a: b }, subdomain: ${subdomain} } }\nservices: { front: { selector: { a: b }, ports: [{ port: 1 }] } }`;
    expect(problemsOf(text)).toMatchObject([{ severity: 'warning', message: expect.stringMatching(message) }]);
  });
});

describe('an upstream whose answers find no way back', () => {
  const said = (upstream: string, cluster = '', more = '') =>
    problemsOf(`
cluster: { dns: { upstream: ${upstream} }${cluster} }
nodes: { node1: {}, node2: {}, out: { external: true } }
pods: { inside: {} }
${more}`).map(({ message }) => message);

  test('is warned of', () =>
    expect(said('out')).toEqual([expect.stringMatching(/^"out" has no route back to the cluster DNS at 10\.244\./)]));

  test.each([
    ['a node masquerades', 'out', ', masquerade: true', ''],
    ['there is a route', 'out', '', 'routes: [{ on: out, to: 10.244.0.0/16, via: node1 }]'],
    ['a default route leads there', 'out', '', 'routes: [{ on: out, to: default, via: node1 }]'],
    ['a node masquerades IPv6', 'out', ', ipFamily: ipv6, masquerade: true', ''],
    ['it is a pod', 'inside', '', ''],
    ['it is a node', 'node2', '', ''],
    ['nobody of the lab has it', '203.0.113.53', '', ''],
  ])('is not where %s', (_, upstream = '', cluster = '', more = '') => {
    expect(said(upstream, cluster, more)).toEqual([]);
  });
});
