/**
 * Kubernetes' fields of Services, EndpointSlices, Ingresses, NetworkPolicies and pods, one by one (k8s.io/api, types.go, and
 * kubernetes/kubernetes, pkg/apis/…/validation): what its API server takes a lab takes, says that it passes it over, or
 * refuses for a reason that is a lab's own; and what the API server refuses a lab refuses.
 */

import { describe, expect, test } from 'vitest';
import { load } from '../../../src/pipeline/load.ts';

/** Nothing is said of it. */
const TAKEN = 'taken';
/** What a row says: a value, what becomes of it, and for all but what is taken a part of what is said. */
type Verdict = typeof TAKEN | readonly ['warned' | 'refused', string | RegExp];
type Row = readonly [field: string, value: unknown, verdict: Verdict];

const warned = (words: string | RegExp) => ['warned', words] as const;
const refused = (words: string | RegExp) => ['refused', words] as const;

const BASE = {
  cluster: { ipFamily: 'dual' },
  nodes: { n1: { labels: { zone: 'a' } }, out: { external: true } },
};
const SERVER = { command: ['busybox', 'httpd', '-f'], ports: [{ name: 'http', containerPort: 8080 }] };
const POD = { labels: { app: 'web' }, containers: { c: SERVER } };
const SERVICE = { selector: { app: 'web' }, ports: [{ port: 80 }] };

/** A row's place is a path of keys below what it is about; `a/b` is `{ a: { b: value } }`. */
function put(base: object, field: string, value: unknown): object {
  const [key = '', ...rest] = field.split('/');
  const below = (base as Record<string, unknown>)[key];
  const isMap = typeof below === 'object' && below !== null && !Array.isArray(below);
  return { ...base, [key]: rest.length === 0 ? value : put(isMap ? below : {}, rest.join('/'), value) };
}

function sayOf(file: object): { readonly severity: string; readonly text: string }[] {
  const { diagnostics } = load(JSON.stringify({ ...BASE, ...file }), { name: 'lab' });
  return diagnostics.map(({ severity, message, hint = '' }) => ({ severity, text: `${message}; ${hint}` }));
}

function check(rows: readonly Row[], toFile: (field: string, value: unknown) => object): void {
  test.each(rows.map(row => [...row] as const))('%s: %j is %s', (field, value, verdict) => {
    const said = sayOf(toFile(field, value));
    if (verdict === TAKEN) {
      expect(said).toEqual([]);
      return;
    }
    const [how, words] = verdict;
    const severity = how === 'warned' ? 'warning' : 'error';
    expect(said.map(one => one.severity)).toContain(severity);
    if (how === 'warned') expect(said.filter(one => one.severity === 'error')).toEqual([]);
    expect(
      said
        .filter(one => one.severity === severity)
        .map(({ text }) => text)
        .join('\n'),
    ).toMatch(words);
  });
}

const inService = (base: object) => (field: string, value: unknown) => ({
  pods: { web: POD },
  services: { web: put({ ...SERVICE, ...base }, field, value) },
});

describe('a Service', () => {
  const bare = { name: 'http', port: 80 };
  const rows: readonly Row[] = [
    ...(['', null, 'ClusterIP', 'NodePort', 'LoadBalancer'] as const).map((value): Row => ['type', value, TAKEN]),
    ['type', 'clusterip', refused('did you mean "ClusterIP"')],
    ['type', 5, refused('must be')],
    ['selector', null, warned('nobody who answers')],
    ['selector', {}, warned('nobody who answers')],
    ['selector', { app: '' }, warned('finds no pod')],
    ['selector', { app: 5 }, refused('quotes')],
    ['ports', null, refused('has no ports')],
    ['ports', [], refused('has no ports')],
    ['ports', [{ port: 0 }], refused('between 1 and 65535')],
    ['ports', [{ port: 65535 }], TAKEN],
    ['ports', [{ port: 65536 }], refused('between 1 and 65535')],
    ['ports', [{ port: '80' }], refused('without quotes')],
    ['ports', [{ port: null }], refused('port: 80')],
    ['ports', [bare, { name: 'dns', port: 80, protocol: 'UDP' }], TAKEN],
    ['ports', [bare, { name: 'two', port: 80, protocol: 'TCP' }], refused('has TCP port 80 already')],
    ['ports', [bare, { name: 'http', port: 81 }], refused('has the name')],
    ['ports', [bare, { port: 81 }], refused('each needs a name')],
    ['ports', [bare, { name: 'two', port: 81, targetPort: 80 }], TAKEN],
    ['ports', [{ port: 80, name: 'fifteenletters0' }], TAKEN],
    ['ports', [{ port: 80, name: 'x'.repeat(63) }], TAKEN],
    ['ports', [{ port: 80, name: 'x'.repeat(64) }], refused('at most 63')],
    ['ports', [{ port: 80, name: 'HTTP' }], refused('did you mean "http"')],
    ['ports', [{ port: 80, name: null, protocol: null, targetPort: null, nodePort: null }], TAKEN],
    ['ports', [{ port: 80, name: '', protocol: '', targetPort: '', nodePort: 0 }], TAKEN],
    ['ports', [{ port: 80, targetPort: 0 }], TAKEN],
    ['ports', [{ port: 80, targetPort: 'http' }], TAKEN],
    ['ports', [{ port: 80, targetPort: 'htpt' }], warned('its clients will be refused')],
    ['ports', [{ port: 80, targetPort: '8080' }], refused('without quotes')],
    ['ports', [{ port: 80, targetPort: 'sixteen-letters0' }], refused('at most 15')],
    ['ports', [{ port: 80, targetPort: -1 }], refused('between 1 and 65535')],
    ['ports', [{ port: 80, protocol: 'SCTP' }], TAKEN],
    ['ports', [{ port: 80, protocol: 'tcp' }], refused('did you mean "TCP"')],
    ['ports', [{ port: 80, nodePort: 30000 }], refused('has no node ports')],
    ['ports', [{ port: 80, appProtocol: null }], TAKEN],
    ['ports', [{ port: 80, appProtocol: 'kubernetes.io/h2c' }], TAKEN],
    ['ports', [{ port: 80, appProtocol: '' }], refused('appProtocol')],
    ['ports', [{ port: 80, appProtocol: 'a/b/c' }], refused('appProtocol')],
    ['clusterIP', null, TAKEN],
    ['clusterIP', '', TAKEN],
    ['clusterIP', 'None', TAKEN],
    ['clusterIP', 'none', refused('"None" for a headless')],
    ['clusterIP', '10.96.1.1', TAKEN],
    ['clusterIP', '10.1.1.1', refused('not in the service CIDR')],
    ['clusterIPs', null, TAKEN],
    ['clusterIPs', [], TAKEN],
    ['clusterIPs', [''], TAKEN],
    ['clusterIPs', ['None'], TAKEN],
    ['clusterIPs', ['10.96.1.1', 'fd00:10:96::99'], TAKEN],
    ['clusterIPs', ['fd00:10:96::99', '10.96.1.1'], TAKEN],
    ['clusterIPs', ['10.96.1.1', '10.96.1.2'], refused('second IPv4')],
    ['clusterIPs', ['10.96.1.1', '10.96.1.1'], refused('twice')],
    ['ipFamilies', null, TAKEN],
    ['ipFamilies', [], TAKEN],
    ['ipFamilies', ['IPv6'], TAKEN],
    ['ipFamilies', ['IPv6', 'IPv4'], TAKEN],
    ['ipFamilies', ['IPv4', 'IPv4'], refused('twice')],
    ['ipFamilies', ['ipv4'], refused('did you mean "IPv4"')],
    ['ipFamilyPolicy', null, TAKEN],
    ['ipFamilyPolicy', '', refused('must be')],
    ...(['SingleStack', 'PreferDualStack', 'RequireDualStack'] as const).map(
      (value): Row => ['ipFamilyPolicy', value, TAKEN],
    ),
    ['sessionAffinity', null, TAKEN],
    ['sessionAffinity', '', TAKEN],
    ['sessionAffinity', 'ClientIP', TAKEN],
    ['sessionAffinity', 'clientIP', refused('did you mean "ClientIP"')],
    ['sessionAffinityConfig', null, TAKEN],
    ['sessionAffinityConfig', {}, TAKEN],
    ['sessionAffinityConfig', { clientIP: null }, TAKEN],
    ['sessionAffinityConfig', { clientIP: { timeoutSeconds: 5 } }, warned('means nothing here')],
    ['internalTrafficPolicy', null, TAKEN],
    ['internalTrafficPolicy', 'Local', TAKEN],
    ['internalTrafficPolicy', '', refused('must be')],
    ['externalTrafficPolicy', null, TAKEN],
    ['externalTrafficPolicy', '', TAKEN],
    ['externalTrafficPolicy', 'Cluster', refused('reached from outside')],
    ['trafficDistribution', null, TAKEN],
    ...(['PreferClose', 'PreferSameZone', 'PreferSameNode'] as const).map(
      (value): Row => ['trafficDistribution', value, TAKEN],
    ),
    ['trafficDistribution', '', refused('must be')],
    ['healthCheckNodePort', null, TAKEN],
    ['healthCheckNodePort', 0, TAKEN],
    ['healthCheckNodePort', 30000, refused('type LoadBalancer')],
    ['externalIPs', null, TAKEN],
    ['externalIPs', [], TAKEN],
    ['externalIPs', ['203.0.113.7', '203.0.113.8'], TAKEN],
    ['externalIPs', ['203.0.113.7', '203.0.113.7'], warned('203.0.113.7 is there twice')],
    ['externalIPs', ['2001:db8::7'], warned('has no IPv6')],
    ['externalIPs', [''], refused('not an address')],
    ['externalIPs', ['127.0.0.1'], refused('loopback')],
    ['externalIPs', '203.0.113.7', refused('list')],
    ['externalName', null, TAKEN],
    ['externalName', '', TAKEN],
    ['externalName', 'db.example.com', warned('means nothing here')],
    ['loadBalancerIP', null, TAKEN],
    ['loadBalancerIP', '', TAKEN],
    ['loadBalancerIP', '203.0.113.7', warned('means nothing here')],
    ['loadBalancerClass', null, TAKEN],
    ['loadBalancerClass', 'example.com/vip', refused('only for')],
    ['loadBalancerSourceRanges', null, TAKEN],
    ['loadBalancerSourceRanges', [], TAKEN],
    ['loadBalancerSourceRanges', ['10.0.0.0/8'], refused('only for')],
    ['allocateLoadBalancerNodePorts', null, TAKEN],
    ['allocateLoadBalancerNodePorts', false, refused('only for')],
    ['publishNotReadyAddresses', null, TAKEN],
    ['publishNotReadyAddresses', false, TAKEN],
    ['publishNotReadyAddresses', true, TAKEN],
    ['publishNotReadyAddresses', 'true', refused('write true')],
    ['labels', null, TAKEN],
    ['labels', { a: '' }, TAKEN],
    ['annotations', null, TAKEN],
    ['annotations', { 'example.com/note': 'any text\n' }, TAKEN],
    ['status', null, TAKEN],
    ['status', {}, TAKEN],
    ['status', { loadBalancer: {} }, TAKEN],
    ['status', { loadBalancer: { ingress: null } }, TAKEN],
    ['status', { loadBalancer: {}, conditions: [] }, TAKEN],
    ['status', { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } }, refused('has no load balancer')],
    ['topologyKeys', ['*'], refused('trafficDistribution')],
  ];
  check(rows, inService({}));
});

describe('a headless Service', () => {
  check(
    [
      ['externalIPs', ['203.0.113.7'], warned('means nothing here')],
      ['sessionAffinity', 'ClientIP', warned('means nothing here')],
      ['sessionAffinity', 'None', TAKEN],
      ['ports', null, TAKEN],
      ['ports', [{ port: 80, targetPort: 'http' }], TAKEN],
      ['internalTrafficPolicy', 'Cluster', TAKEN],
      ['publishNotReadyAddresses', true, TAKEN],
    ],
    inService({ clusterIP: 'None' }),
  );
});

describe('a Service with session affinity', () => {
  const rows: readonly Row[] = [
    ['sessionAffinityConfig', null, TAKEN],
    ...[1, 86_400].map((value): Row => ['sessionAffinityConfig/clientIP/timeoutSeconds', value, TAKEN]),
    ['sessionAffinityConfig/clientIP/timeoutSeconds', null, TAKEN],
    ...[0, 86_401, -1].map(
      (value): Row => ['sessionAffinityConfig/clientIP/timeoutSeconds', value, refused('between 1 and 86400')],
    ),
    ['sessionAffinityConfig/clientIP/timeoutSeconds', '5', refused('without quotes')],
  ];
  check(rows, inService({ sessionAffinity: 'ClientIP' }));
});

describe('a Service with a load balancer', () => {
  const rows: readonly Row[] = [
    ['loadBalancerIP', '203.0.113.7', TAKEN],
    ['loadBalancerIP', '203.0.113.7/32', refused('without a prefix length')],
    ['loadBalancerIP', '2001:db8::7', warned('has no IPv6')],
    ['loadBalancerClass', 'example.com/vip', TAKEN],
    ['loadBalancerClass', 'vip', TAKEN],
    ['loadBalancerClass', '', refused('loadBalancerClass')],
    ['loadBalancerSourceRanges', ['10.0.0.0/8'], TAKEN],
    ['loadBalancerSourceRanges', [' 10.0.0.0/8 '], TAKEN],
    ['loadBalancerSourceRanges', ['10.0.0.1/8'], warned('stands for all of 10.0.0.0/8')],
    ['loadBalancerSourceRanges', ['10.0.0.0/8', '10.0.0.0/8'], warned('twice')],
    ['loadBalancerSourceRanges', ['10.0.0.0/33'], refused('not a subnet')],
    ['loadBalancerSourceRanges', ['10.0.0.1'], refused('not a subnet')],
    ['loadBalancerSourceRanges', ['2001:db8::/32'], warned('lets everybody in over IPv4')],
    ['allocateLoadBalancerNodePorts', false, TAKEN],
    ['allocateLoadBalancerNodePorts', true, TAKEN],
    ['externalTrafficPolicy', 'Local', TAKEN],
    ['externalTrafficPolicy', 'local', refused('did you mean "Local"')],
    ['healthCheckNodePort', 30000, refused('externalTrafficPolicy: Local')],
    ['status', { loadBalancer: { ingress: [{ ip: '203.0.113.7' }, { ip: '203.0.113.7' }] } }, warned('twice')],
    ['status', { loadBalancer: { ingress: [{ ip: '2001:db8::7' }] } }, warned('has no IPv6')],
    ['status', { loadBalancer: { ingress: [{ hostname: 'lb.example.com' }] } }, TAKEN],
    ['status', { loadBalancer: { ingress: [{}] } }, warned('says nothing of where')],
    ['status', { loadBalancer: { ingress: [{ hostname: '203.0.113.7' }] } }, refused('is an address')],
    ['status', { loadBalancer: { ingress: [{ hostname: 'a', ipMode: 'VIP' }] } }, refused('ipMode')],
    ['status', { loadBalancer: { ingress: [{ ip: '203.0.113.7', ports: [{ port: 80, protocol: 'TCP' }] }] } }, TAKEN],
  ];
  check(rows, inService({ type: 'LoadBalancer' }));
  check(
    [
      ['loadBalancerIP', '203.0.113.9', warned('which counts')],
      ['loadBalancerIP', '203.0.113.7', TAKEN],
    ],
    inService({ type: 'LoadBalancer', status: { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } } }),
  );
});

describe('a Service with node ports', () => {
  const rows: readonly Row[] = [
    ...[0, null, 30000, 32767].map((nodePort): Row => ['ports', [{ port: 80, nodePort }], TAKEN]),
    ...[29999, 32768].map((nodePort): Row => ['ports', [{ port: 80, nodePort }], refused('30000-32767')]),
    [
      'ports',
      [
        { name: 'a', port: 53, nodePort: 30053 },
        { name: 'b', port: 53, nodePort: 30053, protocol: 'UDP' },
      ],
      TAKEN,
    ],
    [
      'ports',
      [
        { name: 'a', port: 53, nodePort: 30053 },
        { name: 'b', port: 54, nodePort: 30053 },
      ],
      refused('already'),
    ],
    ['clusterIP', 'None', refused('headless')],
    ['externalTrafficPolicy', 'Cluster', TAKEN],
  ];
  check(rows, inService({ type: 'NodePort' }));
});

describe('a Service that is a name', () => {
  const rows: readonly Row[] = [
    ...['db.example.com', 'db.example.com.', 'db', '1.2.3.4'].map((value): Row => ['externalName', value, TAKEN]),
    ['externalName', null, refused('has no "externalName"')],
    ['externalName', '', refused('has no "externalName"')],
    ['externalName', 'DB.example.com', refused('did you mean "db.example.com"')],
    ['externalName', '.', refused('host name')],
    ['externalName', 'a..b', refused('host name')],
    ['ports', [{ port: 80 }], TAKEN],
    ['ports', [{ port: 80, nodePort: 30000 }], warned('means nothing here')],
    ['selector', { app: 'web' }, warned('means nothing here')],
    ['clusterIP', '', TAKEN],
    ['clusterIP', '10.96.0.9', refused('no cluster IP')],
    ['ipFamilies', ['IPv4'], refused('only for')],
  ];
  check(rows, (field, value) => ({
    pods: { web: POD },
    services: { web: put({ type: 'ExternalName', externalName: 'db.example.com' }, field, value) },
  }));
});

describe('an EndpointSlice', () => {
  const at = { addresses: ['172.18.0.9'] };
  const rows: readonly Row[] = [
    ['addressType', null, TAKEN],
    ['addressType', 'IPv4', TAKEN],
    ['addressType', 'IPv6', refused('not an IPv6 address')],
    ['addressType', 'FQDN', refused('must be')],
    ['ports', null, TAKEN],
    ['ports', [{ port: 8080 }], TAKEN],
    ['ports', [{ name: null, port: 8080, protocol: null, appProtocol: null }], TAKEN],
    ['ports', [{ name: 'nope', port: 8080 }], refused('has no port named "nope"')],
    ['ports', [{ port: null }], refused('port: 80')],
    ['endpoints', null, TAKEN],
    ['endpoints', [], TAKEN],
    ['endpoints', [{ addresses: [] }], refused('at least one')],
    ['endpoints', [{ addresses: ['172.18.0.9', '172.18.0.10'] }], warned('first address')],
    ['endpoints', [{ addresses: ['172.18.0.9', '172.18.0.9'] }], warned('first address')],
    ['endpoints', [{ addresses: ['127.0.0.1'] }], refused('loopback')],
    ['endpoints', [{ ...at, conditions: null, nodeName: null, hostname: null, zone: null, targetRef: null }], TAKEN],
    ['endpoints', [{ ...at, conditions: {} }], TAKEN],
    ['endpoints', [{ ...at, conditions: { ready: null, serving: null, terminating: null } }], TAKEN],
    ['endpoints', [{ ...at, conditions: { ready: false, serving: true, terminating: true } }], TAKEN],
    ['endpoints', [{ ...at, conditions: { ready: 'true' } }], refused('write true')],
    ['endpoints', [{ ...at, nodeName: 'n1', hostname: 'a' }], TAKEN],
    ['endpoints', [{ ...at, nodeName: 'n9' }], refused('no node')],
    ['endpoints', [{ ...at, hostname: 'A' }], refused('hostname')],
    ['endpoints', [{ ...at, hints: null }], TAKEN],
    ['endpoints', [{ ...at, hints: {} }], TAKEN],
    ['endpoints', [{ ...at, zone: 'a', hints: { forZones: [{ name: 'a' }], forNodes: null } }], TAKEN],
    ['endpoints', [{ ...at, hints: { forNodes: [{ name: 'n9' }] } }], refused('no node')],
    ['endpoints', [{ ...at, hints: { forZones: ['a'] } }], refused('map')],
  ];
  check(rows, (field, value) => ({
    services: { web: { ports: SERVICE.ports, endpointSlices: [put({ endpoints: [at] }, field, value)] } },
  }));
});

describe('an Ingress', () => {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const path = (entry: object) => [{ host: 'a.example', http: { paths: [{ pathType: 'Prefix', backend, ...entry }] } }];
  const rows: readonly Row[] = [
    ['ingressClassName', null, TAKEN],
    ['ingressClassName', 'nginx', TAKEN],
    ['ingressClassName', '', refused('ingressClassName')],
    ['ingressClassName', 'other', warned('nobody serves')],
    ['rules', null, refused('leads nowhere')],
    ['rules', [], refused('leads nowhere')],
    ['rules', [{}], TAKEN],
    ['rules', [{ host: null, http: null }], TAKEN],
    ['rules', [{ host: '*.example.com', http: null }], TAKEN],
    ['rules', [{ host: '*' }], refused('host')],
    ['rules', [{ host: 'a.*.example' }], refused('host')],
    ['rules', [{ host: 'A.example' }], refused('did you mean "a.example"')],
    ['rules', [{ host: '10.0.0.1' }], refused('is an address')],
    ['rules', [{ http: { paths: [] } }], refused('at least one')],
    ['rules', [{ http: {} }], refused('paths')],
    ...['Exact', 'Prefix', 'ImplementationSpecific'].map(
      (pathType): Row => ['rules', path({ path: '/', pathType }), TAKEN],
    ),
    ['rules', path({ pathType: 'prefix' }), refused('did you mean "Prefix"')],
    ['rules', path({ pathType: null }), refused('pathType')],
    ['rules', path({ path: '', pathType: 'ImplementationSpecific' }), TAKEN],
    ['rules', path({ path: 'a' }), refused('path')],
    ['rules', path({ backend: { service: { name: 'web', port: { name: '', number: 80 } } } }), TAKEN],
    [
      'rules',
      path({ backend: { service: { name: 'web', port: { name: null, number: 0 } } } }),
      refused('neither "number" nor "name"'),
    ],
    ['rules', path({ backend: { service: { name: 'web', port: {} } } }), refused('neither "number" nor "name"')],
    [
      'rules',
      path({ backend: { service: { name: 'web', port: { name: 'http', number: 80 } } } }),
      refused('only "number" or "name"'),
    ],
    ['rules', path({ backend: { ...backend, resource: null } }), TAKEN],
    ['rules', path({ backend: { resource: { kind: 'Bucket', name: 'a' } } }), refused('no objects that could answer')],
    ['tls', null, TAKEN],
    ['tls', [], TAKEN],
    ['tls', [{}], TAKEN],
    ['tls', [{ hosts: null, secretName: null }], TAKEN],
    ['tls', [{ hosts: ['a.example'], secretName: '' }], TAKEN],
    ['tls', [{ hosts: ['a.example', 'a.example'], secretName: 'c' }], TAKEN],
    ['tls', [{ hosts: ['*.example'] }], TAKEN],
    ['tls', [{ hosts: ['b.example'] }], warned('no rule')],
    ['status', null, TAKEN],
    ['status', { loadBalancer: {} }, TAKEN],
    ['labels', null, TAKEN],
    ['annotations', null, TAKEN],
  ];
  const toFile = (base: object) => (field: string, value: unknown) => ({
    pods: { web: POD },
    services: { web: SERVICE },
    ingresses: { shop: put(base, field, value) },
  });
  check(rows, toFile({ rules: path({ path: '/' }) }));
  check(
    [
      ['defaultBackend', backend, TAKEN],
      ['defaultBackend', null, refused('leads nowhere')],
      ['defaultBackend', { service: { name: 'nope', port: { number: 80 } } }, refused('no Service "nope"')],
      ['defaultBackend', { service: { name: 'web', port: { number: '80' } } }, refused('without quotes')],
    ],
    toFile({}),
  );
});

describe('a NetworkPolicy', () => {
  const pods = {
    'shop/db': { labels: { app: 'db', tier: 'data' }, containers: { c: SERVER } },
    'shop/web': { labels: { app: 'web', tier: 'front' } },
  };
  const toFile = (base: object) => (field: string, value: unknown) => ({
    namespaces: { shop: { labels: { team: 'a' } } },
    pods,
    networkPolicies: { 'shop/p': put(base, field, value) },
  });

  describe('its own fields', () => {
    const rows: readonly Row[] = [
      ...[null, {}, { matchLabels: null, matchExpressions: null }, { matchLabels: {}, matchExpressions: [] }].map(
        (value): Row => ['podSelector', value, TAKEN],
      ),
      ['podSelector', { matchLabels: { app: 'db' } }, TAKEN],
      ['podSelector', { matchLabels: { app: 'nope' } }, warned('isolates nobody')],
      ['podSelector', 'app=db', refused('matchLabels: { app: db }')],
      ['podSelector', { app: 'db' }, refused('labels stand below')],
      ...[null, [], ['Ingress'], ['Egress'], ['Ingress', 'Egress'], ['Egress', 'Ingress']].map(
        (value): Row => ['policyTypes', value, TAKEN],
      ),
      ['policyTypes', ['Ingress', 'Ingress'], warned('there twice')],
      ['policyTypes', ['Ingress', 'Egress', 'Ingress'], refused('at most 2')],
      ['policyTypes', ['ingress'], refused('did you mean "Ingress"')],
      ['policyTypes', [''], refused('must be "Ingress" or "Egress"')],
      ['policyTypes', [null], refused('not empty')],
      ['policyTypes', 'Ingress', refused('policyTypes: [Ingress]')],
      ...[null, [], [{}], [null], [{ from: null, ports: null }], [{ from: [], ports: [] }]].map(
        (value): Row => ['ingress', value, TAKEN],
      ),
      ...[null, [{}], [null], [{ to: null, ports: null }], [{ to: [], ports: [] }]].map(
        (value): Row => ['egress', value, TAKEN],
      ),
      ['egress', [], warned('does not isolate anybody for egress')],
      ['ingress', {}, refused('let in everything')],
      ['egress', {}, refused('let out everything')],
      ['ingress', [{ to: [] }], refused('comes "from"')],
      ['egress', [{ from: [] }], refused('goes "to"')],
      ['labels', null, TAKEN],
      ['labels', { a: '' }, TAKEN],
      ['labels', { 'a b': '' }, refused('not a name for a label')],
      ['annotations', null, TAKEN],
      ['annotations', { 'example.com/A': 'any text, really' }, TAKEN],
      ['status', {}, TAKEN],
      ['status', null, TAKEN],
      ['spec', {}, refused('without that word')],
      ['metadata', { name: 'p' }, refused('are the key')],
    ];
    check(rows, toFile({}));
    check(
      [
        ['egress', [{}], warned('mean nothing')],
        ['egress', [], TAKEN],
        ['egress', null, TAKEN],
      ],
      toFile({ policyTypes: ['Ingress'] }),
    );
    check(
      [
        ['ingress', [{}], warned('mean nothing')],
        ['ingress', [], TAKEN],
        ['egress', [], TAKEN],
      ],
      toFile({ policyTypes: ['Egress'] }),
    );
  });

  describe('its selectors', () => {
    const long = `${'a'.repeat(63)}`;
    const rows: readonly Row[] = [
      ['matchLabels', { app: 'db', tier: 'data' }, TAKEN],
      ['matchLabels', { app: 'd b' }, refused('value for a label')],
      ['matchLabels', { app: `${long}a` }, refused('at most 63')],
      ['matchLabels', { app: long }, warned('isolates nobody')],
      ['matchLabels', { [long]: 'x' }, warned('isolates nobody')],
      ['matchLabels', { [`${long}a`]: 'x' }, refused('64 characters')],
      ['matchLabels', { 'example.com/app': 'x' }, warned('isolates nobody')],
      ['matchLabels', { 'Example.com/app': 'x' }, refused('not a name for a label')],
      ['matchLabels', { 'a/b/c': 'x' }, refused('not a name for a label')],
      ['matchLabels', { '': 'x' }, refused('not a name for a label')],
      ['matchLabels', { app: 5 }, refused('quotes')],
      ['matchLabels', ['app=db'], refused('matchLabels: { app: db }')],
      ['matchExpressions', [{ key: 'app', operator: 'In', values: ['db', 'x'] }], TAKEN],
      ['matchExpressions', [{ key: 'app', operator: 'In', values: ['db', 'db'] }], TAKEN],
      ['matchExpressions', [{ key: 'app', operator: 'NotIn', values: ['', 'x'] }], TAKEN],
      ['matchExpressions', [{ key: 'app', operator: 'Exists' }], TAKEN],
      ['matchExpressions', [{ key: 'app', operator: 'Exists', values: null }], TAKEN],
      ['matchExpressions', [{ key: 'gone', operator: 'DoesNotExist', values: [] }], TAKEN],
      ['matchExpressions', [{ key: 'app', operator: 'In', values: [] }], refused('has no "values"')],
      ['matchExpressions', [{ key: 'app', operator: 'NotIn', values: null }], refused('has no "values"')],
      ['matchExpressions', [{ key: 'app', operator: 'NotIn' }], refused('has no "values"')],
      ['matchExpressions', [{ key: 'app', operator: 'Exists', values: ['db'] }], refused('takes no "values"')],
      ['matchExpressions', [{ key: 'app', operator: 'DoesNotExist', values: [''] }], refused('takes no "values"')],
      ['matchExpressions', [{ key: 'app', operator: 'In', values: ['d b'] }], refused('value for a label')],
      ['matchExpressions', [{ key: 'app', operator: 'In', values: [`${long}a`] }], refused('at most 63')],
      ['matchExpressions', [{ key: 'app', operator: 'In', values: 'db' }], refused('values: [db]')],
      ['matchExpressions', [{ key: 'app', operator: 'in', values: ['db'] }], refused('did you mean "In"')],
      ['matchExpressions', [{ key: 'app', operator: '', values: ['db'] }], refused('must be "In"')],
      ['matchExpressions', [{ key: 'app', operator: 'Equals', values: ['db'] }], refused('did you mean "In"')],
      ['matchExpressions', [{ key: '', operator: 'Exists' }], refused('name of a label')],
      ['matchExpressions', [{ key: 'a b', operator: 'Exists' }], refused('name of a label')],
      ['matchExpressions', [{ operator: 'Exists' }], refused('has no "key"')],
      ['matchExpressions', [{ key: 'app' }], refused('has no "operator"')],
      ['matchExpressions', [null], refused('no value')],
      ['matchExpressions', { key: 'app', operator: 'Exists' }, refused('matchExpressions: [{ key')],
      ['matchFields', [], refused('matchLabels')],
    ];
    check(rows, (field, value) => toFile({})('podSelector', { [field]: value }));
  });

  describe('its peers', () => {
    const block = (cidr: string, ...except: unknown[]) => ({ ipBlock: { cidr, except } });
    const rows: readonly Row[] = [
      ...[
        { podSelector: {} },
        { namespaceSelector: {} },
        { podSelector: {}, namespaceSelector: {} },
        { podSelector: {}, namespaceSelector: null, ipBlock: null },
        { podSelector: { matchLabels: { app: 'web' } } },
        { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } },
        { namespaceSelector: { matchLabels: { team: 'a' } }, podSelector: { matchLabels: { app: 'web' } } },
        { ipBlock: { cidr: '192.0.2.0/24' } },
        { ipBlock: { cidr: '192.0.2.0/24', except: null } },
        block('192.0.2.0/24'),
        block('192.0.2.0/24', '192.0.2.0/25', '192.0.2.128/32', '192.0.2.0/25'),
        block('0.0.0.0/0', '10.0.0.0/8'),
        block('::/0', '2001:DB8::/32'),
        block('192.0.2.1/32'),
        block('::1/128'),
      ].map((peer): Row => ['peer', peer, TAKEN]),
      ['peer', {}, refused('says nothing')],
      ['peer', null, refused('say who')],
      ['peer', { podSelector: null, namespaceSelector: null, ipBlock: null }, refused('says nothing')],
      ['peer', { podSelector: {}, ipBlock: { cidr: '192.0.2.0/24' } }, refused('cannot have "podSelector"')],
      [
        'peer',
        { namespaceSelector: {}, ipBlock: { cidr: '192.0.2.0/24' } },
        refused('cannot have "namespaceSelector"'),
      ],
      ['peer', { ipBlock: {} }, refused('no "cidr"')],
      ['peer', block(''), refused('no "cidr"')],
      ['peer', { ipBlock: { cidr: null } }, refused('no "cidr"')],
      ['peer', block('192.0.2.1'), refused('192.0.2.1/32')],
      ['peer', block('192.0.2.0/33'), refused('not a subnet')],
      ['peer', block('2001:db8::/129'), refused('not a subnet')],
      ['peer', block('192.0.2/24'), refused('not a subnet')],
      ['peer', block('192.0.2.0/255.255.255.0'), refused('not a subnet')],
      ['peer', block('192.000.002.000/24'), refused('not a subnet')],
      ['peer', block('::ffff:192.0.2.0/120'), refused('not a subnet')],
      ['peer', block(' 192.0.2.0/24'), refused('not a subnet')],
      ['peer', block('192.0.2.7/24'), warned('stands for all of 192.0.2.0/24')],
      ['peer', block('192.0.2.0/24', '192.0.2.7/28'), warned('stands for all of 192.0.2.0/28')],
      ['peer', block('192.0.2.0/24', '192.0.2.0/24'), refused('leaves nothing of')],
      ['peer', block('192.0.2.0/24', '192.0.0.0/16'), refused('leaves nothing of')],
      ['peer', block('192.0.2.0/24', '198.51.100.0/28'), refused('not a part of')],
      ['peer', block('0.0.0.0/0', '::/1'), refused('not a part of')],
      ['peer', block('192.0.2.0/24', ''), refused('not a subnet')],
      ['peer', block('192.0.2.0/24', null), refused('no value')],
      ['peer', { ipBlock: '192.0.2.0/24' }, refused('cidr: 192.0.2.0/24')],
      ['peer', { namespaceSelector: 'shop' }, refused('kubernetes.io/metadata.name: shop')],
      ['peer', { podSelector: { matchLabels: { app: 'nope' } } }, warned('lets nobody through')],
      ['peer', { namespaceSelector: { matchLabels: { name: 'shop' } } }, warned('kubernetes.io/metadata.name: shop')],
    ];
    check(rows, (_, peer) => toFile({})('ingress', [{ from: [peer] }]));
    check(rows, (_, peer) => toFile({})('egress', [{ to: [peer] }]));
  });

  describe('its ports', () => {
    const taken = [
      ...[null, {}, { port: null, protocol: null, endPort: null }, { protocol: 'TCP' }, { protocol: 'UDP' }],
      ...[{ protocol: 'SCTP', port: 7 }, { port: 1 }, { port: 65535 }, { port: 'http' }, { port: 80, endPort: 80 }],
      ...[
        { port: 1, endPort: 65535 },
        { protocol: 'UDP', port: 53 },
      ],
    ];
    const rows: readonly Row[] = [
      ...taken.map((port): Row => ['port', port, TAKEN]),
      ...[0, -1, 65536].map((port): Row => ['port', { port }, refused('between 1 and 65535')]),
      ...[0, -1, 65536].map((endPort): Row => ['port', { port: 80, endPort }, refused('between 1 and 65535')]),
      ['port', { port: 80.5 }, refused('whole number')],
      ['port', { port: '80' }, refused('80, without quotes')],
      ['port', { port: '' }, refused('IANA_SVC_NAME')],
      ['port', { port: 'HTTP' }, refused('did you mean "http"')],
      ['port', { port: 'a--b' }, refused('did you mean "a-b"')],
      ['port', { port: '-http' }, refused('did you mean "http"')],
      ['port', { port: 'sixteen-letters0' }, refused('at most 15')],
      ['port', { port: 'fifteenletters0' }, warned('lets nobody through')],
      ['port', { port: 'http', protocol: 'UDP' }, warned('a TCP port')],
      ['port', { port: 90, endPort: 80 }, refused('cannot end with 80')],
      ['port', { endPort: 80 }, refused('has to begin with "port"')],
      ['port', { port: 'http', endPort: 80 }, refused('from number to number')],
      ['port', { port: 80, endPort: '90' }, refused('90, without quotes')],
      ['port', { protocol: 'tcp' }, refused('did you mean "TCP"')],
      ['port', { protocol: '' }, refused('leave it out for TCP')],
      ['port', { protocol: 'ICMP' }, refused('ICMP passes')],
      ['port', 80, refused('{ port: 80 }')],
      ['port', '8000-8999/udp', refused('{ port: 8000, endPort: 8999, protocol: UDP }')],
    ];
    check(rows, (_, port) => toFile({ podSelector: { matchLabels: { app: 'db' } } })('ingress', [{ ports: [port] }]));
    check(rows, (_, port) => toFile({})('egress', [{ ports: [port] }]));
  });

  describe('its name', () => {
    const part = 'a'.repeat(63);
    const rows: readonly Row[] = [
      ...['p', '1', 'a.b', 'shop/a-b.c', 'shop/1.2', `shop/${part}.${part}.${part}.${'a'.repeat(61)}`].map(
        (name): Row => [name, {}, TAKEN],
      ),
      [`shop/${'a'.repeat(253)}`, {}, TAKEN],
      [`shop/${'a'.repeat(254)}`, {}, refused('is not a name for a NetworkPolicy')],
      ['a'.repeat(254), {}, refused('a name has at most 253')],
      ...['shop/A', 'shop/a_b', 'shop/-a', 'shop/a-', 'shop/a..b', 'shop/.a', 'shop/', '/a', 'a/b/c', ''].map(
        (name): Row => [name, {}, refused('is not a name for a NetworkPolicy')],
      ),
      [`${part}a/p`, {}, refused('is not a name for a NetworkPolicy')],
      ['sh.op/p', {}, refused('is not a name for a NetworkPolicy')],
    ];
    const file = { pods: { ...pods, web: POD } };
    check(rows, (name, policy) => ({ ...file, networkPolicies: Object.fromEntries([[name, policy]]) }));
  });
});

describe('a namespace', () => {
  const rows: readonly Row[] = [
    ['labels', null, TAKEN],
    ['labels', { team: 'a', 'example.com/team': '' }, TAKEN],
    ['labels', { 'kubernetes.io/metadata.name': 'shop' }, TAKEN],
    ['labels', { 'kubernetes.io/metadata.name': 'other' }, warned('whatever stands here')],
    ['labels', { team: 'a b' }, refused('value for a label')],
    ['labels', { team: true }, refused('quotes')],
    ['annotations', null, TAKEN],
    ['annotations', { a: 'any text' }, TAKEN],
    ['spec', null, TAKEN],
    ['spec', { finalizers: ['kubernetes'] }, TAKEN],
    ['status', { phase: 'Active' }, TAKEN],
    ['status', { phase: 'Terminating' }, refused('delete it')],
    ['metadata', {}, refused('its key')],
    ['team', 'a', refused('labels: { team: a }')],
  ];
  check(rows, (field, value) => ({ namespaces: { shop: { [field]: value } } }));
  const names: readonly Row[] = [
    ...['shop', '1', 'a-b', 'a'.repeat(63)].map((name): Row => [name, null, TAKEN]),
    ...['Shop', 'a.b', 'a_b', '-a', 'a-', ''].map((name): Row => [name, {}, refused('is not a name for a namespace')]),
    ['a'.repeat(64), {}, refused('64 characters')],
  ];
  check(names, (name, namespace) => ({ namespaces: { [name]: namespace } }));
});

describe('a pod', () => {
  const asksNothing: Readonly<Record<string, readonly unknown[]>> = {
    ...{ volumes: [[]], serviceAccountName: ['', 'default'], serviceAccount: ['default'] },
    ...{ automountServiceAccountToken: [true, false], imagePullSecrets: [[]], affinity: [{}], tolerations: [[]] },
    ...{ schedulerName: ['', 'default-scheduler'], topologySpreadConstraints: [[]], priority: [0] },
    ...{ priorityClassName: [''], preemptionPolicy: ['PreemptLowerPriority'], overhead: [{}], schedulingGates: [[]] },
    ...{ nodeName: [''], securityContext: [{}], hostPID: [false], hostIPC: [false], hostUsers: [true] },
    ...{ shareProcessNamespace: [false], readinessGates: [[]], activeDeadlineSeconds: [], ephemeralContainers: [[]] },
    ...{ runtimeClassName: [], enableServiceLinks: [true, false], hostnameOverride: [], resources: [{}] },
    ...{ os: [{ name: 'linux' }], nodeSelector: [{}], hostNetwork: [false], hostname: [''], subdomain: [''] },
    ...{ setHostnameAsFQDN: [false], dnsPolicy: ['', 'ClusterFirst', 'Default'], dnsConfig: [{}], hostAliases: [[]] },
    ...{ restartPolicy: ['', 'Always', 'OnFailure', 'Never'], terminationGracePeriodSeconds: [0, 30] },
    ...{ initContainers: [{}], labels: [{}], annotations: [{}], status: [{}] },
  };
  const rows: readonly Row[] = [
    ...Object.entries(asksNothing).flatMap(([field, values]) =>
      [null, ...values].map((value): Row => [field, value, TAKEN]),
    ),
    ['volumes', [{ name: 'a', emptyDir: {} }], refused('no volumes')],
    ['hostPID', true, refused('PID 1')],
    ['hostIPC', true, refused('IPC')],
    ['shareProcessNamespace', true, refused('PID 1')],
    ['hostUsers', false, refused('root')],
    ['schedulerName', 'mine', refused('no scheduler')],
    ['priority', 5, refused('no scheduler')],
    ['tolerations', [{ operator: 'Exists' }], refused('no scheduler')],
    ['nodeName', 'n1', refused('node: node1')],
    ['nodeSelector', { zone: 'a' }, TAKEN],
    ['nodeSelector', { 'kubernetes.io/hostname': 'n1', 'kubernetes.io/os': 'linux' }, TAKEN],
    ['nodeSelector', { zone: 'b' }, refused('no node has the labels zone=b')],
    ['nodeSelector', { zone: 5 }, refused('quotes')],
    ['os', { name: 'windows' }, refused('Linux')],
    ['securityContext', { runAsUser: 5 }, refused('root')],
    ['activeDeadlineSeconds', 5, refused('clock')],
    ['terminationGracePeriodSeconds', -1, refused('between 0')],
    ['terminationGracePeriodSeconds', '30', refused('without quotes')],
    ['restartPolicy', 'always', refused('did you mean "Always"')],
    ['hostname', 'A', refused('hostname')],
    ['hostname', 'a.b', refused('hostname')],
    ['dnsPolicy', 'None', refused('dnsConfig')],
    ['dnsPolicy', 'clusterFirst', refused('did you mean "ClusterFirst"')],
    ['dnsConfig', { nameservers: null, searches: null, options: null }, TAKEN],
    ['dnsConfig', { nameservers: ['10.96.0.10', '10.96.0.10'] }, TAKEN],
    ['dnsConfig', { nameservers: ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4'] }, refused('at most 3')],
    ['dnsConfig', { nameservers: ['dns.example'] }, refused('not an address')],
    ['dnsConfig', { searches: ['a.example', 'a.example.', '.', '_tcp.example', 'a.example'] }, TAKEN],
    ['dnsConfig', { searches: [''] }, refused('searches')],
    [
      'dnsConfig',
      { options: [{ name: 'ndots', value: '2' }, { name: 'edns0', value: null }, { name: 'trust-ad' }] },
      TAKEN,
    ],
    ['dnsConfig', { options: [{ name: '' }] }, refused('option')],
    ['hostAliases', [{ ip: '10.0.0.9', hostnames: ['a', 'b.example', 'a'] }], TAKEN],
    ['hostAliases', [{ ip: 'fd00::9', hostnames: null }], TAKEN],
    ['hostAliases', [{ ip: '' }], refused('not an address')],
    ['hostAliases', [{ ip: '10.0.0.9', hostnames: ['A'] }], refused('did you mean "a"')],
    ['containers', null, TAKEN],
    ['containers', [], refused('names are keys')],
  ];
  check(rows, (field, value) => ({ pods: { web: put(POD, field, value) } }));
});

describe('a container', () => {
  const asksNothing: Readonly<Record<string, readonly unknown[]>> = {
    ...{ volumeMounts: [[]], volumeDevices: [[]], resources: [{}], securityContext: [{}], lifecycle: [{}] },
    ...{ envFrom: [[]], stdin: [false], stdinOnce: [false], tty: [false], resizePolicy: [[]] },
    ...{ terminationMessagePath: ['', '/dev/termination-log'], terminationMessagePolicy: ['', 'File'] },
    ...{ restartPolicyRules: [[]], image: [''], imagePullPolicy: [''], args: [[]], env: [{}], workingDir: [''] },
    ...{ ports: [[]], restartPolicy: [''], readiness: [], liveness: [], startup: [] },
  };
  const port = (entry: object): unknown => [{ containerPort: 80, ...entry }];
  const rows: readonly Row[] = [
    ...Object.entries(asksNothing).flatMap(([field, values]) =>
      [null, ...values].map((value): Row => [field, value, TAKEN]),
    ),
    ['command', null, refused('has no "command"')],
    ['command', [], refused('has no "command"')],
    ['image', 'nginx', refused('backend: netns')],
    ['resources', { limits: { cpu: '1' } }, refused('limits networks alone')],
    ['lifecycle', { preStop: { sleep: { seconds: 5 } } }, refused('trap')],
    ['tty', true, refused('attached')],
    ['env', { A: '', B: 5, C: true }, TAKEN],
    ['env', { '1A': 'x' }, refused('variable')],
    [
      'env',
      { A: { valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } } },
      refused('fills in no fields of the pod'),
    ],
    ['env', { A: null }, refused("''")],
    ['env', [{ name: 'A', value: 'b' }], refused('names are keys')],
    ['workingDir', 'tmp', refused('workingDir')],
    ['restartPolicy', 'Always', TAKEN],
    ['restartPolicy', 'always', refused('did you mean "Always"')],
    ['ports', port({ name: null, protocol: null, hostPort: null, hostIP: null }), TAKEN],
    ['ports', port({ name: '', protocol: '', hostPort: 0, hostIP: '' }), TAKEN],
    ['ports', port({ hostPort: 65536 }), refused('between 1 and 65535')],
    ['ports', port({ name: 'fifteenletters0' }), TAKEN],
    ['ports', port({ name: 'sixteen-letters0' }), refused('at most 15')],
    ['ports', port({ name: '80' }), refused('letter among them')],
    ['ports', [{ containerPort: 0 }], refused('between 1 and 65535')],
    ['ports', [{ containerPort: 53 }, { containerPort: 53, protocol: 'UDP' }], TAKEN],
    ['ports', [{ containerPort: 53 }, { containerPort: 53 }], warned('twice')],
    ...(['readiness', 'liveness', 'startup'] as const).flatMap((kind): Row[] => [
      [`${kind}/tcp`, { port: 80, host: '' }, TAKEN],
      [`${kind}/http`, { port: 'http', path: '', scheme: '', host: null, httpHeaders: null }, TAKEN],
      [`${kind}/exec`, { command: ['true'] }, TAKEN],
      [`${kind}/exec`, { command: [] }, refused('list')],
      [kind, { tcp: { port: 80 }, exec: null, http: null, grpc: null }, TAKEN],
      [`${kind}/grpc`, { port: 50051 }, TAKEN],
      [`${kind}/grpc`, { port: 50051, service: '' }, TAKEN],
      [`${kind}/grpc`, { port: 50051, service: 'shop' }, TAKEN],
      [`${kind}/grpc`, { port: 'http' }, refused('whole number')],
      [`${kind}/grpc`, {}, refused('no "port"')],
      [kind, {}, refused('does not say what to ask')],
      [kind, { tcp: { port: 80 }, exec: { command: ['true'] } }, refused('both')],
      [kind, { tcp: { port: 0 } }, refused('between 1 and 65535')],
      [kind, { tcp: { port: 'nope' } }, refused('no port "nope"')],
      [
        kind,
        { tcp: { port: 80 }, periodSeconds: 0, timeoutSeconds: 0, failureThreshold: 0, successThreshold: 0 },
        TAKEN,
      ],
      [kind, { tcp: { port: 80 }, initialDelaySeconds: null, periodSeconds: null }, TAKEN],
      [kind, { tcp: { port: 80 }, initialDelaySeconds: -1 }, refused('between 0')],
      [kind, { tcp: { port: 80 }, successThreshold: 2 }, kind === 'readiness' ? TAKEN : refused('must be 1')],
    ]),
    ['liveness', { tcp: { port: 80 }, terminationGracePeriodSeconds: 0 }, refused('between 1')],
    ['liveness', { tcp: { port: 80 }, terminationGracePeriodSeconds: null }, TAKEN],
  ];
  check(rows, (field, value) => ({ pods: { web: { ...POD, containers: { c: put(SERVER, field, value) } } } }));
});
