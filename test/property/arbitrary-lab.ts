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
} from '../../src/lab/generated/lab-file.ts';

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

interface PodChoice {
  readonly name: string;
  readonly placed: boolean;
  readonly where: number;
  readonly replicas: number;
  readonly eth0: 'cluster' | 'storage' | 'written out';
  readonly eth1: 'no' | 'allocated' | 'given' | 'gateway';
  readonly gateway: boolean;
  readonly filter: boolean;
  readonly settings: object;
  readonly extras: object;
}

const pods = fc.uniqueArray(
  fc.record<PodChoice>({
    name: fc.constantFrom(...PODS),
    placed: fc.boolean(),
    where: fc.nat(9),
    replicas: fc.constantFrom(1, 1, 1, 3),
    eth0: fc.constantFrom('cluster', 'cluster', 'storage', 'written out'),
    eth1: fc.constantFrom('no', 'no', 'allocated', 'given', 'gateway'),
    gateway: fc.boolean(),
    filter: fc.boolean(),
    settings: settings.map(given),
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
  }),
  { maxLength: 5 },
);

const cluster = fc.record({
  network: fc.constantFrom<ClusterEntry['network']>(undefined, undefined, 'host-gw', 'none'),
  family: fc.constantFrom<Family>('ipv4', 'ipv4', 'ipv6', 'dual'),
  ownNets: fc.boolean(),
  masquerade: fc.constantFrom<ClusterEntry['masquerade']>(undefined, true, false),
  mtu: maybe(fc.constantFrom(1280, 1450, 9000)),
});

const choices = fc.record({ cluster, nodes, pods, links, routes });

type Choices = typeof choices extends fc.Arbitrary<infer T> ? T : never;

export const arbitraryLab: fc.Arbitrary<LabFile> = choices.map(writeLab);

/** A lab and what somebody made of it: the same choices but for some of them. */
export const arbitraryChange: fc.Arbitrary<readonly [LabFile, LabFile]> = fc.oneof(
  fc.tuple(arbitraryLab, arbitraryLab),
  fc
    .tuple(
      choices,
      choices,
      fc.subarray(['cluster', 'nodes', 'pods', 'links', 'routes'] as const, { minLength: 1, maxLength: 2 }),
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
  const podEntries = choice.pods.flatMap((pod, index) => writePod(pod, index, choice, isWired, family));
  return given({
    name: 'generated',
    cluster: writeCluster(choice.cluster),
    nodes: Object.fromEntries(choice.nodes.map((node, index) => [node.name, writeNode(node, index, choice, wan)])),
    pods: podEntries.length === 0 ? undefined : Object.fromEntries(podEntries),
    bridges: Object.keys(bridges).length === 0 ? undefined : bridges,
    links:
      machines.length < 2 ? undefined : choice.links.flatMap((link, index) => writeLink(link, index, machines, family)),
    routes:
      machines.length === 0
        ? undefined
        : choice.routes.flatMap((route, index) => writeRoute(route, index, choice, machines)),
  }) as LabFile;
}

const indexOf = (node: NodeChoice) => NODES.indexOf(node.name);
const storageKey = (node: NodeChoice) => `${node.name}/storage`;
const storageNets = (family: Family, node: NodeChoice) => subnets(family, 90, indexOf(node));

function writeCluster({ network, family, ownNets, masquerade, mtu }: Choices['cluster']): ClusterEntry {
  const own = ownNets
    ? {
        podCIDR: oneOrList(subnets(family, 100, 0, [16, 48])),
        nodeCIDR: oneOrList(subnets(family, 60, 0)),
        blockSize: family === 'dual' ? { ipv4: 26, ipv6: 72 } : family === 'ipv4' ? 26 : 72,
      }
    : {};
  return given({ network, ipFamily: family, masquerade, mtu, ...own }) as ClusterEntry;
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
  { nodes: all }: Choices,
  isWired: boolean,
  family: Family,
): [string, PodEntry][] {
  const homes = all.filter(node => !node.external && node.replicas === 1);
  const home = homes[pod.where % Math.max(homes.length, 1)];
  if (!all.some(node => !node.external)) return [];
  const storage = home?.storage === true;
  const usesStorage = storage && (pod.eth0 === 'storage' || pod.eth1 !== 'no');
  if (isWired && !(usesStorage && pod.eth0 === 'storage')) return [];
  const replicas = pod.replicas > 1 ? { replicas: pod.replicas } : {};
  const place = (pod.placed || usesStorage) && home ? { node: home.name } : {};
  const gateway = pod.gateway ? {} : { gateway: 'none' };
  const eth1 =
    usesStorage && home && pod.eth1 !== 'no' ? { eth1: writeEth1(pod, index, storageNets(family, home)) } : undefined;
  const filter = pod.filter ? { sysctls: { 'net.ipv4.conf.eth0.rp_filter': 1 } } : {};
  const base = { ...place, ...replicas, ...pod.settings, ...filter };
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
  const rest = given({ metric: route.metric, mtu: route.mtu });
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
