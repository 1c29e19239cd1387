/** What the agent reads over rtnetlink is compared with what `ip` says of the same namespaces. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AddressDump, isDynamic } from '../../src/state/address.ts';
import type { CommandJob, JobResult } from '../../src/state/job.ts';
import type { QdiscDump } from '../../src/state/qdisc.ts';
import type { LinkDump, Topics } from '../../src/state/question.ts';
import type { RouteDump } from '../../src/state/route-dump.ts';
import { type Program, startProgram, testUsers } from './backend-driver.ts';

/** The answers to the questions of all kinds that this file looks at. */
interface NamespaceDump {
  readonly links: readonly LinkDump[];
  readonly addresses: readonly AddressDump[];
  readonly routes: readonly RouteDump[];
  readonly sysctls: Readonly<Record<string, string>>;
  readonly qdiscs?: readonly QdiscDump[];
  readonly iptables?: string;
  readonly ip6tables?: string;
}

interface Observation {
  readonly namespaces: Readonly<Record<string, NamespaceDump>>;
}

/** A zoo: each line is `namespace: arguments of ip`. */
const ZOO = `
node: link set lo up
node: link add br0 type bridge
node: link add veth-a type veth peer name eth0 netns pod-a
node: link add veth-b type veth peer name eth0 netns pod-b
node: link set veth-a master br0 up
node: link set veth-b master br0 up
node: link set br0 up mtu 1400 address 02:00:00:00:00:01
node: addr add 10.0.0.1/24 dev br0
node: addr add fd00::1/64 dev br0 nodad
node: link add left type veth peer name right
node: link add vx type vxlan id 7 dstport 4789 remote 10.0.0.9
pod-a: link set lo up
pod-a: link set eth0 addrgenmode none
pod-a: link set eth0 up mtu 1400
pod-a: addr add 10.0.0.2/24 dev eth0
pod-a: addr add 10.0.0.3/24 dev eth0
pod-a: addr add 192.168.1.1 peer 192.168.1.2/32 dev eth0
pod-a: addr add 10.9.0.1/16 dev eth0 scope link
pod-a: addr add fd00::2/64 dev eth0 nodad
pod-a: addr add fd00::3/64 dev eth0 nodad preferred_lft 0
pod-a: addr add fe80::2/64 dev eth0 nodad
pod-a: route add default via 10.0.0.1
pod-a: route add default via fd00::1
pod-a: route add 10.1.0.0/16 via 10.0.0.1 metric 77 mtu 1300
pod-a: route add 10.2.0.0/16 dev eth0 src 10.0.0.3 proto static
pod-a: route add blackhole 10.3.0.0/16
pod-a: route add unreachable 10.4.0.0/16
pod-a: route add prohibit 10.5.0.0/16
pod-a: route add 10.6.0.0/16 via 10.0.0.1 table 100
pod-a: route add 10.7.0.0/16 via 10.0.0.1 table 1000
pod-a: route add 10.8.0.0/16 nexthop via 10.0.0.1 nexthop via 10.0.0.9
pod-a: route add 10.10.0.0/16 via inet6 fd00::1
pod-a: route add fd01:0:0:1::/64 via fd00::1 metric 9
pod-a: route add blackhole fd02::/16
pod-a: route add fd03::/16 via fd00::1 mtu 1280 table 100
pod-b: link set eth0 up
empty: link show
`;

/** Those that the kernel gives to what is up (not to `eth0` of `pod-a`), and the one that is given there. */
const LINK_LOCALS = 5;

function zooJobs(): CommandJob[] {
  const lines = ZOO.trim()
    .split('\n')
    .map(line => line.split(': ') as [string, string]);
  const names = [...new Set(lines.map(([ns]) => ns))];
  return [
    ...names.map(ns => ({ ns: null, argv: ['ip', 'netns', 'add', ns] })),
    ...lines.map(([ns, args]) => ({ ns, argv: ['ip', ...args.split(' ')] })),
  ];
}

interface IpLink {
  readonly ifindex: number;
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly qdisc: string;
  readonly master?: string;
  readonly address?: string;
  readonly linkinfo?: { readonly info_kind?: string };
  readonly inet6_addr_gen_mode?: string;
  readonly addr_info: readonly {
    readonly local: string;
    /** The other end, on a point-to-point link. */
    readonly address?: string;
    readonly prefixlen: number;
    readonly scope: string;
    readonly deprecated?: boolean;
  }[];
}

interface IpRoute {
  readonly type?: string;
  readonly dst: string;
  readonly gateway?: string;
  readonly via?: { readonly host: string };
  readonly dev?: string;
  readonly table?: string;
  /** Left out where it is `boot`. */
  readonly protocol?: string;
  readonly prefsrc?: string;
  readonly metric?: number;
  readonly metrics?: readonly { readonly mtu?: number }[];
  readonly nexthops?: readonly { readonly gateway?: string; readonly dev: string }[];
}

const TABLES: Readonly<Record<string, number>> = { main: 254, local: 255, default: 253 };
const PROTOCOLS: Readonly<Record<string, number>> = { redirect: 1, kernel: 2, boot: 3, static: 4, ra: 9 };

function asRoute(family: 4 | 6, route: IpRoute): RouteDump {
  const [first] = route.nexthops ?? [];
  const all = family === 4 ? '0.0.0.0/0' : '::/0';
  const host = route.dst.includes('/') ? route.dst : `${route.dst}/${family === 4 ? 32 : 128}`;
  return {
    to: route.dst === 'default' ? all : host,
    table: TABLES[route.table ?? 'main'] ?? Number(route.table),
    protocol: PROTOCOLS[route.protocol ?? 'boot'] ?? Number(route.protocol),
    type: route.type ?? 'unicast',
    metric: route.metric ?? 0,
    via: route.gateway ?? route.via?.host ?? first?.gateway ?? null,
    dev: route.dev ?? first?.dev ?? null,
    src: route.prefsrc ?? null,
    mtu: route.metrics?.find(({ mtu }) => mtu !== undefined)?.mtu ?? null,
  };
}

const sorted = <T>(items: readonly T[]): T[] =>
  [...items].sort((a, b) =>
    JSON.stringify(a, Object.keys(a as object).sort()) < JSON.stringify(b, Object.keys(b as object).sort()) ? -1 : 1,
  );

describe.each(testUsers())('observing as $name', user => {
  let program: Program;
  let seen: Observation;

  const run = async (...jobs: CommandJob[]): Promise<readonly JobResult[]> => (await program.call('run', jobs)) ?? [];
  const json = async <T>(ns: string, ...argv: string[]): Promise<T> => {
    const [result] = await run({ ns, argv });
    return JSON.parse(result?.stdout ?? '') as T;
  };
  const dumpOf = (ns: string): NamespaceDump => {
    const dump = seen.namespaces[ns];
    if (dump === undefined) throw new Error(`${ns} was not seen`);
    return dump;
  };
  const observe = async (topics: Topics = {}, ...within: [string[]?]): Promise<Observation> =>
    ((await program.call('observe', topics, ...within)) ?? { namespaces: {} }) as Observation;

  const lookAround = async (): Promise<string> => {
    const looks = ['-o link', '-o addr', '-4 route show table all', '-6 route show table all'];
    const script = `cd /run/netns; for ns in *; do ${looks.map(look => `ip -n "$ns" ${look}`).join('; ')}; done`;
    return (await run({ ns: null, argv: ['sh', '-c', script] }))[0]?.stdout ?? '';
  };

  beforeAll(async () => {
    program = startProgram(user);
    await program.call('create', `observe${process.pid}`);
    for (const job of zooJobs()) expect(await run(job)).toMatchObject([{ code: 0 }]);
    // Until duplicate address detection is over, addresses and routes come and go: what is seen counts where `ip` says the
    // same before and after it, and the kernel's own addresses are all there, each with its route.
    await vi.waitFor(
      async () => {
        const before = await lookAround();
        seen = await observe();
        expect(await lookAround()).toBe(before);
        expect(before).not.toContain('tentative');
        expect(before.match(/^local fe80::\S+ dev /gm)).toHaveLength(LINK_LOCALS);
      },
      { interval: 500, timeout: 60_000 },
    );
  });

  afterAll(() => program.kill());

  it('names every namespace', () => {
    expect(Object.keys(seen.namespaces)).toEqual(['empty', 'node', 'pod-a', 'pod-b']);
  });

  it.each(['node', 'pod-a', 'pod-b', 'empty'])('sees the links of %s as ip does', async ns => {
    const links = await json<IpLink[]>(ns, 'ip', '-d', '-j', 'link', 'show');
    const expected = links.map(link => ({
      index: link.ifindex,
      name: link.ifname,
      kind: link.linkinfo?.info_kind ?? null,
      loopback: link.flags.includes('LOOPBACK'),
      up: link.flags.includes('UP'),
      mtu: link.mtu,
      mac: link.address ?? null,
      master: link.master ?? null,
      addrGenMode: link.inet6_addr_gen_mode ?? null,
      qdisc: link.qdisc,
    }));
    expect(dumpOf(ns).links.map(({ peer: _, ...link }) => link)).toEqual(expected);
  });

  it.each(['node', 'pod-a', 'pod-b', 'empty'])('sees the addresses of %s as ip does', async ns => {
    const links = await json<IpLink[]>(ns, 'ip', '-d', '-j', 'addr', 'show');
    const expected = links.flatMap(link =>
      link.addr_info.map(one => ({
        ...{ dev: link.ifname, address: `${one.local}/${one.prefixlen}`, scope: one.scope },
        deprecated: one.deprecated === true,
        ...(one.address === undefined ? {} : { peer: `${one.address}/${one.prefixlen}` }),
      })),
    );
    expect(sorted(dumpOf(ns).addresses.map(({ dynamic: _, ...address }) => address))).toEqual(sorted(expected));
  });

  it.each(['node', 'pod-a', 'pod-b', 'empty'])('sees the routes of %s as ip does', async ns => {
    const v4 = await json<IpRoute[]>(ns, 'ip', '-4', '-j', 'route', 'show', 'table', 'all');
    const v6 = await json<IpRoute[]>(ns, 'ip', '-6', '-j', 'route', 'show', 'table', 'all');
    const expected = [...v4.map(route => asRoute(4, route)), ...v6.map(route => asRoute(6, route))];
    expect(sorted(dumpOf(ns).routes)).toEqual(sorted(expected));
  });

  it('finds the other end of every veth', () => {
    const peers = Object.entries(seen.namespaces).flatMap(([ns, { links }]) =>
      links
        .filter(({ kind }) => kind === 'veth')
        .map(({ name, peer }) => [`${ns}/${name}`, `${peer?.ns}/${peer?.name}`]),
    );
    expect(Object.fromEntries(peers)).toEqual({
      'node/left': 'node/right',
      'node/right': 'node/left',
      'node/veth-a': 'pod-a/eth0',
      'node/veth-b': 'pod-b/eth0',
      'pod-a/eth0': 'node/veth-a',
      'pod-b/eth0': 'node/veth-b',
    });
  });

  it('tells whose addresses are whose', () => {
    const made = (ns: string): string[] =>
      dumpOf(ns)
        .addresses.filter(
          one =>
            !isDynamic(
              one,
              dumpOf(ns).links.find(({ name }) => name === one.dev),
            ),
        )
        .map(({ address }) => address);
    expect(made('pod-a').sort()).toEqual(
      ['10.0.0.2/24', '10.0.0.3/24', '10.9.0.1/16', '192.168.1.1/32', 'fd00::2/64', 'fd00::3/64', 'fe80::2/64'].sort(),
    );
    expect(made('pod-b')).toEqual([]);
    expect(dumpOf('pod-b').addresses.map(({ address }) => address)).toEqual([expect.stringMatching(/^fe80::.*\/64$/)]);
  });

  it('reads the sysctls that it is asked for, in the namespace they are asked of', async () => {
    await run({ ns: 'node', argv: ['sysctl', '-w', 'net.ipv4.ip_forward=1'] });
    // A new namespace takes this over from the host, where Docker may have switched it on.
    await run({ ns: 'pod-a', argv: ['sysctl', '-w', 'net.ipv4.ip_forward=0'] });
    await run({ ns: 'node', argv: ['sysctl', '-w', 'net.ipv4.ip_local_port_range=2000 3000'] });
    await run({ ns: 'pod-b', argv: ['ip', 'link', 'set', 'eth0', 'name', 'eth0.100'] });
    await run({ ns: 'pod-b', argv: ['sysctl', '-w', 'net/ipv4/conf/eth0.100/rp_filter=2'] });
    const keys = ['net.ipv4.ip_forward', 'net.ipv4.ip_local_port_range', 'net.no.such.thing'];
    const { namespaces } = await observe({
      sysctls: {
        node: keys,
        'pod-a': keys,
        'pod-b': ['net.ipv4.conf.eth0/100.rp_filter', 'net/ipv4/conf/eth0.100/rp_filter'],
      },
    });
    expect(namespaces.node?.sysctls).toEqual({
      'net.ipv4.ip_forward': '1',
      'net.ipv4.ip_local_port_range': '2000 3000',
    });
    expect(namespaces['pod-a']?.sysctls).toMatchObject({ 'net.ipv4.ip_forward': '0' });
    expect(Object.values(namespaces['pod-b']?.sysctls ?? {})).toEqual(['2', '2']);
    expect(namespaces.empty?.sysctls).toEqual({});
  });

  it('shows a qdisc that somebody set, and no others', async () => {
    expect(Object.values(seen.namespaces).map(({ qdiscs }) => qdiscs)).toEqual(Array(4).fill(undefined));
    const tbf = 'tc qdisc add dev veth-a root tbf rate 1mbit burst 32k latency 50ms'.split(' ');
    expect(await run({ ns: 'node', argv: tbf })).toMatchObject([{ code: 0 }]);
    const { namespaces } = await observe();
    expect(namespaces.node?.qdiscs).toContainEqual(expect.objectContaining({ kind: 'tbf', dev: 'veth-a', root: true }));
    expect(namespaces['pod-a']?.qdiscs).toBeUndefined();
  });

  it.each([
    ['iptables', 'iptables'],
    ['ip6tables', 'ip6tables'],
  ] as const)('shows the rules of %s where there are any', async (command, key) => {
    expect(Object.values(seen.namespaces).map(dump => dump[key])).toEqual(Array(4).fill(undefined));
    const rule = [command, '-A', 'FORWARD', '-i', 'br0', '-j', 'ACCEPT'];
    expect(await run({ ns: 'node', argv: rule })).toMatchObject([{ code: 0 }]);
    const { namespaces } = await observe();
    expect(namespaces.node?.[key]).toContain('-A FORWARD -i br0 -j ACCEPT');
    expect(namespaces['pod-a']?.[key]).toBeUndefined();
  });

  it('passes over what is no namespace', async () => {
    await run({ ns: null, argv: ['touch', '/run/netns/stale'] });
    expect(Object.keys((await observe()).namespaces)).toEqual(['empty', 'node', 'pod-a', 'pod-b']);
    await run({ ns: null, argv: ['rm', '/run/netns/stale'] });
  });

  it('looks only at some namespaces again, and then knows as much as if it had looked at all', async () => {
    await observe();
    const mac = 'ip link set eth0.100 address 02:00:00:00:00:99'.split(' ');
    expect(await run({ ns: 'pod-b', argv: mac })).toMatchObject([{ code: 0 }]);
    expect((await observe({}, ['pod-b'])).namespaces).toEqual((await observe()).namespaces);
    const changes = [
      'netns add fresh',
      '-n node link add veth-c type veth peer name eth0 netns fresh',
      '-n node link del veth-b',
      '-n node link set veth-a down name renamed',
      '-n pod-a addr add 10.0.0.77/24 dev eth0',
      '-n empty addr add 10.0.0.78/24 dev lo',
    ];
    for (const change of changes)
      expect(await run({ ns: null, argv: ['ip', ...change.split(' ')] })).toMatchObject([{ code: 0 }]);
    const { empty: before, ...some } = (await observe({}, ['node', 'pod-b', 'fresh', 'pod-a'])).namespaces;
    const { empty: after, ...all } = (await observe()).namespaces;
    expect(some).toEqual(all);
    expect(some['fresh']?.links.find(({ name }) => name === 'eth0')?.peer).toEqual({ ns: 'node', name: 'veth-c' });
    const addressesIn = (dump: NamespaceDump | undefined) => dump?.addresses.map(({ address }) => address);
    expect([addressesIn(before), addressesIn(after)]).toEqual([[], ['10.0.0.78/24']]);
    await run({ ns: null, argv: ['ip', 'netns', 'del', 'fresh'] });
    expect((await observe({}, ['fresh'])).namespaces['fresh']).toBeUndefined();
  });

  it('sees no peer outside the named namespaces', async () => {
    await run({ ns: null, argv: 'ip link add out type veth peer name in netns empty'.split(' ') });
    const { namespaces } = await observe();
    expect(namespaces.empty?.links.find(({ name }) => name === 'in')).toMatchObject({ kind: 'veth', peer: null });
  });
});
