/**
 * A running lab is brought to what its file says by the steps that differ and no others, while connections that have
 * nothing to do with it go on.
 */
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { inside, isSweep, labFile, netlab, startInside, startNetlab, triesAll, WHO, type Who } from './harness.ts';
import { type KernelDump, readKernel } from './kernel-dump.ts';

const BASE = `
nodes:
  node1:
    sysctls: { net.ipv4.ip_default_ttl: 40 }
    iptables:
      - -N GUARD
      - -A FORWARD -j GUARD
      - -A GUARD -s 10.66.0.1 -j DROP
      - -A GUARD -s 10.66.0.2 -j DROP
      - -A GUARD -s 10.66.0.3 -j DROP
  node2: {}
pods:
  talk: { node: node1 }
  near: { node: node1 }
  far: { node: node2 }
  web: { node: node1, address: 10.244.0.4/24 }
  db: { node: node2, rate: 10mbit }
routes:
  - { on: node1, to: 10.99.0.0/16, via: node2 }
`;

/** The base with one text in place of another; throws where it is not there, since the case would test nothing. */
function edit(...pairs: readonly (readonly [from: string, to: string])[]): string {
  return pairs.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the base has no "${from}"`);
    return text.replace(from, to);
  }, BASE);
}

const POD = (name: string, node: string) => ['  talk:', `  ${name}: { node: ${node} }\n  talk:`] as const;

/** The steps that make a pod. */
const makePod = (name: string, node: string, address: string) => [
  `add namespace ${name}`,
  `add veth pair ${node}:veth-${name} – ${name}:eth0`,
  `add interface lo in ${name}`,
  `add interface eth0 in ${name}`,
  `add address ${address} on eth0 in ${name}`,
  `add route to 0.0.0.0/0 in ${name}`,
  `add interface veth-${name} in ${node}`,
];

interface FileCase {
  readonly name: string;
  readonly text: string;
  readonly plan: readonly string[];
  /** What a command in a namespace then prints. */
  readonly afterwards?: readonly [ns: string, command: string, output: RegExp];
}

const IN_THE_FILE: readonly FileCase[] = [
  {
    name: 'a pod is added',
    text: edit(POD('zeb', 'node1')),
    plan: makePod('zeb', 'node1', '10.244.0.5/24'),
    afterwards: ['zeb', 'ping -c1 -w60 10.244.1.3', /1 received/],
  },
  {
    name: 'a pod is added that comes before the others',
    text: edit(POD('aaa', 'node1')),
    plan: makePod('aaa', 'node1', '10.244.0.5/24'),
    afterwards: ['web', 'ip -brief -4 addr show eth0', / 10\.244\.0\.4\/24/],
  },
  {
    name: 'a pod is removed',
    text: edit(['  db: { node: node2, rate: 10mbit }\n', '']),
    plan: ['delete namespace db'],
    afterwards: ['node2', 'ip -brief link show master cbr0', /^veth-far\S* [^\n]*\n$/],
  },
  {
    name: 'an address moves',
    text: edit(['web: { node: node1, address: 10.244.0.4/24 }', 'web: { node: node1, address: 10.244.0.50/24 }']),
    plan: [
      'delete address 10.244.0.4/24 on eth0 in web',
      'add address 10.244.0.50/24 on eth0 in web',
      'add route to 0.0.0.0/0 in web',
    ],
    afterwards: ['web', 'ping -c1 -w60 10.244.1.3', /1 received/],
  },
  {
    name: 'a pod moves to another node',
    text: edit(['web: { node: node1, address: 10.244.0.4/24 }', 'web: { node: node2 }']),
    plan: [
      'delete veth pair node1:veth-web – web:eth0',
      ...makePod('web', 'node2', '10.244.1.4/24').filter(step => !/namespace|interface lo/.test(step)),
    ],
    afterwards: ['web', 'ping -c1 -w60 10.244.0.3', /1 received/],
  },
  {
    name: 'a route is deleted',
    text: edit(['  - { on: node1, to: 10.99.0.0/16, via: node2 }', '  []']),
    plan: ['delete route to 10.99.0.0/16 in node1'],
    afterwards: ['node1', 'ip route show 10.99.0.0/16', /^$/],
  },
  {
    name: 'a route changes',
    text: edit(['to: 10.99.0.0/16, via: node2', 'to: 10.99.0.0/16, via: node2, mtu: 1300']),
    plan: ['change route to 10.99.0.0/16 in node1'],
    afterwards: ['node1', 'ip route show 10.99.0.0/16', /mtu 1300/],
  },
  {
    name: 'an MTU changes',
    text: edit([
      'web: { node: node1, address: 10.244.0.4/24 }',
      'web: { node: node1, address: 10.244.0.4/24, mtu: 1400 }',
    ]),
    plan: ['change interface cbr0 in node1', 'change interface eth0 in web', 'change interface veth-web in node1'],
    afterwards: ['web', 'ip link show eth0', / mtu 1400 /],
  },
  {
    name: 'a rule is added',
    text: edit([
      '      - -A GUARD -s 10.66.0.2',
      '      - -A GUARD -s 10.66.0.9 -j DROP\n      - -A GUARD -s 10.66.0.2',
    ]),
    plan: ['change rules of iptables chain GUARD of table filter in node1'],
    afterwards: ['node1', 'iptables -S GUARD', /0\.1\/32.*\n.*0\.9\/32.*\n.*0\.2\/32/],
  },
  {
    name: 'a rule is altered',
    text: edit(['-s 10.66.0.2 -j DROP', '-s 10.66.0.2 -j REJECT']),
    plan: ['change rules of iptables chain GUARD of table filter in node1'],
    afterwards: ['node1', 'iptables -S GUARD', /DROP\n.*REJECT.*\n.*DROP/],
  },
  {
    name: 'all rules are removed',
    text: edit([BASE.slice(BASE.indexOf('    iptables:'), BASE.indexOf('  node2: {}')), '']),
    plan: [
      'delete rules of iptables chain FORWARD of table filter in node1',
      'delete rules of iptables chain GUARD of table filter in node1',
      'delete iptables chain GUARD of table filter in node1',
    ],
    afterwards: ['node1', 'iptables -S', /^(-P \S+ ACCEPT\n)+$/],
  },
  {
    name: 'a sysctl is dropped',
    text: edit(['    sysctls: { net.ipv4.ip_default_ttl: 40 }\n', '']),
    plan: ['change sysctl net.ipv4.ip_default_ttl in node1'],
    afterwards: ['node1', 'sysctl -n net.ipv4.ip_default_ttl', /^64$/m],
  },
  {
    name: 'a sysctl changes',
    text: edit(['ip_default_ttl: 40', 'ip_default_ttl: 41']),
    plan: ['change sysctl net.ipv4.ip_default_ttl in node1'],
    afterwards: ['node1', 'sysctl -n net.ipv4.ip_default_ttl', /^41$/m],
  },
  {
    name: 'a rate changes',
    text: edit(['rate: 10mbit', 'rate: 20mbit']),
    plan: ['change tbf on eth0 in db'],
    afterwards: ['db', 'tc qdisc show dev eth0', /rate 20Mbit/],
  },
  {
    name: 'a rate is dropped',
    text: edit([', rate: 10mbit', '']),
    plan: ['delete tbf on eth0 in db'],
    afterwards: ['db', 'tc qdisc show dev eth0', /^qdisc noqueue/],
  },
  {
    name: 'a node is added',
    text: edit(['  node2: {}\n', '  node2: {}\n  node3: {}\n']),
    plan: [
      'add namespace node3',
      'add sysctl net.ipv4.ip_forward in node3',
      'add veth pair lan:veth-node3 – node3:eth0',
      'add bridge cbr0 in node3',
      'add interface lo in node3',
      'add interface eth0 in node3',
      'add interface cbr0 in node3',
      'add address 172.18.0.4/16 on eth0 in node3',
      'add address 10.244.2.1/24 on cbr0 in node3',
      ...[0, 1].map(block => `add route to 10.244.${block}.0/24 in node3`),
      ...[1, 2].map(node => `add route to 10.244.2.0/24 in node${node}`),
      'add interface veth-node3 in lan',
    ],
    afterwards: ['node3', 'ping -c1 -w60 10.244.0.3', /1 received/],
  },
];

interface HandCase {
  readonly name: string;
  readonly ns: string | null;
  readonly command: string;
  /** As `status` tells it. */
  readonly drift: readonly string[];
  /** Steps for what mending it may take along. */
  readonly besides?: readonly string[];
}

/** What goes with a pod's interface. */
const LOST_INTERFACE = [
  'missing veth pair node1:veth-web – web:eth0',
  'missing interface eth0 in web',
  'missing address 10.244.0.4/24 on eth0 in web',
  'missing route to 0.0.0.0/0 in web',
  'missing interface veth-web in node1',
];

/** It is taken away and made anew. */
const STALE_ADDRESS = [
  'extra address 10.244.0.4/24 on eth0, which expires, has lost a route or is not global in web',
  'missing address 10.244.0.4/24 on eth0 in web',
];

const BY_HAND: readonly HandCase[] = [
  {
    name: 'an address is deleted',
    ns: 'web',
    command: 'ip addr del 10.244.0.4/24 dev eth0',
    drift: ['missing address 10.244.0.4/24 on eth0 in web', 'missing route to 0.0.0.0/0 in web'],
  },
  {
    name: 'an address is added',
    ns: 'web',
    command: 'ip addr add 10.5.5.5/24 dev eth0',
    drift: ['extra address 10.5.5.5/24 on eth0 in web'],
    besides: ['add route to 0.0.0.0/0 in web'],
  },
  {
    name: 'an address is for its own network alone',
    ns: 'web',
    command: 'ip addr del 10.244.0.4/24 dev eth0; ip addr add 10.244.0.4/24 scope link dev eth0',
    drift: [...STALE_ADDRESS, 'missing route to 0.0.0.0/0 in web'],
  },
  {
    name: 'an address is the end of a link between two',
    ns: 'near',
    command: 'ip addr add 10.5.5.5 peer 10.9.9.9 dev eth0',
    drift: ['extra address 10.5.5.5/32 on eth0 in near'],
    besides: ['add route to 0.0.0.0/0 in near'],
  },
  {
    name: 'the route to an address itself is deleted',
    ns: 'web',
    command: 'ip route del local 10.244.0.4 dev eth0 table local',
    drift: STALE_ADDRESS,
    besides: ['add route to 0.0.0.0/0 in web'],
  },
  {
    name: 'the route to its own subnet is deleted',
    ns: 'web',
    command: 'ip route del 10.244.0.0/24 dev eth0',
    drift: STALE_ADDRESS,
    besides: ['add route to 0.0.0.0/0 in web'],
  },
  {
    name: 'an address is made to expire',
    ns: 'web',
    command: 'ip addr change 10.244.0.4/24 dev eth0 valid_lft 600 preferred_lft 600',
    drift: STALE_ADDRESS,
    besides: ['add route to 0.0.0.0/0 in web'],
  },
  {
    name: 'a route is deleted',
    ns: 'node1',
    command: 'ip route del 10.99.0.0/16',
    drift: ['missing route to 10.99.0.0/16 in node1'],
  },
  {
    name: 'a route is added',
    ns: 'web',
    command: 'ip route add 10.98.0.0/16 via 10.244.0.3',
    drift: ['extra route to 10.98.0.0/16 in web'],
  },
  {
    name: 'a route leads elsewhere',
    ns: 'web',
    command: 'ip route replace default via 10.244.0.3',
    drift: ['changed route to 0.0.0.0/0 in web'],
  },
  {
    name: 'a route has another type',
    ns: 'node1',
    command: 'ip route replace blackhole 10.99.0.0/16',
    drift: ['changed route to 10.99.0.0/16 in node1'],
  },
  {
    name: 'an interface has another MTU',
    ns: 'lan',
    command: 'ip link set veth-node1 mtu 1480',
    drift: ['changed interface veth-node1 in lan', 'changed interface lan in lan'],
  },
  {
    name: 'an interface is too narrow for IPv6',
    ns: 'web',
    command: 'ip link set eth0 mtu 1000',
    drift: ['changed interface eth0 in web'],
  },
  {
    name: 'a bridge is too narrow for IPv6',
    ns: 'node2',
    command: 'ip link set cbr0 mtu 600',
    drift: ['changed interface cbr0 in node2'],
  },
  {
    name: 'a port has other switches than a new one',
    ns: 'node1',
    command:
      'bridge link set dev veth-web isolated on; bridge link set dev veth-web learning off; ip link set veth-web arp off promisc on',
    drift: ['changed interface veth-web in node1'],
  },
  {
    name: 'an interface is down',
    ns: 'web',
    command: 'ip link set eth0 down',
    drift: ['changed interface eth0 in web', 'missing route to 0.0.0.0/0 in web'],
  },
  {
    name: "the kernel's own policy rules are gone, but for one that somebody has put back",
    ns: 'node1',
    command: 'ip rule flush; ip rule add priority 32766 table main; ip rule del priority 0',
    drift: [
      "extra lack of the kernel's own IPv4 rule of priority 0 from all table 255 in node1",
      "extra lack of the kernel's own IPv4 rule of priority 32767 from all table default in node1",
    ],
  },
  { name: 'loopback is down', ns: 'web', command: 'ip link set lo down', drift: ['changed interface lo in web'] },
  {
    name: 'a port is pulled out of its bridge',
    ns: 'node1',
    command: 'ip link set veth-web nomaster',
    drift: ['changed interface veth-web in node1'],
  },
  { name: 'a veth is deleted', ns: 'node1', command: 'ip link del veth-web', drift: LOST_INTERFACE },
  {
    name: 'a namespace is deleted',
    ns: null,
    command: 'ip netns del web',
    drift: ['missing namespace web', 'missing interface lo in web', ...LOST_INTERFACE],
  },
  { name: 'a namespace is added', ns: null, command: 'ip netns add stray', drift: ['extra namespace stray'] },
  {
    name: 'a bridge is added',
    ns: 'node2',
    command: 'ip link add br9 type bridge',
    drift: ['extra bridge br9 in node2'],
  },
  {
    name: 'a veth pair is added',
    ns: 'node2',
    command: 'ip link add x0 type veth peer name x1',
    drift: ['extra veth pair node2:x0 – node2:x1'],
  },
  {
    name: 'a bridge has another MAC address',
    ns: 'lan',
    command: 'ip link set lan address 02:00:00:00:00:09',
    drift: ['changed interface lan in lan'],
  },
  {
    name: 'a rule is deleted',
    ns: 'node1',
    command: 'iptables -D GUARD 2',
    drift: ['changed rules of iptables chain GUARD of table filter in node1'],
  },
  {
    name: 'a rule is added',
    ns: 'node2',
    command: 'iptables -A INPUT -s 10.66.6.6 -j DROP',
    drift: ['extra rules of iptables chain INPUT of table filter in node2'],
  },
  {
    name: 'a chain is added',
    ns: 'node1',
    command: 'iptables -t nat -N MINE',
    drift: ['extra iptables chain MINE of table nat in node1'],
  },
  {
    name: 'an IPv6 rule is added',
    ns: 'web',
    command: 'ip6tables -A INPUT -p tcp -j DROP',
    drift: ['extra rules of ip6tables chain INPUT of table filter in web'],
  },
  {
    name: 'a policy is set',
    ns: 'web',
    command: 'iptables -P INPUT DROP',
    drift: ['extra iptables chain INPUT of table filter in web'],
  },
  {
    name: 'all is flushed',
    ns: 'node1',
    command: 'sh -c "iptables -F && iptables -X"',
    drift: [
      'missing iptables chain GUARD of table filter in node1',
      'missing rules of iptables chain FORWARD of table filter in node1',
      'missing rules of iptables chain GUARD of table filter in node1',
    ],
  },
  {
    name: 'a sysctl is set',
    ns: 'node1',
    command: 'sysctl -w net.ipv4.ip_default_ttl=99',
    drift: ['changed sysctl net.ipv4.ip_default_ttl in node1'],
  },
  {
    name: 'a rate is taken away',
    ns: 'db',
    command: 'tc qdisc del dev eth0 root',
    drift: ['missing tbf on eth0 in db'],
  },
  {
    name: 'a rate is another one',
    ns: 'db',
    command: 'tc qdisc replace dev eth0 root tbf rate 1mbit burst 32k latency 50ms',
    drift: ['changed tbf on eth0 in db'],
  },
  {
    name: 'a rate is added',
    ns: 'web',
    command: 'tc qdisc add dev eth0 root tbf rate 1mbit burst 32k latency 50ms',
    drift: ['extra tbf on eth0 in web'],
  },
];

/**
 * Those that have nothing to do with each other are made and mended together, as much of the time is looking: no two in one
 * namespace. In a sweep each is alone.
 */
const ROUNDS_BY_HAND = inRounds(BY_HAND).map(cases => ({ name: cases.map(({ name }) => name).join('; '), cases }));

function inRounds(cases: readonly HandCase[]): HandCase[][] {
  const rounds: HandCase[][] = [];
  for (const one of cases) {
    const own = namespacesOf(one);
    const isFree = (round: readonly HandCase[]) =>
      !round.some(other => namespacesOf(other).some(ns => own.includes(ns)));
    const round = isSweep ? undefined : rounds.find(isFree);
    if (round) round.push(one);
    else rounds.push([one]);
  }
  return rounds;
}

/** Where it is done, and where its drift is; a veth pair is in two, a namespace is one itself. */
function namespacesOf({ ns, drift }: HandCase): string[] {
  const pairs = drift.flatMap(text => [...text.matchAll(/(\S+):\S+/g)].map(([, end = '']) => end));
  const named = drift.flatMap(text => / (?:in|namespace) (\S+)$/.exec(text)?.[1] ?? []);
  return [...(ns === null ? [] : [ns]), ...pairs, ...named];
}

const OPERATIONS: Readonly<Record<string, string>> = { missing: 'add', changed: 'change', extra: 'delete' };

/** Echoes, and never ends. */
const ECHO = `require('net').createServer(c => c.on('error', () => {}).pipe(c)).listen(7000, () => console.log('ready'))`;

/**
 * Sends every 50 ms to all and tells how many answers came, and how long it was without one at worst: counted in its own
 * turns, of which there are none while the machine stands still.
 */
const TALK = `
const state = Object.fromEntries(process.argv.slice(1).map(host => [host, { answers: 0, stall: 0, end: null }]));
for (const [host, mine] of Object.entries(state)) {
  let since = 0;
  const turn = () => { since += 50; mine.stall = Math.max(mine.stall, since); };
  const socket = require('net').connect(7000, host, () => setInterval(() => { socket.write('x'); turn(); }, 50));
  socket.on('data', () => { since = 0; mine.answers++; });
  socket.on('error', error => { mine.end = error.code; }).on('end', () => { mine.end ??= 'closed'; });
}
setInterval(() => console.log(JSON.stringify(state)), 100);
`;

type Stream = { readonly answers: number; readonly stall: number; readonly end: string | null };

describe.each(WHO)('a running lab, as %s', who => {
  const name = `converge-${who}-${process.pid}`;
  const file = labFile('', name);
  const status = () => netlab(who, ['status', '--json', name]);
  const plan = async () => namesOf(JSON.parse((await netlab(who, ['plan', '--format', 'json', file])).stdout).steps);
  const write = (text: string) => writeFileSync(file, `name: ${name}\n${text}`);
  const up = () => netlab(who, ['up', file]);
  const ask = (ns: string | null, command: string) => inside(who, name, ns, ['sh', '-c', command]);
  let streams: () => Promise<Record<string, Stream>>;
  let before: KernelDump;

  beforeAll(async () => {
    write(BASE);
    expect(await up()).toMatchObject({ code: 0 });
    before = await readKernel(who, name);
    streams = await startStreams(who, name);
  });
  afterAll(() => netlab(who, ['down', name]));

  /** Back to the base, with the kernel to prove it, and nobody has noticed. */
  afterEach(async () => {
    write(BASE);
    expect(await up()).toMatchObject({ code: 0 });
    expect(await readKernel(who, name)).toEqual(before);
    const earlier = await streams();
    const goOn = ([host, { answers, end }]: [string, Stream]) =>
      end !== null || answers > (earlier[host]?.answers ?? 0);
    const later = await vi.waitUntil(
      async () => {
        const now = Object.entries(await streams());
        return now.every(goOn) && now;
      },
      { timeout: 60_000 },
    );
    for (const [host, { stall, end }] of later) {
      expect([host, end]).toEqual([host, null]);
      // TCP asks again and again, at longer and longer intervals: what was cut off for a second stalls for two.
      expect(stall).toBeLessThan(10_000);
    }
  });

  it('is left alone by a second up', async () => {
    expect(await plan()).toEqual([]);
    expect(await up()).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing to change') });
    expect((await status()).code).toBe(0);
  });

  // The steps are the same whoever takes them: as root some are enough.
  const inTheFile = triesAll(who) ? IN_THE_FILE : IN_THE_FILE.filter((_, index) => index % 5 === 0);

  it.each(inTheFile)('changes in its file: $name', async ({ text, plan: steps, afterwards }) => {
    write(text);
    expect(sorted(await plan())).toEqual(sorted(steps));
    expect((await status()).code).toBe(0);
    expect(await up()).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(steps.length === 0 ? 'nothing to change' : `${steps.length} step`),
    });
    expect(await plan()).toEqual([]);
    expect((await status()).code).toBe(0);
    if (afterwards) expect((await ask(afterwards[0], afterwards[1])).stdout).toMatch(afterwards[2]);
  });

  it.each(triesAll(who) ? ROUNDS_BY_HAND : ROUNDS_BY_HAND.slice(0, 2))('changes by hand: $name', async round => {
    for (const { ns, command } of round.cases) {
      expect(await ask(ns, command)).toMatchObject({ code: 0 });
      if (command.includes('netns del'))
        await expect
          .poll(async () => (await ask('node1', 'ip link show veth-web')).code, { timeout: 60_000 })
          .not.toBe(0);
    }
    const drift = round.cases.flatMap(one => one.drift);
    const besides = round.cases.flatMap(one => one.besides ?? []);
    const { code, stdout } = await status();
    const found = JSON.parse(stdout).drift.map((item: Item & { drift: string }) => `${item.drift} ${nameOf(item)}`);
    expect({ code, drift: sorted(found) }).toEqual({ code: drift.length === 0 ? 0 : 1, drift: sorted(drift) });
    const mending = drift.map(text => text.replace(/^\w+/, word => OPERATIONS[word] ?? word));
    expect(sorted(await plan())).toEqual(sorted([...mending, ...besides]));
    expect((await up()).code).toBe(0);
    expect((await status()).code).toBe(0);
  });

  it('mends all else where one object cannot be mended, and names it', async () => {
    const hold = 'ipset create mine hash:ip; iptables-legacy -A INPUT -m set --match-set mine src';
    expect(await ask('node2', hold)).toMatchObject({ code: 0 });
    expect(await ask('web', 'ip link set eth0 mtu 900; ip addr flush dev eth0')).toMatchObject({ code: 0 });
    const { code, stderr } = await up();
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('set mine in node2: ') });
    expect(stderr).toContain('1 object of lab');
    expect(stderr).toContain('Set cannot be destroyed: it is in use by a kernel component');
    expect(await plan()).toEqual(['delete set mine in node2']);
    expect(await ask('node2', 'iptables-legacy -F; iptables-legacy -X')).toMatchObject({ code: 0 });
  });

  /** Some of everything before the step that fails. */
  const LARGE: readonly (readonly [string, string])[] = [
    POD('zeb', 'node2'),
    ['  db: { node: node2, rate: 10mbit }\n', ''],
    ['web: { node: node1, address: 10.244.0.4/24 }', 'web: { node: node1, address: 10.244.0.50/24, mtu: 1400 }'],
    ['  - { on: node1, to: 10.99.0.0/16, via: node2 }', '  []'],
    ['ip_default_ttl: 40', 'ip_default_ttl: 41'],
  ];

  it.each([
    ['at its beginning', ['ip_default_ttl: 41', 'ip_default_ttl: 999']],
    [
      'after links and addresses',
      ['ip_default_ttl: 41', 'ip_default_ttl: 41, net.ipv4.neigh.eth0.base_reachable_time_ms: -5'],
    ],
  ] as const)('is as it was where a change fails %s', async (_, wrong) => {
    write(edit(...LARGE, wrong));
    const { code, stderr } = await up();
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('the lab is as it was') });
    expect(stderr).toContain(wrong[1].split(/[ :]/).at(-3) ?? '');
    expect((await status()).code).toBe(0);
    expect(await readKernel(who, name)).toEqual(before);
    write(BASE);
    expect(await plan()).toEqual([]);
  });

  // What is taken back is what was done.
  if (!triesAll(who)) return;

  it('is as it was where a change that no longer sets a sysctl fails', async () => {
    write(edit(['ip_default_ttl: 40', 'conf.eth0.rp_filter: wrong']));
    const { code, stderr } = await up();
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('the lab is as it was') });
    expect(await readKernel(who, name)).toEqual(before);
    write(BASE);
    expect(await plan()).toEqual([]);
  });

  it.each(['Make network namespaces', 'Make bridges and veth pairs', 'Give addresses and routes'])(
    'is as it was after Ctrl-C during "%s"',
    async phase => {
      let told = { code: 0, stderr: '' };
      // On a busy machine the signal may come when all is done.
      for (let round = 0; round < 5 && told.code === 0; round++) {
        write(BASE);
        expect(await up()).toMatchObject({ code: 0 });
        write(edit(...LARGE, ['  talk:', '  many: { replicas: 240, node: node2 }\n  talk:']));
        const child = startNetlab(who, ['up', file], { env: { ...process.env, CI: 'true', HOME: '/tmp' } });
        const stderr = await interruptAt(child, phase);
        told = { code: child.exitCode ?? -1, stderr };
      }
      expect(told).toEqual({ code: 130, stderr: expect.stringContaining('as it was before') });
      expect((await status()).code).toBe(0);
      expect(await readKernel(who, name)).toEqual(before);
    },
  );
});

interface Item {
  readonly label: string;
  readonly object: { readonly kind: string; readonly ns?: string };
}

/** Which end of a veth pair was seen first does not matter. */
const sortEnds = (label: string) =>
  label.replace(/^(veth pair )(.*) – (.*)$/, (_, start, a, b) => `${start}${[a, b].sort().join(' – ')}`);
const nameOf = ({ label: given, object }: Item, label = sortEnds(given)) =>
  object.ns === undefined || object.kind === 'namespace' ? label : `${label} in ${object.ns}`;
const namesOf = (steps: readonly (Item & { operation: string })[]) =>
  steps.map(step => `${step.operation} ${nameOf(step)}`);
const sorted = (items: readonly string[]) => items.map(item => item.replace(/veth pair .*/, sortEnds)).sort();

async function startStreams(who: Who, lab: string): Promise<() => Promise<Record<string, Stream>>> {
  for (const ns of ['near', 'far']) {
    const server = startInside(who, lab, ns, [process.execPath, '-e', ECHO]);
    await new Promise(ready => server.stdout?.once('data', ready));
  }
  const addressOf = async (ns: string) =>
    /inet (\S+)\//.exec((await inside(who, lab, ns, ['ip', 'addr', 'show', 'eth0'])).stdout)?.[1] ?? '';
  const hosts = [await addressOf('near'), await addressOf('far')];
  const talk = startInside(who, lab, 'talk', [process.execPath, '-e', TALK, ...hosts]);
  return () =>
    new Promise(done =>
      talk.stdout?.once('data', data => done(JSON.parse(String(data).trim().split('\n').at(-1) ?? ''))),
    );
}

/** Sends SIGINT as soon as a phase is on, and waits for the end. */
async function interruptAt(child: ChildProcess, phase: string): Promise<string> {
  let text = '';
  const ended = new Promise(done => child.once('close', done));
  child.stderr?.on('data', data => {
    // Once: a second one could find the process already past its own handling, and end it itself.
    const isReached = text.includes(phase);
    text += data;
    if (!isReached && text.includes(phase)) child.kill('SIGINT');
  });
  await ended;
  return text;
}
