/**
 * The statements of Kubernetes' end-to-end tests on DNS, each by its name there (kubernetes/kubernetes,
 * test/e2e/network/dns.go). What pods find in /etc is read in their own mount namespaces; names are looked up by `dig` and by
 * the C library, in a pod.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nameServerArgv } from './fixtures/name-server.ts';
import { untilNoDrift } from './fixtures/netserver.ts';
import { inside, labFile, netlab, ORDINARY } from './harness.ts';
import { until } from './until.ts';

const who = ORDINARY;
const LAB = 'e2e-dns';
const file = labFile('', LAB);
/** The pod `querier` is not ready while this file is there. */
const SICKNESS = join(tmpdir(), `sick-${LAB}`);

const sleep = { containers: { main: { command: ['sleep', 'infinity'] } } };
const readiness = {
  exec: { command: ['test', '!', '-e', SICKNESS] },
  ...{ periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 60 },
};
const PODS = {
  dns: { ...sleep, node: 'node2' },
  querier: {
    labels: { app: 'querier' },
    hostname: 'dns-querier-2',
    subdomain: 'headless',
    containers: { main: { ...sleep.containers.main, readiness } },
  },
  plain: {},
  'name-server': {
    address: '10.244.0.53/24',
    node: 'node1',
    containers: { named: { command: nameServerArgv, readiness: { tcp: { port: 53 } } } },
  },
  configured: {
    ...sleep,
    dnsPolicy: 'None',
    dnsConfig: { nameservers: ['10.244.0.53'], searches: ['example.com'], options: [{ name: 'ndots', value: '2' }] },
  },
  'as-its-node': { ...sleep, dnsPolicy: 'Default' },
};

type Spec = Readonly<Record<string, unknown>>;
const http = { ports: [{ name: 'http', port: 80 }], selector: { app: 'querier' } };
const SERVICES: Readonly<Record<string, Spec>> = {
  kubernetes: {
    clusterIP: '10.96.0.1',
    ports: [{ name: 'https', port: 443 }],
    endpointSlices: [{ endpoints: [{ addresses: ['172.18.0.2'] }], ports: [{ name: 'https', port: 6443 }] }],
  },
  service: { ...http, clusterIP: '10.96.0.80' },
  headless: { ...http, clusterIP: 'None' },
  'unready-too': { ...http, clusterIP: 'None', publishNotReadyAddresses: true },
  external: { type: 'ExternalName', externalName: 'foo.example.com' },
};

const labText = (services: Readonly<Record<string, Spec>> = SERVICES) => `
name: ${LAB}
nodes: { node1: {}, node2: {} }
pods: ${JSON.stringify(PODS)}
services: ${JSON.stringify(services)}
`;

async function apply(services: Readonly<Record<string, Spec>>): Promise<void> {
  writeFileSync(file, labText(services));
  const { code, stderr } = await netlab(who, ['up', file]);
  expect(code, stderr).toBe(0);
}

/** In all the namespaces of a pod, by its own pause process. */
function podArgv(pod: string, argv: readonly string[]): string[] {
  const into = ['net', 'uts', 'ipc'].map(kind => `--${kind}=/run/netlab/pods/${pod}/ns/${kind}`);
  return ['nsenter', ...into, `--mount=/run/netlab/pods/${pod}/ns/mnt`, '--', ...argv];
}

const inPod = async (pod: string, ...argv: string[]) =>
  (await inside(who, LAB, null, podArgv(pod, argv))).stdout.trim();
const read = async (pod: string, path: string) =>
  (await inPod(pod, 'cat', path)).split('\n').filter(line => !line.startsWith('#'));
/** By the search path of the pod. A question that is lost on a busy machine is asked again, of which dig tells. */
const dig = async (...question: string[]) =>
  (await inPod('dns', 'dig', '+search', '+short', '+tries=5', '+time=10', ...question))
    .split('\n')
    .filter(line => line !== '' && !line.startsWith(';; communications error'))
    .sort();

const untilFound = (wanted: string | undefined, ...question: string[]) =>
  until(
    `${question.join(' ')} is ${wanted}`,
    () => dig(...question),
    ([first]) => first === wanted,
  );

beforeAll(() => apply(SERVICES));
afterAll(async () => {
  rmSync(SICKNESS, { force: true });
  await netlab(who, ['down', LAB]);
});

describe('DNS', () => {
  test.each(['+notcp', '+tcp'])('should provide DNS for the cluster (%s)', async how => {
    for (const name of ['kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'])
      expect(await dig(how, name), name).toEqual(['10.96.0.1']);
  });

  test('should resolve DNS of partial qualified names for the cluster', async () => {
    expect(await inPod('dns', 'getent', 'hosts', 'kubernetes.default')).toMatch(
      /^10\.96\.0\.1\s+kubernetes\.default\.svc\.cluster\.local$/,
    );
  });

  test('should provide /etc/hosts entries for the cluster', async () => {
    expect(await read('querier', '/etc/hosts')).toEqual([
      '127.0.0.1\tlocalhost',
      expect.stringMatching(/^::1\tlocalhost/),
      ...['fe00::0\tip6-localnet', 'fe00::0\tip6-mcastprefix', 'fe00::1\tip6-allnodes', 'fe00::2\tip6-allrouters'],
      expect.stringMatching(/^10\.244\.\d\.\d+\tdns-querier-2\.headless\.default\.svc\.cluster\.local\tdns-querier-2$/),
    ]);
    expect(await inPod('dns', 'getent', 'hosts', 'dns')).toMatch(/^10\.244\.1\.\d+\s+dns$/);
  });

  test.each(['+notcp', '+tcp'])('should provide DNS for services (%s)', async how => {
    const [pod = ''] = (await inPod('querier', 'hostname', '-I')).split(' ');
    for (const [service, address] of [
      ['service', '10.96.0.80'],
      ['headless', pod],
    ] as const) {
      for (const tail of ['', '.default', '.default.svc', '.default.svc.cluster.local'])
        expect(await dig(how, `${service}${tail}`), `${service}${tail}`).toEqual([address]);
    }
    expect(await dig(how, '_http._tcp.service.default.svc.cluster.local', 'SRV')).toEqual([
      '0 100 80 service.default.svc.cluster.local.',
    ]);
    expect(await dig(how, '-x', '10.96.0.80')).toEqual(['service.default.svc.cluster.local.']);
    expect(await dig(how, '-x', pod)).toContain('dns-querier-2.headless.default.svc.cluster.local.');
  });

  test('should resolve DNS of partial qualified names for services', async () => {
    expect(await dig('_http._tcp.headless.default.svc', 'SRV')).toEqual([
      '0 100 80 dns-querier-2.headless.default.svc.cluster.local.',
    ]);
    // A pod without containers looks names up as any other does.
    const { stdout } = await netlab(who, [
      'exec',
      '--lab',
      LAB,
      'plain',
      '--',
      'getent',
      'ahostsv4',
      'service.default',
    ]);
    expect(stdout).toMatch(/^10\.96\.0\.80 .*STREAM service\.default\.svc\.cluster\.local$/m);
  });

  test('should provide DNS for pods for Hostname', async () => {
    const [pod] = (await inPod('querier', 'hostname', '-I')).split(' ');
    expect(await dig('dns-querier-2.headless.default.svc.cluster.local')).toEqual([pod]);
    expect(await inPod('querier', 'hostname', '-f')).toBe('dns-querier-2.headless.default.svc.cluster.local');
  });

  test('should provide DNS for pods for Subdomain', async () => {
    const [pod] = (await inPod('querier', 'hostname', '-I')).split(' ');
    expect(await dig('headless.default.svc.cluster.local')).toEqual([pod]);
  });

  test('should support configurable pod DNS nameservers', async () => {
    expect(await read('configured', '/etc/resolv.conf')).toEqual([
      'search example.com',
      'nameserver 10.244.0.53',
      'options ndots:2',
    ]);
    expect((await read('as-its-node', '/etc/resolv.conf')).filter(Boolean)).toEqual([]);
  });

  test('should support configurable pod resolv.conf', async () => {
    expect(await inPod('configured', 'getent', 'ahostsv4', 'www')).toMatch(/^198\.51\.100\.80\s.*www\.example\.com$/m);
    expect(await inPod('configured', 'getent', 'hosts', 'service.default.svc.cluster.local')).toBe('');
  });

  test('should provide DNS for ExternalName services', async () => {
    const name = 'external.default.svc.cluster.local';
    expect(await dig(name, 'CNAME')).toEqual(['foo.example.com.']);
    await apply({ ...SERVICES, external: { type: 'ExternalName', externalName: 'bar.example.com' } });
    await untilFound('bar.example.com.', name, 'CNAME');
    await apply({ ...SERVICES, external: { ...http, clusterIP: '10.96.0.99' } });
    await untilFound('10.96.0.99', name, 'A');
    expect(await dig(name, 'CNAME')).toEqual([]);
    await apply(SERVICES);
    await untilFound('foo.example.com.', name, 'CNAME');
  });
});

describe('Services', () => {
  test('should create endpoints for unready pods', async () => {
    const before = await dig('headless');
    expect(before).toHaveLength(1);
    writeFileSync(SICKNESS, '');
    try {
      await untilFound(undefined, 'headless');
      expect(await dig('unready-too')).toEqual(before);
      await untilNoDrift(who, LAB);
    } finally {
      rmSync(SICKNESS);
    }
    await untilFound(before[0], 'headless');
  });
});
