/**
 * Good labs of every shape: the generators of the property tests.
 *
 * Every subnet, name and route of a lab is picked so that none clashes with another, so each lab is good by
 * construction (a test holds that). Two labs share their names, so that one can turn into the other.
 */
import fc from 'fast-check';
import type {
  BridgeEntry,
  ClusterEntry,
  InterfaceEntry,
  LabFile,
  LinkEntry,
  NodeEntry,
  PodEntry,
  RouteEntry,
} from '../../src/language/lab/generated/lab-file.ts';
import { ingresses, writeIngresses } from './arbitrary-ingresses.ts';
import { namespaces, policies, writePolicies } from './arbitrary-policies.ts';
import { SERVICE_CIDRS, services, writeService, writeServiceCheck } from './arbitrary-services.ts';

/** Lab files while they are written. */
type Writable<T> = { -readonly [K in keyof T]: T[K] };

const LONG = 'a-name-as-long-as-kubernetes-allows-but-the-kernel-does-not';
const NODES = ['node1', 'node2', 'node10', 'alpha', `${LONG}-1`, `${LONG}-2`];
const PODS = ['web', 'api', 'p2', 'p10', 'x', 'team-a/web', 'team-b/web', 'default/log', `${LONG}-p`, `${LONG}-q`];

type Family = 'ipv4' | 'ipv6' | 'dual';

/** Subnets number `index` of a kind, as the lab's families ask. */
function subnets(family: Family, kind: number, index: number, lengths: readonly [number, number] = [24, 64]): string[] {
  const ipv4 = `10.${kind}.${index}.0/${lengths[0]}`;
  const ipv6 = `fd00:${kind}:${index}::/${lengths[1]}`;
  return family === 'ipv4' ? [ipv4] : family === 'ipv6' ? [ipv6] : [ipv4, ipv6];
}

/** The address number `host` of each subnet, with its prefix length. */
function addresses(nets: readonly string[], host: number): string[] {
  return nets.map(net =>
    net.replace(/(\.0|::)\//, (_, end) => (end === '.0' ? `.${host}/` : `::${host.toString(16)}/`)),
  );
}

/** The same subnet with a prefix that is one longer. */
const narrow = (net: string) => net.replace(/\d+$/, length => String(Number(length) + 1));

const withoutPrefix = (address: string) => address.replace(/\/.*/, '');
const oneOrList = (texts: readonly string[]) => (texts.length === 1 ? (texts[0] ?? '') : texts);

const maybe = <T>(arbitrary: fc.Arbitrary<T>, freq = 3) => fc.option(arbitrary, { nil: undefined, freq });

/** Keys without a value are left out. */
function given<T extends object>(entry: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as never;
}

const shaping = fc.constantFrom(
  {},
  {},
  {},
  { rate: '10mbit' },
  { rate: '1.5mbps' },
  { delay: '10ms', jitter: '1ms' },
  { loss: '0.5%' },
  { rate: '100kbit', delay: '1.5ms', loss: '1%' },
);

const rules = fc.subarray([
  '-P FORWARD DROP',
  '-A FORWARD -i cbr0 -j ACCEPT',
  '-N MINE',
  '-A FORWARD -j MINE',
  `-A MINE -p tcp --dport 80 -m comment --comment "it's a \\"web\\" page" -j RETURN`,
  '-I FORWARD -m mark --mark 0x1 -j DROP',
  '-t nat -A PREROUTING -p tcp --dport 8080 -j REDIRECT --to-ports 80',
  '-t nat -N ALSO',
  '-t nat -A POSTROUTING -j ALSO',
]);

/** A chain has to be made before it is used. */
const withChains = rules.map(list =>
  list.filter(
    rule =>
      (!/(-j|-A) MINE/.test(rule) || list.includes('-N MINE')) &&
      (!/-j ALSO/.test(rule) || list.includes('-t nat -N ALSO')),
  ),
);

const settings = fc.record({
  labels: maybe(fc.constantFrom({ app: 'web' }, { app: 'db', tier: 'back' })),
  sysctls: maybe(
    fc.constantFrom(
      { 'net.core.somaxconn': 512 },
      { 'net.core.somaxconn': 512, 'net.ipv4.conf.lo.rp_filter': 1 },
      { 'net.ipv4.ip_forward': 0, 'net.ipv4.tcp_rmem': '4096 8192 16384' },
    ),
  ),
  iptables: maybe(withChains),
  ip6tables: maybe(withChains),
});

/** Containers of which none lists the port of another. */
const containers = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom('httpd', 'proxy', 'log', 'a', `${LONG}-c`),
      command: fc.constantFrom(
        ['sleep', '1d'],
        ['sh', '-c', 'echo "$A"\nexec sleep 1d'],
        ['busybox', 'httpd', '-f', ''],
      ),
      env: maybe(fc.constantFrom({}, { A: 'one\ntwo', B: 1, C: true }, { 'x.y-z': '', __proto: '$HOME' })),
      workingDir: maybe(fc.constantFrom('/', '/tmp/a b')),
      restart: maybe(fc.constantFrom('on-failure', 'never')),
      always: maybe(fc.constant('always')),
      ports: fc.subarray(['TCP', 'UDP', 'SCTP', undefined]),
      readiness: maybe(fc.constantFrom('tcp', 'http', 'exec', 'name')),
      liveness: maybe(fc.constantFrom('tcp', 'http', 'exec', 'grpc')),
      startup: maybe(fc.constantFrom('tcp', 'https', 'exec')),
      isSidecar: fc.boolean(),
      times: fc.constantFrom(
        {},
        { periodSeconds: 1, failureThreshold: 1 },
        { initialDelaySeconds: 5, timeoutSeconds: 2 },
      ),
      init: fc.nat(3).map(dice => dice === 0),
      args: maybe(fc.constantFrom([], ['-v', 'a b'])),
      image: maybe(fc.constantFrom('nginx', 'localhost:5000/team/shop:1.2-rc'), 2),
      imagePullPolicy: maybe(fc.constantFrom('Always', 'IfNotPresent', 'Never')),
    }),
    { maxLength: 4, selector: ({ name }) => name },
  )
  .map(list => {
    const isSection = (init: boolean) => list.filter(one => one.init === init);
    const write = (init: boolean) =>
      isSection(init).length === 0
        ? undefined
        : Object.fromEntries(isSection(init).map(one => [one.name, writeContainer(one, list.indexOf(one))]));
    return given({ initContainers: write(true), containers: write(false) });
  });

interface ContainerChoice {
  readonly command: readonly string[];
  readonly env: object | undefined;
  readonly workingDir: string | undefined;
  readonly restart: string | undefined;
  readonly always: string | undefined;
  readonly ports: readonly (string | undefined)[];
  readonly readiness: string | undefined;
  readonly liveness: string | undefined;
  readonly startup: string | undefined;
  readonly isSidecar: boolean;
  readonly times: object;
  readonly init: boolean;
  readonly args: readonly string[] | undefined;
  readonly image: string | undefined;
  readonly imagePullPolicy: string | undefined;
}

function writeContainer(choice: ContainerChoice, index: number): object {
  const ports = choice.ports.map((protocol, place) =>
    given({ containerPort: 8000 + 10 * index + place, protocol, name: place === 0 ? `port-${index}` : undefined }),
  );
  const isOnce = choice.init && !choice.isSidecar;
  const probe = (kind: string | undefined, name: string | number | undefined) =>
    kind === undefined || isOnce ? undefined : { ...writeAction(kind, name), ...choice.times };
  const { command, args, image, imagePullPolicy, env, workingDir } = choice;
  return given({
    ...{ image, imagePullPolicy, command, args, env, workingDir, ports: ports.length === 0 ? undefined : ports },
    restart: choice.init && choice.isSidecar ? 'always' : (choice.restart ?? (choice.init ? undefined : choice.always)),
    readiness: probe(choice.readiness, ports[0]?.name),
    liveness: probe(choice.liveness, undefined),
    startup: probe(choice.startup, undefined),
  });
}

function writeAction(kind: string, port: string | number = 80): object {
  const httpHeaders = [{ name: 'Host', value: 'example.com' }];
  if (kind === 'exec') return { exec: { command: ['test', '-e', '/'] } };
  if (kind === 'grpc') return { grpc: { port: 50051, service: 'a.v1.B' } };
  if (kind === 'https') return { http: { port: 443, scheme: 'HTTPS' } };
  if (kind === 'http') return { http: { port: 80, path: '/a?b', host: '::1', httpHeaders } };
  return kind === 'name' ? { http: { port } } : { tcp: { port, host: '127.0.0.1' } };
}

interface NodeChoice {
  readonly name: string;
  readonly external: boolean;
  readonly replicas: number;
  readonly storage: boolean;
  readonly wan: 'no' | 'allocated' | 'given' | 'narrow' | 'two';
  readonly ownBlock: boolean;
  readonly masquerade: 'no' | 'off' | 'on' | 'listed';
  readonly settings: object;
  readonly mtu: number | undefined;
  readonly filter: number | undefined;
  readonly shaping: object;
}

const nodes = fc.uniqueArray(
  fc.record<NodeChoice>({
    name: fc.constantFrom(...NODES),
    external: fc.nat(5).map(dice => dice === 0),
    replicas: fc.constantFrom(1, 1, 1, 2),
    storage: fc.boolean(),
    wan: fc.constantFrom('no', 'allocated', 'given', 'narrow', 'two'),
    ownBlock: fc.nat(3).map(dice => dice === 0),
    masquerade: fc.constantFrom('no', 'no', 'off', 'on', 'listed'),
    settings: settings.map(given),
    mtu: maybe(fc.constantFrom(1400, 9000), 4),
    filter: maybe(fc.constantFrom(0, 1, 2)),
    shaping,
  }),
  { minLength: 1, maxLength: 4, selector: ({ name }) => name },
);

/** What a pod says of names, in whichever order. */
const names = fc
  .record({
    hostname: maybe(fc.constantFrom('first', 'db-0')),
    dnsPolicy: maybe(fc.constantFrom('ClusterFirst', 'Default', 'None', 'ClusterFirstWithHostNet')),
    dnsConfig: fc.record({
      nameservers: fc.subarray(['10.7.0.53', 'FD00::53'], { minLength: 1 }),
      searches: fc.subarray(['example.com', '.', 'svc.cluster.local']),
      options: fc.subarray([{ name: 'ndots', value: 2 }, { name: 'edns0' }, { name: 'timeout', value: '5' }]),
    }),
    hostAliases: maybe(fc.subarray([{ ip: '10.7.0.9', hostnames: ['a', 'a.example.com'] }, { ip: 'FD00::9' }])),
    setHostnameAsFQDN: maybe(fc.boolean()),
    terminationGracePeriodSeconds: maybe(fc.constantFrom(0, 5)),
    restartPolicy: maybe(fc.constantFrom('Always', 'OnFailure', 'Never')),
  })
  .map(given);

interface PodChoice {
  readonly name: string;
  /** In the network of its node. */
  readonly onHost: boolean;
  readonly placed: boolean;
  readonly where: number;
  readonly replicas: number;
  readonly eth0: 'cluster' | 'storage' | 'written out';
  readonly eth1: 'no' | 'allocated' | 'given' | 'gateway';
  readonly gateway: boolean;
  readonly filter: boolean;
  readonly settings: object;
  readonly containers: object;
  readonly hostPorts: boolean;
  readonly names: object;
  readonly extras: object;
}

const pods = fc.uniqueArray(
  fc.record<PodChoice>({
    name: fc.constantFrom(...PODS),
    onHost: fc.nat(4).map(dice => dice === 0),
    placed: fc.boolean(),
    where: fc.nat(9),
    replicas: fc.constantFrom(1, 1, 1, 3),
    eth0: fc.constantFrom('cluster', 'cluster', 'storage', 'written out'),
    eth1: fc.constantFrom('no', 'no', 'allocated', 'given', 'gateway'),
    gateway: fc.boolean(),
    filter: fc.boolean(),
    settings: settings.map(given),
    containers: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: containers }),
    hostPorts: fc.boolean(),
    names: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: names }),
    extras: fc.tuple(maybe(fc.constantFrom(1300, 1400)), shaping).map(([mtu, rest]) => given({ mtu, ...rest })),
  }),
  { maxLength: 8, selector: ({ name }) => name },
);

const links = fc.array(
  fc.record({
    from: fc.nat(9),
    to: fc.nat(9),
    kind: fc.constantFrom('subnet', 'addresses', 'bare'),
    mtu: maybe(fc.constantFrom(1300, 9000)),
    shaping,
  }),
  { maxLength: 3 },
);

type RouteKind = 'blackhole' | 'unreachable' | 'prohibit' | 'dev' | 'via' | 'default' | 'src' | 'src of another';

const routes = fc.array(
  fc.record({
    on: fc.nat(9),
    other: fc.nat(9),
    kind: fc.constantFrom<RouteKind>(
      'blackhole',
      'unreachable',
      'prohibit',
      'dev',
      'via',
      'default',
      'src',
      'src of another',
    ),
    metric: maybe(fc.constantFrom(0, 50, 1024)),
    mtu: maybe(fc.constant(1300)),
    table: maybe(fc.constantFrom(100, 'main', 'default')),
  }),
  { maxLength: 5 },
);

/** Entries of tables besides routes: which node has each, and what it is about. */
const tables = fc.record({
  rules: fc.array(
    fc.record({
      on: fc.nat(9),
      kind: fc.constantFrom('from', 'to', 'mark', 'family', 'device', 'end'),
      table: fc.constantFrom(100, 101, 'main', 'default'),
      priority: maybe(fc.constantFrom(10, 1000, 32_768)),
    }),
    { maxLength: 4 },
  ),
  neighbours: fc.array(fc.record({ on: fc.nat(9), storage: fc.boolean(), six: fc.boolean(), mac: fc.nat(3) }), {
    maxLength: 4,
  }),
  fdb: fc.uniqueArray(fc.record({ to: fc.nat(9), mac: fc.nat(3) }), { maxLength: 3, selector: ({ mac }) => mac }),
});

const cluster = fc.record({
  network: fc.constantFrom<ClusterEntry['network']>(undefined, undefined, 'host-gw', 'none'),
  family: fc.constantFrom<Family>('ipv4', 'ipv4', 'ipv6', 'dual'),
  ownNets: fc.boolean(),
  masquerade: fc.constantFrom<ClusterEntry['masquerade']>(undefined, true, false),
  mtu: maybe(fc.constantFrom(1280, 1450, 9000)),
  dns: fc.constantFrom<ClusterEntry['dns']>(undefined, undefined, true, {
    domain: 'Lab.Example',
    ttl: 0,
    upstream: '10.7.0.53',
  }),
  kubeProxy: fc.constantFrom<ClusterEntry['kubeProxy']>(
    ...[undefined, undefined, { iptables: { masqueradeAll: true, masqueradeBit: 16, localhostNodePorts: false } }],
    {
      nodePortAddresses: ['primary'],
      detectLocalMode: 'NodeCIDR',
      conntrack: { tcpBeLiberal: true, udpTimeout: '1m' },
    },
    { detectLocalMode: 'BridgeInterface', detectLocal: { bridgeInterface: 'cbr0' } },
  ),
});

const CHECK_KINDS = [
  ...(['reach', 'http', 'matrix', 'table', 'route'] as const),
  ...(['neighbour', 'forwarding', 'conntrack', 'command', 'name', 'service'] as const),
];
type CheckKind = (typeof CHECK_KINDS)[number];

/** One of each kind at most, about the pods that the lab happens to have. */
const checks = fc.uniqueArray(
  fc.record({
    kind: fc.constantFrom(...CHECK_KINDS),
    first: fc.nat(9),
    second: fc.nat(9),
    timeout: maybe(fc.constantFrom('1500us', '1.5s', '3s')),
    details: fc.nat(3),
  }),
  { maxLength: 5, selector: ({ kind }) => kind },
);

/** Whether nodes are containers, and from which images. A lab that runs stays where it is. */
const docker = fc.option(
  fc
    .record({ image: maybe(fc.constant('alpine:3')), nodeImage: maybe(fc.constantFrom('docker:27-dind', 'our/node')) })
    .map(given),
  { freq: 3 },
);

const choices = fc.record({
  ...{ docker, cluster, nodes, pods, links, routes, tables },
  ...{ namespaces, services, ingresses, policies, checks },
});

type Choices = typeof choices extends fc.Arbitrary<infer T> ? T : never;

export const arbitraryLab: fc.Arbitrary<LabFile> = choices.map(writeLab);

/** A lab and what somebody made of it: the same choices but for some of them. */
export const arbitraryChange: fc.Arbitrary<readonly [LabFile, LabFile]> = fc.oneof(
  fc
    .tuple(choices, choices)
    .map(([before, other]) => [writeLab(before), writeLab({ ...other, docker: before.docker })] as const),
  fc
    .tuple(
      choices,
      choices,
      fc.subarray(
        [
          ...(['cluster', 'nodes', 'pods', 'links', 'routes', 'tables'] as const),
          ...(['namespaces', 'services', 'ingresses', 'policies', 'checks'] as const),
        ],
        {
          minLength: 1,
          maxLength: 2,
        },
      ),
    )
    .map(([before, other, changed]) => {
      const after = { ...before, ...Object.fromEntries(changed.map(key => [key, other[key]])) } as Choices;
      return [writeLab(before), writeLab(after)] as const;
    }),
);

/** A lab that runs, and the same with more pods: nothing that is there may move. */
export const arbitraryGrowth: fc.Arbitrary<readonly [LabFile, LabFile]> = fc
  .tuple(arbitraryLab, fc.uniqueArray(fc.constantFrom('aaa', 'm', 'team-a/aaa', 'zzz'), { minLength: 1 }), fc.nat(3))
  .filter(([lab]) => lab.cluster?.network !== 'none' && Object.values(lab.nodes ?? {}).some(node => !node?.external))
  .map(([lab, names, replicas]) => {
    const more = Object.fromEntries(names.map(name => [name, replicas > 1 ? { replicas } : {}]));
    return [lab, { ...lab, pods: { ...lab.pods, ...more } }] as const;
  });

function writeChecks(choice: Choices, names: readonly string[]): LabFile['checks'] {
  if (names.length === 0) return undefined;
  const entries = choice.checks.flatMap(check => {
    const [a = '', b = ''] = [names[check.first % names.length], names[check.second % names.length]];
    const [service] = choice.services;
    const content =
      check.kind === 'service'
        ? service && writeServiceCheck(service, a, check.details)
        : writeCheck(check.kind, check.details, a, b);
    return content ? [[`${check.kind} is "so"`, given({ ...content, timeout: check.timeout })] as const] : [];
  });
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as LabFile['checks']);
}

function writeCheck(kind: Exclude<CheckKind, 'service'>, details: number, a: string, b: string): object | undefined {
  switch (kind) {
    case 'reach':
      return [
        { from: a, to: [b, 'db.example.com'], latency: { max: '1.5ms' }, loss: { min: '0%', max: '0.5%' } },
        { from: [a], to: 'Db.example.com', port: 53, protocol: 'udp', sourceIP: '10.1.2.3' },
        { from: [...new Set([a, b])], to: 'db.example.com', port: 80, expect: 'refused', listen: false },
        { from: a, to: 'db.example.com', port: 5001, throughput: { min: '1.5mbps' }, size: 1400, ipFamily: 'ipv4' },
      ][details];
    case 'http':
      return { from: a, to: b, protocol: 'http', status: 200, body: 'x', path: '/a?b', host: 'example.com' };
    case 'matrix':
      return a === b ? undefined : { matrix: { pods: [a, b], allow: [{ from: a, to: b }] }, port: 80 };
    case 'table':
      return a === b ? undefined : { matrix: `from ${a} ${b}\n${a} - yes\n${b} ✗ -\n` };
    case 'route':
      return { on: [a], route: ['10.9.9.9', '10.9.9.0/24', 'default', b][details], via: '10.1.2.3', expect: 'absent' };
    case 'neighbour':
      return { on: a, neighbour: details > 1 ? b : '10.9.9.9', mac: '02:00:00:00:00:AA', state: 'stale' };
    case 'forwarding':
      return { on: a, forwarding: details > 1 ? b : '02:00:00:00:00:AA', dev: 'veth-x' };
    case 'conntrack':
      return { on: a, conntrack: { source: b, replyDestination: '10.1.2.3', protocol: 'tcp', port: 80 } };
    case 'command':
      return { on: a, command: ['echo', 'a b', ''], exitCode: details, output: ' ', matches: '^a|b$' };
    case 'name':
      return { from: a, name: 'db.example.com', answers: ['10.1.2.3', 'fd00::1'] };
  }
}

function writeLab(choice: Choices): LabFile {
  const isWired = choice.cluster.network === 'none';
  const family = choice.cluster.family;
  const machines = choice.nodes.filter(node => node.replicas === 1);
  const homes = machines.filter(node => !node.external);
  const wanUsers = choice.nodes.filter(node => node.wan !== 'no');
  const bridges: Record<string, BridgeEntry> = {};
  const wan = subnets(family, 70, 0);
  if (wanUsers.length > 0) bridges['wan'] = { subnet: oneOrList(wan) };
  for (const node of homes.filter(home => home.storage))
    bridges[storageKey(node)] = { address: oneOrList(addresses(storageNets(family, node), 1)) };
  const canServe = !isWired && choice.nodes.some(node => !node.external);
  const podEntries = choice.pods.flatMap((pod, index) => writePod(pod, index, choice, isWired, family));
  return given({
    name: 'generated',
    backend: choice.docker ? 'docker' : undefined,
    cluster: { ...writeCluster(choice.cluster, homes.length > 0), ...choice.docker },
    nodes: Object.fromEntries(choice.nodes.map((node, index) => [node.name, writeNode(node, index, choice, wan)])),
    pods: podEntries.length === 0 ? undefined : Object.fromEntries(podEntries),
    bridges: Object.keys(bridges).length === 0 ? undefined : bridges,
    links:
      machines.length < 2 ? undefined : choice.links.flatMap((link, index) => writeLink(link, index, machines, family)),
    routes:
      machines.length === 0
        ? undefined
        : choice.routes.flatMap((route, index) => writeRoute(route, index, choice, machines)),
    ...writeTables(choice.tables, family, machines),
    namespaces: Object.keys(choice.namespaces).length === 0 ? undefined : choice.namespaces,
    services:
      choice.services.length === 0
        ? undefined
        : Object.fromEntries(choice.services.map((one, index) => [one.name, writeService(one, index, family)])),
    ingresses: canServe ? writeIngresses(choice.ingresses, choice.services) : undefined,
    networkPolicies: writePolicies(choice.policies),
    checks: writeChecks(choice, single(podEntries, isWired)),
  }) as LabFile;
}

/** Pods with one copy only: each has an address, but where a node that is wired by hand has none for them. */
const single = (entries: readonly (readonly [string, PodEntry])[], isWired: boolean) =>
  entries
    .filter(([, entry]) => (entry?.replicas ?? 1) === 1 && !(isWired && entry?.hostNetwork))
    .map(([name]) => name.replace(/^default\//, ''));

const indexOf = (node: NodeChoice) => NODES.indexOf(node.name);
const storageKey = (node: NodeChoice) => `${node.name}/storage`;
const storageNets = (family: Family, node: NodeChoice) => subnets(family, 90, indexOf(node));

function writeCluster(
  { network, family, ownNets, masquerade, mtu, dns, kubeProxy }: Choices['cluster'],
  hasHome: boolean,
): ClusterEntry {
  const own = ownNets
    ? {
        podCIDR: oneOrList(subnets(family, 100, 0, [16, 48])),
        nodeCIDR: oneOrList(subnets(family, 60, 0)),
        serviceCIDR: oneOrList(SERVICE_CIDRS[family]),
        blockSize: family === 'dual' ? { ipv4: 26, ipv6: 72 } : family === 'ipv4' ? 26 : 72,
      }
    : {};
  // It brings Services with it.
  const names = dns && hasHome && network !== 'none' ? { dns, serviceCIDR: oneOrList(subnets(family, 120, 0)) } : {};
  return given({ network, ipFamily: family, masquerade, mtu, kubeProxy, ...own, ...names }) as ClusterEntry;
}

function writeNode(
  node: NodeChoice,
  index: number,
  { cluster: { ownNets, family, network } }: Choices,
  wan: readonly string[],
): NodeEntry {
  const entry: Writable<NodeEntry & object> = { ...node.settings };
  if (node.external) entry.external = true;
  if (node.replicas > 1) entry.replicas = node.replicas;
  if (ownNets && node.ownBlock && !node.external && node.replicas === 1 && family === 'ipv4' && network !== 'none') {
    entry.podCIDR = `10.100.9.${index * 64}/26`;
  }
  if (node.masquerade === 'off') entry.masquerade = false;
  if (node.masquerade === 'on') entry.masquerade = true;
  if (node.masquerade === 'listed')
    entry.masquerade = [{ source: '10.100.0.0/16', except: ['10.100.0.0/16', '10.60.0.0/24'] }];
  if (node.wan !== 'no') {
    const second = node.wan === 'two' ? addresses(wan, 110 + indexOf(node)) : [];
    const own = [...addresses(node.wan === 'narrow' ? wan.map(narrow) : wan, 100 + indexOf(node)), ...second];
    const address = node.wan !== 'allocated' && node.replicas === 1 ? oneOrList(own) : undefined;
    entry.interfaces = { eth1: given({ bridge: 'wan', address, mtu: node.mtu, ...node.shaping }) as InterfaceEntry };
    if (node.filter !== undefined) entry.sysctls = { ...entry.sysctls, 'net.ipv4.conf.eth1.rp_filter': node.filter };
  }
  return entry;
}

function writePod(
  pod: PodChoice,
  index: number,
  { nodes: all, docker }: Choices,
  isWired: boolean,
  family: Family,
): [string, PodEntry][] {
  const homes = all.filter(node => !node.external && node.replicas === 1);
  const home = homes[pod.where % Math.max(homes.length, 1)];
  if (!all.some(node => !node.external)) return [];
  if (pod.onHost) return home ? [[pod.name, writeHostPod(pod, index, home, docker !== null)]] : [];
  const storage = home?.storage === true;
  const usesStorage = storage && (pod.eth0 === 'storage' || pod.eth1 !== 'no');
  if (isWired && !(usesStorage && pod.eth0 === 'storage')) return [];
  const replicas = pod.replicas > 1 ? { replicas: pod.replicas } : {};
  const bySelector = pod.where > 6 && !usesStorage;
  const place =
    (pod.placed || usesStorage) && home
      ? bySelector
        ? { nodeSelector: { 'kubernetes.io/hostname': home.name } }
        : { node: home.name }
      : {};
  const gateway = pod.gateway ? {} : { gateway: 'none' };
  const eth1 =
    usesStorage && home && pod.eth1 !== 'no' ? { eth1: writeEth1(pod, index, storageNets(family, home)) } : undefined;
  const filter = pod.filter ? { sysctls: { 'net.ipv4.conf.eth0.rp_filter': 1 } } : {};
  const base = {
    ...place,
    ...replicas,
    ...pod.settings,
    ...pod.names,
    ...filter,
    ...withPrograms(withHostPorts(pod, index), docker !== null),
  };
  if (pod.eth0 === 'written out' && !isWired) {
    return [
      [pod.name, { ...base, interfaces: { eth0: { bridge: 'cbr0', ...gateway, ...pod.extras }, ...eth1 } } as PodEntry],
    ];
  }
  const bridge = pod.eth0 === 'storage' && storage ? { bridge: 'storage' } : {};
  return [
    [pod.name, { ...base, ...bridge, ...gateway, ...pod.extras, ...(eth1 ? { interfaces: eth1 } : {}) } as PodEntry],
  ];
}

/** It has nothing that is about a network of its own, and ports that no other pod of its node has. */
function writeHostPod(pod: PodChoice, index: number, home: NodeChoice, isDocker: boolean): PodEntry {
  const { labels } = pod.settings as NonNullable<PodEntry>;
  const containers = movePorts(pod.containers, index);
  const place = pod.placed ? { node: home.name } : {};
  return given({
    ...place,
    labels,
    hostNetwork: true,
    ...pod.names,
    ...withPrograms(containers, isDocker),
  }) as PodEntry;
}

const movePorts = (containers: object, index: number): object =>
  JSON.parse(
    JSON.stringify(containers, (_, value) =>
      value?.containerPort === undefined ? value : { ...value, containerPort: value.containerPort + 100 * index },
    ),
  );

/** No two pods want the same one; replicas would. */
function withHostPorts({ containers, replicas, hostPorts }: PodChoice, index: number): object {
  if (!hostPorts || replicas > 1) return containers;
  const text = JSON.stringify(containers, (key, value) =>
    key === 'initContainers' || value?.containerPort === undefined
      ? value
      : { ...value, hostPort: value.containerPort + 100 * index, ...(value.protocol ? {} : { hostIP: '127.0.0.1' }) },
  );
  const { initContainers } = containers as NonNullable<PodEntry>;
  return { ...JSON.parse(text), ...(initContainers ? { initContainers } : {}) };
}

/** Without Docker there are no images; with it one may run as it is, with other arguments at most. */
function withPrograms(containers: object, isDocker: boolean): object {
  const text = JSON.stringify(containers, (_, value) => {
    if (!Array.isArray(value?.command)) return value;
    const { image, imagePullPolicy, command, ...rest } = value;
    if (!isDocker) return { command, ...rest };
    return given({ image, imagePullPolicy, command: image !== undefined && rest.args ? undefined : command, ...rest });
  });
  return JSON.parse(text);
}

function writeEth1(pod: PodChoice, index: number, nets: readonly string[]): InterfaceEntry {
  const address = pod.eth1 === 'given' && pod.replicas === 1 ? oneOrList(addresses(nets, 50 + index)) : undefined;
  const gateway = pod.eth1 === 'gateway' ? withoutPrefix(addresses(nets, 1)[0] ?? '') : undefined;
  return given({ bridge: 'storage', address, gateway }) as InterfaceEntry;
}

function writeLink(
  link: Choices['links'][number],
  index: number,
  machines: readonly NodeChoice[],
  family: Family,
): LinkEntry[] {
  const a = machines[link.from % machines.length];
  const b = machines[link.to % machines.length];
  if (!a || !b || a === b) return [];
  const nets = subnets(family, 80, index, [30, 126]);
  const end = ({ name }: NodeChoice, host: number) =>
    link.kind === 'addresses'
      ? { on: name, interface: `cable${index}`, address: oneOrList(addresses(nets, host)) }
      : { on: name, interface: `cable${index}` };
  const subnet = link.kind === 'subnet' ? oneOrList(nets) : undefined;
  return [given({ ends: [end(a, 1), end(b, 2)], subnet, mtu: link.mtu, ...link.shaping }) as LinkEntry];
}

/** Each route has a destination of its own; defaults leave by `wan`, to a neighbour that nobody is. */
function writeRoute(
  route: Choices['routes'][number],
  index: number,
  { cluster: { family }, routes: all }: Choices,
  machines: readonly NodeChoice[],
): RouteEntry[] {
  const node = machines[route.on % machines.length];
  if (!node) return [];
  const to = subnets(family, 50, index)[0] ?? '';
  const rest = given({ metric: route.metric, mtu: route.mtu, table: route.table });
  const hop = withoutPrefix(addresses(subnets(family, 70, 0), 120)[0] ?? '');
  switch (route.kind) {
    case 'blackhole':
    case 'unreachable':
    case 'prohibit':
      return [{ on: node.name, to, type: route.kind, ...rest } as RouteEntry];
    case 'dev':
      return node.wan === 'no' ? [] : [{ on: node.name, to, dev: 'eth1', ...rest }];
    case 'via':
      return node.wan === 'no' ? [] : [{ on: node.name, to, via: hop, ...rest }];
    case 'default': {
      const first = all.findIndex(other => other.kind === 'default' && machines[other.on % machines.length] === node);
      return node.wan === 'no' || first !== index ? [] : [{ on: node.name, to: 'default', via: hop, ...rest }];
    }
    case 'src':
    case 'src of another': {
      const src = withoutPrefix(addresses(subnets(family, 70, 0), 100 + indexOf(node))[0] ?? '');
      const away = route.kind === 'src' ? { via: hop } : { dev: 'storage' };
      const isThere = route.kind === 'src' || (node.storage && !node.external);
      return node.wan !== 'no' && node.wan !== 'allocated' && isThere
        ? [{ on: node.name, to, ...away, src, ...rest }]
        : [];
    }
  }
}

/** Each is about packets or addresses of its own; `wan` and `storage` are where nodes have interfaces for sure. */
function writeTables(
  { rules, neighbours, fdb }: Choices['tables'],
  family: Family,
  machines: readonly NodeChoice[],
): Partial<LabFile> {
  const pick = (index: number) => machines[index % machines.length];
  const ruleEntries = rules.flatMap((rule, index) => writeRule(rule, index, family, pick(rule.on), rules, machines));
  const neighbourEntries = neighbours.flatMap((entry, index) => writeNeighbour(entry, index, family, pick(entry.on)));
  const fdbEntries = fdb.flatMap(({ to, mac }) => {
    const node = pick(to);
    return !node || node.wan === 'no' ? [] : [{ bridge: 'wan', mac: macNumber(mac), to: node.name }];
  });
  return given({
    rules: ruleEntries.length === 0 ? undefined : ruleEntries,
    neighbours: neighbourEntries.length === 0 ? undefined : neighbourEntries,
    fdb: fdbEntries.length === 0 ? undefined : fdbEntries,
  });
}

const macNumber = (index: number) => `02:00:00:00:0A:0${index}`;

function writeRule(
  rule: Choices['tables']['rules'][number],
  index: number,
  family: Family,
  node: NodeChoice | undefined,
  all: Choices['tables']['rules'],
  machines: readonly NodeChoice[],
): NonNullable<LabFile['rules']>[number][] {
  if (!node) return [];
  const isFirst = (same: (other: typeof rule) => boolean) =>
    all.findIndex(other => machines[other.on % machines.length] === node && same(other)) === index;
  const priority = isFirst(other => other.priority === rule.priority) ? rule.priority : undefined;
  const rest = given({ on: node.name, table: rule.table, priority });
  const subnet = subnets(family, 52, index).at(-1) ?? '';
  switch (rule.kind) {
    case 'from':
      return [{ ...rest, from: subnet }];
    case 'to':
      return [{ ...rest, to: withoutPrefix(subnet) }];
    case 'mark':
      return [{ ...rest, fwmark: index % 2 === 0 ? index + 1 : `0x${index}/0xFF` }];
    case 'family':
      return [{ ...rest, ipFamily: 'ipv6', fwmark: index + 20 }];
    case 'device':
      return node.wan === 'no' ? [] : [{ ...rest, iif: 'lo', oif: 'eth1', from: subnet }];
    case 'end':
      return [given({ on: node.name, priority, from: subnet, type: 'prohibit' as const })];
  }
}

function writeNeighbour(
  { storage, six, mac }: Choices['tables']['neighbours'][number],
  index: number,
  family: Family,
  node: NodeChoice | undefined,
): NonNullable<LabFile['neighbours']>[number][] {
  if (!node) return [];
  const isInside = storage && node.storage && !node.external;
  if (!isInside && node.wan === 'no') return [];
  const nets = isInside ? storageNets(family, node) : subnets(family, 70, 0);
  const address = withoutPrefix(addresses(nets, 60 + index).at(six ? -1 : 0) ?? '');
  return [
    given({
      on: node.name,
      address,
      mac: macNumber(mac),
      dev: index % 2 === 0 ? undefined : isInside ? 'storage' : 'eth1',
    }),
  ];
}
