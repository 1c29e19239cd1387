/**
 * The statements of Kubernetes' end-to-end tests on Services and pod networking, each by its name there
 * (kubernetes/kubernetes, test/e2e/network and test/e2e/common/network), on one lab whose Services change.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Asking, ask, namesOf, netserver, sourcesOf, untilListening } from './fixtures/netserver.ts';
import { inside, labFile, netlab, ORDINARY, startInside } from './harness.ts';
import { until } from './until.ts';

const who = ORDINARY;
const LAB = 'e2e-services';
const file = labFile('', LAB);
/** Attempts after which each of three endpoints has answered, but once in four hundred million. */
const MANY = 50;
const NODES = { node1: '172.18.0.2', node2: '172.18.0.3', node3: '172.18.0.4' } as const;
const NODE_NAMES = ['node1', 'node2', 'node3'] as const;
const OUTSIDE = '172.18.0.5';
const PODS = {
  'web-0': { node: 'node1', address: '10.244.0.10' },
  'web-1': { node: 'node2', address: '10.244.1.10' },
  'web-2': { node: 'node2', address: '10.244.1.11' },
} as const;
type Web = keyof typeof PODS;
const WEBS = ['web-0', 'web-1', 'web-2'] as const;

/** A pod is not ready while this file is there. */
const sickness = (pod: Web) => join(tmpdir(), `sick-${LAB}-${pod}`);
const fallIll = (...pods: readonly Web[]) => pods.forEach(pod => void writeFileSync(sickness(pod), ''));
const recover = () => WEBS.forEach(pod => void rmSync(sickness(pod), { force: true }));

function pod(name: Web) {
  const { node, address } = PODS[name];
  const exec = { command: ['test', '!', '-e', sickness(name)] };
  const ports = [{ name: 'http', containerPort: 8080 }];
  const readiness = { exec, periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 60 };
  const server = { command: netserver(name, 8080, 8081), ports, readiness };
  return { node, address: `${address}/24`, labels: { app: 'web', pod: name }, containers: { server } };
}

type Spec = Readonly<Record<string, unknown>>;
const WEB = { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] };
const NEAR = { internalTrafficPolicy: 'Local' };
const ports = (nodePort: number) => [{ port: 80, targetPort: 8080, nodePort }];
const SERVICES: Readonly<Record<string, Spec>> = {
  cluster: { ...WEB, clusterIP: '10.96.0.80', ports: bothProtocols() },
  port: { ...WEB, type: 'NodePort', clusterIP: '10.96.0.81', ports: bothProtocols(30080) },
  alone: { ...WEB, clusterIP: '10.96.0.82', selector: { pod: 'web-0' }, ports: bothProtocols() },
  nobody: { ...WEB, clusterIP: '10.96.0.83', selector: { app: 'none' } },
  headless: { ...WEB, clusterIP: 'None' },
  sticky: { ...WEB, clusterIP: '10.96.0.90', ports: bothProtocols(), sessionAffinity: 'ClientIP' },
  brief: { ...WEB, clusterIP: '10.96.0.95', ...stickyFor(1) },
  near: { ...WEB, clusterIP: '10.96.0.96', ...NEAR },
  local: { ...WEB, type: 'NodePort', externalTrafficPolicy: 'Local', ports: ports(30097) },
  outer: { ...WEB, externalIPs: ['203.0.113.80'] },
  open: { ...WEB, ...balanced('203.0.113.81', `${OUTSIDE}/32`) },
  shut: { ...WEB, ...balanced('203.0.113.82', '198.51.100.0/24') },
  early: { ...WEB, clusterIP: '10.96.0.99', publishNotReadyAddresses: true },
  slices: { clusterIP: '10.96.0.100', ...threeSlices() },
  multi: {
    ...WEB,
    clusterIP: '10.96.0.92',
    ports: [
      { name: 'a', port: 80, targetPort: 'http' },
      { name: 'b', port: 81, targetPort: 8081 },
    ],
  },
  ending: { clusterIP: '10.96.0.98', ...ending(true) },
  ended: { clusterIP: '10.96.0.97', ...ending(false) },
  'ending-local': {
    ...NEAR,
    type: 'NodePort',
    externalTrafficPolicy: 'Local',
    clusterIP: '10.96.0.88',
    ...ending(true, 30098),
  },
};

function stickyFor(timeoutSeconds: number) {
  return { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds } } };
}

function balanced(loadBalancerIP: string, range: string) {
  return { type: 'LoadBalancer', loadBalancerIP, loadBalancerSourceRanges: [range] };
}

function threeSlices() {
  const slice = (name: string, pod: Web, port: number) => ({
    endpoints: [{ addresses: [PODS[pod].address] }],
    ports: [{ name, port }],
  });
  return {
    ports: ['a', 'b', 'c'].map((name, index) => ({ name, port: 80 + index })),
    endpointSlices: [slice('a', 'web-0', 8080), slice('b', 'web-1', 8081), slice('c', 'web-0', 8081)],
  };
}

/** web-0 is about to end, and web-1 too, or it is ready. */
function ending(ready: boolean, nodePort?: number) {
  const endpoint = (name: Web, isReady: boolean) => ({
    addresses: [PODS[name].address],
    nodeName: PODS[name].node,
    conditions: { ready: isReady, serving: true, terminating: !isReady },
  });
  return {
    ports: [{ port: 80, ...(nodePort === undefined ? {} : { nodePort }) }],
    endpointSlices: [{ endpoints: [endpoint('web-0', false), endpoint('web-1', ready)], ports: [{ port: 8080 }] }],
  };
}

function bothProtocols(nodePort?: number) {
  const port = { port: 80, targetPort: 8080, ...(nodePort === undefined ? {} : { nodePort }) };
  return [
    { ...port, name: 'http' },
    { ...port, name: 'udp', protocol: 'UDP' },
  ];
}

function labText(services: Readonly<Record<string, Spec>>): string {
  return JSON.stringify({
    name: LAB,
    nodes: { node1: {}, node2: {}, node3: {}, outside: { external: true } },
    pods: {
      ...Object.fromEntries(WEBS.map(name => [name, pod(name)])),
      client: { node: 'node1', address: '10.244.0.2/24' },
      far: { node: 'node3', address: '10.244.2.2/24' },
    },
    routes: [{ on: 'outside', to: '203.0.113.0/24', via: 'node1' }],
    services: { ...SERVICES, ...services },
  });
}

/** Nobody is to answer. */
const SILENT: Asking = { patience: 1 };

const from = (ns: string, address: string, asking: Asking = {}) => ask(who, LAB, ns, address, asking);

/** Brings the running lab to these Services beside the ones that all tests share. */
async function change(services: Readonly<Record<string, Spec>>): Promise<void> {
  writeFileSync(file, labText(services));
  const up = await netlab(who, ['up', file]);
  if (up.code !== 0) throw new Error(up.stderr);
}

async function save(node: keyof typeof NODES): Promise<string> {
  const { stdout } = await inside(who, LAB, node, ['iptables-save']);
  expect(stdout).toContain('COMMIT');
  return stdout;
}

const endpointsIn = (saved: string, service: string) =>
  [...saved.matchAll(new RegExp(`"default/${service} -> (\\S+)"`, 'g'))].map(match => match[1]);

const endpointsOf = async (node: keyof typeof NODES, service: string) => endpointsIn(await save(node), service);

/** Waits until on every node these pods, and no others, are endpoints of the Service that all tests share. */
async function untilEndpoints(...pods: readonly Web[]): Promise<void> {
  const wanted = pods.map(name => `${PODS[name].address}:8080`).join();
  for (const node of NODE_NAMES)
    for (const service of ['cluster:http', 'cluster:udp'])
      await until(
        `the endpoints of ${service} on ${node} are ${wanted}`,
        async () => (await endpointsOf(node, service)).join(),
        found => found === wanted,
      );
}

/** Gives the pods back as they were, whatever comes of it. */
async function whileIll(pods: readonly Web[], work: () => Promise<unknown>): Promise<void> {
  fallIll(...pods);
  try {
    await work();
  } finally {
    recover();
    await untilEndpoints(...WEBS);
  }
}

beforeAll(async () => {
  recover();
  await change({});
  for (const port of [8080, 8081]) await untilListening(who, LAB, WEBS, port);
});
afterAll(async () => {
  recover();
  await netlab(who, ['down', LAB]);
});

describe('Networking Granular Checks: Pods', () => {
  test.each(['http', 'udp'] as const)('should function for intra-pod communication: %s', async protocol => {
    for (const name of WEBS)
      expect(await from('client', PODS[name].address, { port: 8080, protocol })).toEqual([`${name} 10.244.0.2`]);
  });

  test.each(['http', 'udp'] as const)('should function for node-pod communication: %s', async protocol => {
    for (const name of WEBS)
      expect(namesOf(await from('node1', PODS[name].address, { port: 8080, protocol }))).toEqual([name]);
  });
});

test('NoSNAT: should be able to send traffic between Pods without SNAT', async () => {
  for (const sender of WEBS)
    for (const name of WEBS.filter(other => other !== sender))
      expect(await from(sender, PODS[name].address, { port: 8080 })).toEqual([`${name} ${PODS[sender].address}`]);
});

describe('Networking Granular Checks: Services', () => {
  test.each(['http', 'udp'] as const)('should function for pod-Service: %s', async protocol => {
    const asking = { protocol, count: MANY };
    expect(namesOf(await from('client', '10.96.0.80', asking))).toEqual(WEBS);
    expect(namesOf(await from('client', NODES.node3, { ...asking, port: 30080 }))).toEqual(WEBS);
  });

  test.each(['http', 'udp'] as const)('should function for node-Service: %s', async protocol => {
    const asking = { protocol, count: MANY };
    expect(namesOf(await from('node1', '10.96.0.80', asking))).toEqual(WEBS);
    for (const node of ['127.0.0.1', NODES.node1, NODES.node3])
      expect(namesOf(await from('node1', node, { ...asking, port: 30080 }))).toEqual(WEBS);
  });

  test.each(['http', 'udp'] as const)('should function for endpoint-Service: %s', async protocol => {
    expect(namesOf(await from('web-0', '10.96.0.80', { protocol, count: MANY }))).toEqual(WEBS);
  });

  test('should update nodePort: http, udp [Slow]', async () => {
    await change({ port: { ...WEB, type: 'ClusterIP', clusterIP: '10.96.0.81', ports: bothProtocols() } });
    try {
      for (const protocol of ['http', 'udp'] as const)
        expect(await from('client', NODES.node2, { port: 30080, protocol })).toEqual(['refused']);
      expect(await save('node2')).not.toContain('30080');
    } finally {
      await change({});
    }
    expect(namesOf(await from('client', NODES.node2, { port: 30080, count: MANY }))).toEqual(WEBS);
  });

  test.each(['http', 'udp'] as const)('should function for client IP based session affinity: %s', async protocol => {
    expect(namesOf(await from('client', '10.96.0.90', { protocol, count: MANY }))).toHaveLength(1);
  });
});

describe('Services', () => {
  test('should be able to create a functioning NodePort service', async () => {
    expect(namesOf(await from('client', '10.96.0.81', { count: MANY }))).toEqual(WEBS);
    for (const node of Object.values(NODES))
      expect(namesOf(await from('outside', node, { port: 30080, count: MANY }))).toEqual(WEBS);
  });

  test('should preserve source pod IP for traffic thru service cluster IP', async () => {
    expect(sourcesOf(await from('far', '10.96.0.80', { count: MANY }))).toEqual(['10.244.2.2']);
  });

  test('should allow pods to hairpin back to themselves through services', async () => {
    for (const protocol of ['http', 'udp'] as const)
      expect(await from('web-0', '10.96.0.82', { protocol })).toEqual(['web-0 10.244.0.1']);
  });

  test('should be rejected when no endpoints exist', async () => {
    for (const ns of ['client', 'node1', 'far']) expect(await from(ns, '10.96.0.83')).toEqual(['refused']);
  });

  test('should serve a basic endpoint from pods', async () => {
    const one = { ...WEB, clusterIP: '10.96.0.91' };
    const serve = (selector: Spec) => change({ basic: { ...one, selector } });
    await serve({ pod: 'none' });
    expect(await from('client', '10.96.0.91')).toEqual(['refused']);
    await serve({ pod: 'web-0' });
    expect(namesOf(await from('client', '10.96.0.91', { count: 5 }))).toEqual(['web-0']);
    await serve({ app: 'web' });
    expect(namesOf(await from('client', '10.96.0.91', { count: MANY }))).toEqual(WEBS);
    await serve({ pod: 'web-1' });
    expect(namesOf(await from('client', '10.96.0.91', { count: 5 }))).toEqual(['web-1']);
    await serve({ pod: 'none' });
    expect(await from('client', '10.96.0.91')).toEqual(['refused']);
  });

  test('should serve multiport endpoints from pods', async () => {
    for (const port of [80, 81])
      expect(namesOf(await from('client', '10.96.0.92', { port, count: MANY }))).toEqual(WEBS);
    expect(await endpointsOf('node3', 'multi:b')).toEqual(WEBS.map(name => `${PODS[name].address}:8081`));
  });

  test('should serve endpoints on same port and different protocols', async () => {
    const serve = (kept: 'TCP' | 'UDP') => {
      const ports = bothProtocols().filter(({ name }) => (name === 'udp') === (kept === 'UDP'));
      return change({ cluster: { ...WEB, clusterIP: '10.96.0.80', ports } });
    };
    const reached = async (protocol: 'http' | 'udp', asking: Asking = {}) =>
      namesOf(await from('client', '10.96.0.80', { ...asking, protocol })).every(name => name.startsWith('web-'));
    try {
      await serve('TCP');
      expect([await reached('http'), await reached('udp', SILENT)]).toEqual([true, false]);
      await serve('UDP');
      expect([await reached('http', SILENT), await reached('udp')]).toEqual([false, true]);
    } finally {
      await change({});
    }
    expect([await reached('http'), await reached('udp')]).toEqual([true, true]);
  });

  test('should be able to update service type to NodePort listening on same port number but different protocols', async () => {
    const saved = await save('node3');
    for (const protocol of ['tcp', 'udp'])
      expect(saved).toMatch(new RegExp(`^-A KUBE-NODEPORTS -p ${protocol} .* --dport 30080 `, 'm'));
  });

  test('should prevent NodePort collisions; should check NodePort out-of-range', async () => {
    const port = (nodePort: number) => ({ ...WEB, type: 'NodePort', ports: [{ port: 80, nodePort }] });
    await expect(change({ other: port(30080) })).rejects.toThrow('node port 30080 is that of Service');
    await expect(change({ other: port(29999) })).rejects.toThrow('not in the range 30000-32767');
  });

  test('should be able to change the type from ExternalName to ClusterIP, to NodePort, and back', async () => {
    const ip = '10.96.0.93';
    const externalName = { type: 'ExternalName', externalName: 'example.com' };
    const port = { ...WEB, type: 'NodePort', clusterIP: ip, ports: [{ port: 80, targetPort: 8080, nodePort: 30093 }] };
    await change({ changing: externalName });
    expect(await save('node1')).not.toContain('default/changing');
    await change({ changing: { ...WEB, clusterIP: ip } });
    expect(namesOf(await from('client', ip, { count: MANY }))).toEqual(WEBS);
    await change({ changing: externalName });
    expect(await save('node1')).not.toContain('default/changing');
    await change({ changing: port });
    expect(namesOf(await from('client', NODES.node3, { port: 30093, count: MANY }))).toEqual(WEBS);
    await change({ changing: externalName });
    expect(await from('client', NODES.node3, { port: 30093 })).toEqual(['refused']);
  });

  test('should be able to switch session affinity for service with type clusterIP, and NodePort', async () => {
    const service = { ...WEB, type: 'NodePort', clusterIP: '10.96.0.94', ports: ports(30094) };
    const count = async (sessionAffinity: string) => {
      await change({ switching: { ...service, sessionAffinity } });
      const inner = await from('client', '10.96.0.94', { count: MANY });
      const outer = await from('outside', NODES.node3, { port: 30094, count: MANY });
      return [namesOf(inner).length, namesOf(outer).length];
    };
    expect(await count('ClientIP')).toEqual([1, 1]);
    const lists = await inside(who, LAB, 'node3', ['sh', '-c', 'cat /proc/net/xt_recent/KUBE-SEP-*']);
    expect(lists.stdout).toContain(`src=${OUTSIDE} `);
    expect(await count('None')).toEqual([3, 3]);
    expect(await count('ClientIP')).toEqual([1, 1]);
  });

  test('should have session affinity timeout work for service with type clusterIP', async () => {
    const seen = new Set<string>();
    for (let attempt = 0; attempt < 20 && seen.size < 2; attempt++) {
      for (const name of namesOf(await from('client', '10.96.0.95'))) seen.add(name);
      await new Promise(next => setTimeout(next, 2100));
    }
    expect(seen.size).toBe(2);
  });

  test('should respect internalTrafficPolicy=Local Pod to Pod; Pod and Node, to Pod', async () => {
    for (const ns of ['client', 'node1'])
      expect(namesOf(await from(ns, '10.96.0.96', { count: MANY }))).toEqual(['web-0']);
    expect(namesOf(await from('node2', '10.96.0.96', { count: MANY }))).toEqual(['web-1', 'web-2']);
    for (const ns of ['far', 'node3']) expect(await from(ns, '10.96.0.96', SILENT)).toEqual(['no answer']);
  });

  test('should support externalTrafficPolicy=Local for type=NodePort', async () => {
    const answers = await from('outside', NODES.node2, { port: 30097, count: MANY });
    expect(namesOf(answers)).toEqual(['web-1', 'web-2']);
    expect(sourcesOf(answers)).toEqual([OUTSIDE]);
    expect(await from('outside', NODES.node3, { ...SILENT, port: 30097 })).toEqual(['no answer']);
    expect(namesOf(await from('far', NODES.node3, { port: 30097, count: MANY }))).toEqual(WEBS);
  });

  test('should be reachable by an external IP, and by a load balancer by who is in its source ranges', async () => {
    expect(namesOf(await from('outside', '203.0.113.80', { count: MANY }))).toEqual(WEBS);
    expect(namesOf(await from('outside', '203.0.113.81', { count: MANY }))).toEqual(WEBS);
    expect(await from('outside', '203.0.113.82', SILENT)).toEqual(['no answer']);
  });

  test('should fallback to terminating endpoints when there are no ready endpoints', async () => {
    expect(namesOf(await from('client', '10.96.0.98', { count: MANY }))).toEqual(['web-1']);
    expect(namesOf(await from('client', '10.96.0.97', { count: MANY }))).toEqual(['web-0', 'web-1']);
    // With Local each node decides for itself: node1 has nobody who is ready, node2 has.
    expect(namesOf(await from('client', '10.96.0.88', { count: 5 }))).toEqual(['web-0']);
    expect(namesOf(await from('outside', NODES.node1, { port: 30098, count: 5 }))).toEqual(['web-0']);
    expect(namesOf(await from('outside', NODES.node2, { port: 30098, count: 5 }))).toEqual(['web-1']);
    expect(await from('outside', NODES.node3, { ...SILENT, port: 30098 })).toEqual(['no answer']);
  });

  test('should create endpoints for unready pods', async () => {
    await whileIll(['web-0'], async () => {
      await untilEndpoints('web-1', 'web-2');
      expect(namesOf(await from('client', '10.96.0.80', { count: MANY }))).toEqual(['web-1', 'web-2']);
      expect(namesOf(await from('client', '10.96.0.99', { count: MANY }))).toEqual(WEBS);
    });
  });
});

describe('EndpointSlice', () => {
  test('should create Endpoints and EndpointSlices for Pods matching a Service', async () => {
    expect(await endpointsOf('node3', 'cluster:http')).toEqual(WEBS.map(name => `${PODS[name].address}:8080`));
  });

  test('should create and delete EndpointSlices for a Service with a selector that matches no pods', async () => {
    const saved = await save('node1');
    expect(saved).toMatch(/^-A KUBE-SERVICES -d 10\.96\.0\.83\/32 .*default\/nobody has no endpoints.* -j REJECT/m);
    expect(saved).not.toContain('default/nobody cluster IP');
  });

  test('should support a Service with multiple endpoint IPs and ports specified in multiple EndpointSlices', async () => {
    for (const [port, name] of [
      [80, 'web-0'],
      [81, 'web-1'],
      [82, 'web-0'],
    ] as const)
      expect(namesOf(await from('client', '10.96.0.100', { port, count: 3 }))).toEqual([name]);
  });

  test('endpoints come and go without dropping connections to the others', async () => {
    const keeper = `
import http.client, sys
c = http.client.HTTPConnection("10.96.0.80", 80, timeout=60)
while True:
    c.connect(); c.request("GET", "/")
    if c.getresponse().read().startswith(b"web-0 "): break
    c.close()
print("held", flush=True); sys.stdin.readline()
c.request("GET", "/"); print(c.getresponse().read().decode(), flush=True)
`;
    const held = startInside(who, LAB, 'client', ['python3', '-c', keeper], { stdio: 'pipe' });
    let said = '';
    held.stdout?.on('data', piece => {
      said += piece;
    });
    try {
      await until(
        'a connection is held',
        () => said,
        text => text.includes('held'),
      );
      await whileIll(['web-1', 'web-2'], async () => {
        await untilEndpoints('web-0');
        expect(namesOf(await from('client', '10.96.0.80', { count: 10 }))).toEqual(['web-0']);
      });
      held.stdin?.write('\n');
      await until(
        'the held connection is answered',
        () => said,
        text => text.includes('web-0 10.244.0.2'),
      );
    } finally {
      held.kill();
    }
  });
});

describe('Conntrack', () => {
  /** Whom one port of the client, which conntrack takes for one connection, ends up with. */
  const steady = async (address: string, port: number) =>
    (await from('client', address, { protocol: 'udp', port, from: 5353 }))[0]?.split(' ')[0];

  test.each([
    ['ClusterIP', '10.96.0.80', 80],
    ['NodePort', NODES.node2, 30080],
  ])('should be able to preserve UDP traffic when server pod cycles for a %s service', async (_, address, port) => {
    const first = await steady(address, port);
    expect(WEBS).toContain(first);
    expect(await steady(address, port)).toBe(first);
    await whileIll([first as Web], () =>
      until(
        `somebody else than ${first} answers`,
        () => steady(address, port),
        now => now !== first && WEBS.includes(now as Web),
      ),
    );
  });

  test('should be able to preserve UDP traffic when initial unready endpoints get ready', async () => {
    await whileIll(['web-0'], async () => {
      await until(
        'alone has no endpoints',
        () => save('node1'),
        saved => saved.includes('"default/alone:udp has no endpoints"') && endpointsIn(saved, 'alone:udp').length === 0,
      );
      expect(await steady('10.96.0.82', 80)).toBe('refused');
    });
    await until(
      'web-0 answers',
      () => steady('10.96.0.82', 80),
      name => name === 'web-0',
    );
  });

  test('a change of the lab moves UDP clients too', async () => {
    const moving = (pod: Web) => ({
      moving: { ...WEB, clusterIP: '10.96.0.101', selector: { pod }, ports: bothProtocols() },
    });
    await change(moving('web-0'));
    expect(await steady('10.96.0.101', 80)).toBe('web-0');
    await change(moving('web-1'));
    await until(
      'web-1 answers',
      () => steady('10.96.0.101', 80),
      name => name === 'web-1',
    );
  });

  test('should drop INVALID conntrack entries', async () => {
    expect(await save('node1')).toContain('-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP');
  });
});

test('KubeProxy should set TCP CLOSE_WAIT timeout', async () => {
  const setting = 'net.netfilter.nf_conntrack_tcp_timeout_close_wait';
  expect((await inside(who, LAB, 'node1', ['sysctl', '-n', setting])).stdout.trim()).toBe('3600');
});
