/**
 * What Services of Kubernetes' API may have besides: empty values, several addresses of a load balancer, labels by which
 * kube-proxy leaves them alone, preferred endpoints, and the Service of the API server. Real clients ask.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inside, labFile, netlab, startInside, WHO } from './harness.ts';

const who = WHO.at(-1) ?? 'user';
const LAB = 'service-api';

/** Says the name of the machine that it is on. */
const server = (port: number) => ({ command: ['busybox', 'httpd', '-f', '-p', String(port), '-h', '/etc'] });
const relay = `
const net = require('net');
net.createServer(c => c.on('error', () => {}).pipe(net.connect(30080, '172.18.0.3').on('error', () => c.destroy())).pipe(c)).listen(80);
`;

const TEXT = JSON.stringify({
  name: LAB,
  cluster: { dns: false, apiServer: 'api', kubeProxy: { iptables: { localhostNodePorts: false } } },
  nodes: {
    node1: { labels: { 'topology.kubernetes.io/zone': 'a' } },
    node2: { labels: { 'topology.kubernetes.io/zone': 'b' } },
    outside: { external: true },
    balancer: { external: true },
  },
  pods: {
    client: { node: 'node1' },
    one: { node: 'node1', address: '10.244.0.9/24', labels: { app: 'web' }, containers: { httpd: server(8080) } },
    two: {
      nodeSelector: { 'topology.kubernetes.io/zone': 'b' },
      address: '10.244.1.9/24',
      labels: { app: 'web' },
      containers: { httpd: server(8080) },
    },
    api: { node: 'node2', containers: { httpd: server(6443) } },
  },
  services: {
    empty: {
      ...{ type: '', clusterIP: '', clusterIPs: null, sessionAffinity: '', externalTrafficPolicy: '' },
      ...{ selector: { app: 'web' }, ports: [{ name: '', protocol: '', port: 80, targetPort: 8080, nodePort: 0 }] },
    },
    several: {
      type: 'LoadBalancer',
      selector: { app: 'web' },
      ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }],
      ...{ loadBalancerIP: '172.18.9.3', loadBalancerSourceRanges: ['172.18.0.1/16', '172.18.0.0/16'] },
      ...{ externalIPs: ['172.18.9.8', '172.18.9.8'] },
      status: {
        loadBalancer: {
          ingress: [
            ...[{ ip: '172.18.9.1' }, { ip: '172.18.9.2', ipMode: 'VIP' }],
            ...[{ ip: '172.18.0.2', ipMode: 'Proxy' }, { hostname: 'lb.example.com' }],
          ],
        },
      },
    },
    unnamed: {
      ...{ clusterIP: '10.96.0.79', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'nobody-has-it' }] },
    },
    alone: {
      labels: { 'service.kubernetes.io/service-proxy-name': 'other' },
      ...{ clusterIP: '10.96.0.77', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
    },
    hinted: {
      ...{ clusterIP: '10.96.0.76', ports: [{ port: 80, targetPort: 8080 }] },
      endpointSlices: [
        {
          endpoints: [
            { addresses: ['10.244.0.9'], hints: { forNodes: [{ name: 'node1' }] } },
            { addresses: ['10.244.1.9'], hints: { forNodes: [{ name: 'node2' }] } },
          ],
        },
      ],
    },
    near: {
      trafficDistribution: 'PreferClose',
      ...{ clusterIP: '10.96.0.78', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
    },
  },
});

/** Who answers at a URL, or nobody. */
async function ask(from: string, url: string, seconds = 20): Promise<string> {
  const argv = ['timeout', String(seconds), 'busybox', 'wget', '-q', '-O', '-', `http://${url}/hostname`];
  return (await inside(who, LAB, from, argv)).stdout.trim();
}

const rules = async (node: string) => (await inside(who, LAB, node, ['iptables-save'])).stdout;

beforeAll(async () => {
  const { code, stderr } = await netlab(who, ['up', labFile(TEXT, LAB)]);
  if (code !== 0) throw new Error(stderr);
});
afterAll(async () => {
  await netlab(who, ['down', LAB]);
});

test('each of several addresses of a load balancer is answered for, but those of a proxy by that alone', async () => {
  expect(await ask('outside', '172.18.9.1')).toMatch(/^(one|two)$/);
  expect(await ask('outside', '172.18.9.2')).toMatch(/^(one|two)$/);
  expect(await rules('node1')).not.toContain('172.18.0.2');
  expect(await ask('outside', '172.18.0.2', 2)).toBe('');
  const proxy = startInside(who, LAB, 'balancer', [process.execPath, '-e', relay]);
  await expect.poll(() => ask('outside', '172.18.0.2', 5), { timeout: 30_000 }).toMatch(/^(one|two)$/);
  proxy.kill();
});

test('what the API takes and passes over makes the rules of what counts', async () => {
  const text = await rules('node1');
  const of = (words: string) => text.split('\n').filter(line => line.includes(words));
  expect(of('172.18.9.3')).toEqual([]);
  expect(of('-d 172.18.9.8/32')).toHaveLength(1);
  expect(of('-A KUBE-FW-').filter(line => line.includes('-s 172.18.0.0/16'))).toHaveLength(1);
  expect(of('10.96.0.79/32')).toEqual([expect.stringMatching(/default\/unnamed has no endpoints.* -j REJECT/)]);
});

test('a Service that another proxy is to look after has addresses, and no rules', async () => {
  expect(await rules('node1')).not.toMatch(/default\/alone|10\.96\.0\.77/);
  expect(await ask('client', '10.96.0.77', 1)).toBe('');
});

test.each([
  ['of the own zone', '10.96.0.78'],
  ['whose hint is the own node', '10.96.0.76'],
])('the endpoint %s answers before others', async (_, address) => {
  const from = async (client: string) =>
    new Set(await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(() => ask(client, address))));
  expect(await from('client')).toEqual(new Set(['one']));
  expect(await from('api')).toEqual(new Set(['two']));
});

test('the Service kubernetes leads to who plays the API server', async () => {
  expect(await ask('client', '10.96.0.1:443')).toBe('api');
  // Its chain has the name that it has in every cluster.
  expect(await rules('node1')).toContain('KUBE-SVC-NPX46M4PTMTKRN6Y');
});

test('a Service whose fields are empty has what it would have without them', async () => {
  const [, address = ''] = /-d (\S+)\/32 .*"default\/empty cluster IP"/.exec(await rules('node1')) ?? [];
  expect(await ask('client', address)).toMatch(/^(one|two)$/);
});

test('node ports are at the addresses of nodes, and not at 127.0.0.1', async () => {
  expect(await ask('outside', '172.18.0.3:30080')).toMatch(/^(one|two)$/);
  expect(await ask('node1', '127.0.0.1:30080', 2)).toBe('');
});
