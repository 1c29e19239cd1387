/**
 * Services of every kind, and what `iptables-save` prints on each node: chain by chain what it prints where the rules have
 * been loaded that Kubernetes' own proxy writes for the same Services.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubeProxyRules, type ProxyEndpoint, type ProxyNode, type ProxyService } from './fixtures/kube-proxy.ts';
import { as, inside, labFile, netlab, run, WHO } from './harness.ts';

const who = WHO.at(-1) ?? 'user';
const LAB = 'kube-proxy';
const FAMILIES = ['4', '6'] as const;
type Family = (typeof FAMILIES)[number];

const NODES: Readonly<Record<string, Readonly<Record<Family, string>>>> = {
  node1: { 4: '172.18.0.2', 6: 'fd00:172:18::2' },
  node2: { 4: '172.18.0.3', 6: 'fd00:172:18::3' },
};
/** Four pods on the first node, and one on the second. */
const PODS = { 'web-0': 'node1', 'web-1': 'node1', 'web-2': 'node1', 'web-10': 'node1', 'web-3': 'node2' } as const;
const ADDRESSES: Readonly<Record<keyof typeof PODS, Readonly<Record<Family, string>>>> = {
  'web-0': { 4: '10.244.0.9', 6: 'fd00:10:244::9' },
  'web-1': { 4: '10.244.0.10', 6: 'fd00:10:244::10' },
  'web-2': { 4: '10.244.0.100', 6: 'fd00:10:244::1a' },
  'web-10': { 4: '10.244.0.11', 6: 'fd00:10:244::b' },
  'web-3': { 4: '10.244.1.9', 6: 'fd00:10:244:1::9' },
};
const POD_CIDRS = { 4: '10.244.0.0/16', 6: 'fd00:10:244::/48' } as const;
const OUTSIDE = { 4: '203.0.113.', 6: 'fd00:113::' } as const;

const all = Object.keys(PODS) as (keyof typeof PODS)[];

interface Condition {
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
}

/** A Service as the lab file has it beside its addresses, and as kube-proxy learns of it. */
interface Case {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly ports?: readonly Readonly<Record<string, unknown>>[];
  readonly proxy?: Partial<ProxyService>;
  readonly external?: 'externalIPs' | 'loadBalancerIP';
  /** By hand, with conditions; all pods that are found by label where it is left out. */
  readonly endpoints?: Readonly<Partial<Record<keyof typeof PODS, Condition>>>;
}

const PORT = { port: 80, targetPort: 8080 };
const LOCAL = { externalTrafficPolicy: 'Local' };
const CASES: Readonly<Record<string, Case>> = {
  'cluster-ip': { spec: {} },
  protocols: {
    spec: {},
    ports: [
      { ...PORT, name: 'http' },
      { ...PORT, name: 'dns', protocol: 'UDP' },
      { ...PORT, name: 'signal', protocol: 'SCTP' },
    ],
  },
  nobody: { spec: { selector: { app: 'nobody' } }, endpoints: {} },
  'nobody-at-port': { spec: { type: 'NodePort' }, ports: [{ ...PORT, nodePort: 30001 }], endpoints: {} },
  'node-port': { spec: { type: 'NodePort' }, ports: [{ ...PORT, nodePort: 30002 }] },
  'node-port-local': {
    ...{ spec: { type: 'NodePort', ...LOCAL }, ports: [{ ...PORT, nodePort: 30003 }], proxy: { externalLocal: true } },
    endpoints: { 'web-0': {}, 'web-1': {} },
  },
  external: { spec: {}, external: 'externalIPs' },
  'external-local': {
    spec: LOCAL,
    external: 'externalIPs',
    proxy: { externalLocal: true },
    endpoints: { 'web-3': {} },
  },
  sticky: {
    spec: { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 77 } } },
    proxy: { affinitySeconds: 77 },
  },
  near: {
    ...{ spec: { internalTrafficPolicy: 'Local' }, proxy: { internalLocal: true } },
    endpoints: { 'web-0': {}, 'web-2': {} },
  },
  balanced: {
    ...{ spec: { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false }, external: 'loadBalancerIP' },
  },
  'balanced-local': {
    spec: { type: 'LoadBalancer', ...LOCAL, healthCheckNodePort: 30999 },
    ...{ ports: [{ ...PORT, nodePort: 30004 }], external: 'loadBalancerIP', endpoints: { 'web-3': {} } },
    proxy: { externalLocal: true, healthCheckNodePort: 30999 },
  },
  'sticky-everywhere': {
    spec: { type: 'NodePort', ...LOCAL, internalTrafficPolicy: 'Local', sessionAffinity: 'ClientIP' },
    ports: [{ ...PORT, nodePort: 30005 }],
    proxy: { externalLocal: true, internalLocal: true, affinitySeconds: 10800 },
  },
  ending: {
    spec: { internalTrafficPolicy: 'Local' },
    proxy: { internalLocal: true },
    endpoints: {
      'web-0': { ready: false, serving: true, terminating: true },
      'web-1': { ready: false, serving: false },
      'web-3': {},
    },
  },
  'all-ending': {
    spec: {},
    endpoints: { 'web-0': { ready: false, serving: true, terminating: true }, 'web-1': { ready: false } },
  },
  unready: { spec: {}, endpoints: { 'web-0': { ready: false }, 'web-3': {} } },
};
/** Who may come to a load balancer: a range with node1 in it, and one without any node. */
const FIREWALLED = { ranges: { 4: ['172.18.0.2/32', '198.51.100.0/24'], 6: ['fd00:172:18::2/128', 'fd00:51::/64'] } };

type PortSpecs = NonNullable<Case['ports']>;
const NOTHING: Case = { spec: {} };

const clusterIP = (index: number, family: Family) =>
  family === '4' ? `10.96.0.${100 + index}` : `fd00:10:96::${(100 + index).toString(16)}`;
const outside = (index: number, family: Family) => `${OUTSIDE[family]}${100 + index}`;

function toSpec(name: string, index: number, family: Family): object {
  const { spec, ports = [PORT], external, endpoints } = CASES[name] ?? NOTHING;
  const slices = endpoints && {
    endpointSlices: [
      {
        endpoints: Object.entries(endpoints).map(([pod, conditions]) => ({
          addresses: [ADDRESSES[pod as keyof typeof PODS][family]],
          nodeName: PODS[pod as keyof typeof PODS],
          ...(Object.keys(conditions ?? {}).length === 0 ? {} : { conditions }),
        })),
      },
    ],
  };
  const isNobody = Object.keys(endpoints ?? { any: 1 }).length === 0;
  const ip = outside(index, family);
  return {
    ...{ clusterIP: clusterIP(index, family), ports },
    ...(slices && !isNobody ? slices : isNobody ? { selector: { app: 'nobody' } } : { selector: { app: 'web' } }),
    ...(external === undefined ? {} : { [external]: external === 'externalIPs' ? [ip] : ip }),
    ...(name === 'balanced' ? { loadBalancerSourceRanges: FIREWALLED.ranges[family] } : {}),
    ...spec,
  };
}

function toProxy(name: string, index: number, family: Family): ProxyService {
  const { ports = [PORT] as PortSpecs, external, endpoints, proxy } = CASES[name] ?? NOTHING;
  const own: NonNullable<Case['endpoints']> = endpoints ?? Object.fromEntries(all.map(pod => [pod, {}]));
  const numbers = Object.fromEntries(ports.map(port => [(port['name'] as string | undefined) ?? '', 8080]));
  const ip = outside(index, family);
  return {
    ...{ name: `${family === '4' ? 'four' : 'six'}/${name}`, clusterIP: clusterIP(index, family) },
    ports: ports as unknown as ProxyService['ports'],
    ...(external === 'externalIPs' ? { externalIPs: [ip] } : {}),
    ...(external === 'loadBalancerIP' ? { loadBalancerIPs: [ip] } : {}),
    ...(name === 'balanced' ? { loadBalancerSourceRanges: FIREWALLED.ranges[family] } : {}),
    ...proxy,
    endpoints: Object.entries(own).map(([pod, conditions]): ProxyEndpoint => {
      const { ready = true, serving = true, terminating = false } = conditions ?? {};
      const key = pod as keyof typeof PODS;
      return { ip: ADDRESSES[key][family], ports: numbers, node: PODS[key], ready, serving, terminating };
    }),
  };
}

/** The pods carry both labels, so that Services of either namespace find them. */
function labText(name: string, names: readonly string[], cluster: object = {}, node1: object = {}): string {
  const index = (service: string) => Object.keys(CASES).indexOf(service);
  const pods = (namespace: string, family: Family) =>
    all.map(pod => [
      `${namespace}/${pod}`,
      { node: PODS[pod], address: `${ADDRESSES[pod][family]}/${family === '4' ? 24 : 64}`, labels: { app: 'web' } },
    ]);
  const services = (namespace: string, family: Family) =>
    names.map(service => [
      `${namespace}/${service}`,
      withNodePorts(toSpec(service, index(service), family), family === '4' ? 0 : 100),
    ]);
  return JSON.stringify({
    name,
    cluster: { ipFamily: 'dual', dns: false, ...cluster },
    nodes: { node1, node2: {} },
    pods: Object.fromEntries([...pods('four', '4'), ...pods('six', '6')]),
    services: Object.fromEntries([...services('four', '4'), ...services('six', '6')]),
  });
}

/** A port of a node is one Service's alone, in whichever family. */
function withNodePorts<T extends object>(value: T, offset: number): T {
  return JSON.parse(
    JSON.stringify(value, (key, one) => (key === 'nodePort' || key === 'healthCheckNodePort' ? one + offset : one)),
  );
}

/** The rules of each chain of kube-proxy's, and those that lead into them. */
function readChains(save: string): Record<string, string[]> {
  const chains: Record<string, string[]> = {};
  let table = '';
  for (const line of save.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1);
    const declared = /^:(KUBE-\S+)/.exec(line)?.[1];
    if (declared !== undefined && !/CANARY|HINT/.test(declared)) chains[`${table} ${declared}`] ??= [];
    const [, chain] = /^-A (\S+) .*/.exec(line) ?? [];
    const isOwn = chain !== undefined && (chain.startsWith('KUBE-') || line.includes('-j KUBE-'));
    if (isOwn) chains[`${table} ${chain}`] = [...(chains[`${table} ${chain}`] ?? []), line];
  }
  return chains;
}

const toolOf = (family: Family) => (family === '4' ? 'iptables' : 'ip6tables');

/** What the kernel makes of kube-proxy's own text, in a namespace that has nothing else. */
async function loadElsewhere(family: Family, text: string): Promise<string> {
  const alone = ['unshare', ...(who === 'user' ? ['-r'] : []), '-n', 'sh', '-c'];
  const tool = toolOf(family);
  const { code, stdout, stderr } = await run(as(who, [...alone, `${tool}-restore && ${tool}-save`]), { input: text });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

async function up(lab: string, text: string): Promise<void> {
  const { code, stderr } = await netlab(who, ['up', labFile(text, lab)]);
  if (code !== 0) throw new Error(stderr);
}

/** What it writes for these Services on a node, as the kernel prints it. */
async function wantedRules(names: readonly string[], node: ProxyNode, family: Family) {
  const index = (name: string) => Object.keys(CASES).indexOf(name);
  const services = names
    .map(name => withNodePorts(toProxy(name, index(name), family), family === '4' ? 0 : 100))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return readChains(await loadElsewhere(family, kubeProxyRules(services, node)));
}

const rulesOf = async (lab: string, node: string, family: Family) =>
  readChains((await inside(who, lab, node, [`${toolOf(family)}-save`])).stdout);

const nodeOf = (name: string, family: Family): ProxyNode => ({
  ...{ name, local: `-s ${POD_CIDRS[family]}`, isIPv6: family === '6' },
  isIn: range => range.startsWith(`${NODES[name]?.[family]}/`),
});

describe('as it is by itself', () => {
  const names = Object.keys(CASES);
  beforeAll(() => up(LAB, labText(LAB, names)));
  afterAll(async () => {
    await netlab(who, ['down', LAB]);
  });

  describe.each(FAMILIES)('in IPv%s', family => {
    test.each(Object.keys(NODES))("%s has the rules of Kubernetes' own proxy, chain by chain", async name => {
      const wanted = await wantedRules(names, nodeOf(name, family), family);
      const found = await rulesOf(LAB, name, family);
      expect(Object.keys(wanted).length).toBeGreaterThan(90);
      for (const [chain, rules] of Object.entries(wanted)) expect(found[chain], chain).toEqual(rules);
      expect(Object.keys(found).sort()).toEqual(Object.keys(wanted).sort());
    });
  });
});

/** A configuration of kube-proxy's, and what it and the settings of node1 make of each node's rules. */
interface Configured {
  readonly kubeProxy: object;
  readonly node1?: object;
  of(name: string, family: Family): Pick<ProxyNode, 'options'> & Partial<Pick<ProxyNode, 'local'>>;
}

const LIBERAL = { sysctls: { 'net.netfilter.nf_conntrack_tcp_be_liberal': 1 } };

/** One after the other on the same lab, and in the end none of them. */
const CONFIGURED: Readonly<Record<string, Configured>> = {
  'all is masqueraded by another mark, and no node port is at 127.0.0.1': {
    kubeProxy: { iptables: { masqueradeAll: true, masqueradeBit: 16, localhostNodePorts: false } },
    of: () => ({ options: { masqueradeAll: true, masqueradeBit: 16, localhostNodePorts: false } }),
  },
  'pods are told by their bridge, node ports are at the own addresses, and one node is liberal by its settings': {
    kubeProxy: {
      nodePortAddresses: ['primary', 'fd00:172:18::/64'],
      ...{ detectLocalMode: 'BridgeInterface', detectLocal: { bridgeInterface: 'cbr0' } },
    },
    node1: LIBERAL,
    of: (name, family) => ({
      local: '-i cbr0',
      options: {
        ...{ nodePortIPs: [NODES[name]?.[family] ?? ''], localhostNodePorts: false },
        isLiberal: name === 'node1',
      },
    }),
  },
  'pods are told by their interfaces, and node ports are at 127.0.0.1 alone': {
    kubeProxy: {
      nodePortAddresses: ['localhost'],
      ...{ detectLocalMode: 'InterfaceNamePrefix', detectLocal: { interfaceNamePrefix: 'cb' } },
      conntrack: { tcpBeLiberal: true },
    },
    of: (_, family) => ({
      local: '-i cb+',
      options: { nodePortIPs: family === '4' ? ['127.0.0.1'] : [], isLiberal: true },
    }),
  },
  "pods are told by their node's block": {
    kubeProxy: { detectLocalMode: 'NodeCIDR' },
    of: (name, family) => {
      const block = {
        node1: { 4: '10.244.0.0/24', 6: 'fd00:10:244::/64' },
        node2: { 4: '10.244.1.0/24', 6: 'fd00:10:244:1::/64' },
      };
      return { local: `-s ${block[name as keyof typeof block][family]}`, options: {} };
    },
  },
  'nothing is said any more': { kubeProxy: {}, of: () => ({ options: {} }) },
};

describe('as its configuration says', () => {
  const lab = 'kube-proxy-options';
  const names = ['cluster-ip', 'node-port', 'node-port-local', 'near', 'balanced-local', 'external-local'];
  afterAll(async () => {
    await netlab(who, ['down', lab]);
  });

  test.each(Object.entries(CONFIGURED))('%s', async (_, { kubeProxy, node1, of }) => {
    await up(lab, labText(lab, names, { kubeProxy }, node1));
    for (const family of FAMILIES)
      for (const name of Object.keys(NODES)) {
        const node = { ...nodeOf(name, family), ...of(name, family) };
        expect(await rulesOf(lab, name, family), `${name} IPv${family}`).toEqual(
          await wantedRules(names, node, family),
        );
      }
    const localnet = await inside(who, lab, 'node1', ['sysctl', '-n', 'net.ipv4.conf.all.route_localnet']);
    expect(localnet.stdout.trim()).toBe(of('node1', '4').options?.localhostNodePorts === false ? '0' : '1');
    expect((await netlab(who, ['status', lab])).code).toBe(0);
  });
});
