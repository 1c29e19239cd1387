/**
 * Checks on real labs: each kind is true of a healthy lab, and of one with a fault it says what is wrong and where to
 * look. Faults are in the lab file, or made with nsenter, which netlab knows nothing of.
 */
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLab } from './fixtures/attack.ts';
import { inside, labFile, netlab, ORDINARY, run, startNetlab, triesAll, WHO, type Who } from './harness.ts';

const LAB = 'check-faults';
const text = `
name: ${LAB}
nodes: { node1: {}, node2: {}, outside: { external: true } }
pods:
  web: { node: node1, labels: { app: web } }
  db: { node: node2, labels: { app: db } }
  log: { node: node1 }
checks:
  tcp: { from: web, to: db, port: 5432, sourceIP: preserved, timeout: 600ms }
  udp: { from: web, to: db, port: 53, protocol: udp, sourceIP: preserved, timeout: 600ms }
  icmp: { from: { labels: { app: web } }, to: [db, log, node2], timeout: 600ms }
  address: { from: web, to: 10.244.1.2, timeout: 3500ms }
  large: { from: web, to: db, size: 1400, timeout: 600ms }
  closed: { from: web, to: db, port: 9, listen: false, expect: refused }
  nobody: { from: web, to: 10.9.9.9, expect: blocked, timeout: 600ms }
  web page: { from: log, to: db, port: 8080, protocol: http, status: 200, body: it works, timeout: 600ms }
  quick: { from: web, to: db, count: 5, latency: { max: 500ms }, loss: { max: 1% }, timeout: 600ms }
  wide: { from: web, to: db, port: 5001, throughput: { min: 1mbit } }
  from outside: { from: outside, to: node1, port: 22, sourceIP: preserved, timeout: 600ms }
  matrix: { port: 80, matrix: { allow: [{}] }, timeout: 600ms }
  route: { on: node1, route: 10.244.1.0/24, via: node2, dev: eth0 }
  way: { on: [web, node1], route: db }
  no route: { on: node1, route: 10.77.0.0/16, expect: absent }
  neighbour: { on: node1, neighbour: web, dev: cbr0 }
  forwarding: { on: node1, forwarding: web }
  icmp as itself: { from: web, to: db, sourceIP: preserved, timeout: 600ms }
  conntrack: { on: node2, conntrack: { source: web, destination: db, protocol: tcp, port: 5432, replyDestination: web } }
  name: { from: web, name: localhost, answers: [127.0.0.1] }
  no name: { from: web, name: no.such.name.invalid, expect: absent, timeout: 2s }
  command: { on: web, command: [sh, -c, "echo good; exit 3"], exitCode: 3, output: good, matches: ^go+d$ }
`;

interface Told {
  readonly name: string;
  readonly passed: boolean;
  readonly message: string;
  readonly details: readonly string[];
}

async function check(
  who: Who,
  only: readonly string[],
  ...more: readonly string[]
): Promise<{ code: number; checks: readonly Told[] }> {
  const ran = await netlab(who, ['check', LAB, '--json', ...more, ...only.flatMap(name => ['--only', name])]);
  if (ran.stdout === '') throw new Error(ran.stderr);
  return { code: ran.code, checks: JSON.parse(ran.stdout).checks };
}

const everything = ({ message, details }: Told) => [message, ...details].join('\n');

interface Fault {
  readonly title: string;
  /** Namespace and a line for its shell. */
  readonly break: readonly [ns: string, line: string];
  readonly mend: readonly [ns: string, line: string];
  readonly fails: string;
  readonly says: readonly RegExp[];
  /** A false culprit is worse than none. */
  readonly never?: RegExp;
}

const MASQUERADE = '-t nat -A POSTROUTING -s 10.244.0.0/16 -j MASQUERADE';
const DIVERT = 'PREROUTING -p tcp --dport 5432 -j DNAT --to-destination 172.18.0.3';
const DROP = 'FORWARD -p tcp --dport 5432 -j DROP';
const REJECT = 'FORWARD -p tcp --dport 5432 -j REJECT';

const FAULTS: readonly Fault[] = [
  {
    title: 'a route that is missing',
    break: ['node1', 'ip route del 10.244.1.0/24'],
    mend: ['node1', 'ip route add 10.244.1.0/24 via 172.18.0.3'],
    fails: 'tcp',
    says: [
      /expected reachable, but (unroutable|dropped)/,
      /culprit: node1 has no route to 10\.244\.1\.2; the lab gives it 10\.244\.1\.0\/24 via 172\.18\.0\.3/,
      /look with: netlab exec node1 -- ip route get 10\.244\.1\.2/,
    ],
  },
  {
    title: 'a route that is missing on the way back',
    break: ['node2', 'ip route del 10.244.0.0/24'],
    mend: ['node2', 'ip route add 10.244.0.0/24 via 172.18.0.2'],
    fails: 'tcp',
    says: [
      /it arrived, so what is missing is the answer/,
      /culprit: on the way back, node2 has no route to 10\.244\.0\.\d/,
    ],
  },
  {
    title: 'a wrong next hop',
    break: ['node1', 'ip route replace 10.244.1.0/24 via 172.18.0.4'],
    mend: ['node1', 'ip route replace 10.244.1.0/24 via 172.18.0.3'],
    fails: 'icmp',
    says: [/node1 sends what is for 10\.244\.1\.2 to 172\.18\.0\.4; the lab's route says 172\.18\.0\.3/],
  },
  {
    title: 'a gateway that is none',
    break: ['web', 'ip route replace default via 10.244.0.2'],
    mend: ['web', 'ip route replace default via 10.244.0.1'],
    fails: 'tcp',
    says: [/culprit: web sends what is for 10\.244\.1\.2 to 10\.244\.0\.2; the lab's route says 10\.244\.0\.1/],
    never: /does not forward/,
  },
  {
    title: 'a router that sends others elsewhere too',
    break: ['node1', 'ip route add 10.244.1.2/32 via 10.244.0.2'],
    mend: ['node1', 'ip route del 10.244.1.2/32; ip netns exec web ip route flush cache'],
    fails: 'tcp',
    says: [/culprit: node1 sends what is for 10\.244\.1\.2 to 10\.244\.0\.2; the lab's route says 172\.18\.0\.3/],
    never: /does not forward/,
  },
  {
    title: 'a rule that comes before the routes',
    break: ['web', 'ip rule add to 10.244.1.2 prohibit pref 10'],
    mend: ['web', 'ip rule del pref 10'],
    fails: 'tcp',
    says: [
      /culprit: web has the route 0\.0\.0\.0\/0 for 10\.244\.1\.2 in its table, but takes none: a rule comes before it/,
      /look with: netlab exec web -- ip rule/,
    ],
    never: /has no route/,
  },
  {
    title: 'a masquerade that should not be',
    break: ['node1', `iptables ${MASQUERADE}`],
    mend: ['node1', `iptables ${MASQUERADE.replace('-A', '-D')}`],
    fails: 'tcp',
    says: [
      /expected web's own source address, but the receiver saw 172\.18\.0\.2 \(node1\)/,
      /culprit: the rule -A POSTROUTING .* -j MASQUERADE of node1 \(table nat\)/,
    ],
  },
  {
    title: 'a port that leads to somebody else',
    break: ['node1', `ip netns exec node2 busybox httpd -p 5432 -h /run; iptables -t nat -A ${DIVERT}`],
    mend: ['node1', `iptables -t nat -D ${DIVERT}; ip netns pids node2 | xargs kill -9`],
    fails: 'tcp',
    says: [
      /expected reachable, but somebody else answers: it did not arrive at db/,
      /culprit: the rule -A PREROUTING .*-j DNAT --to-destination 172\.18\.0\.3 of node1 \(table nat\) rewrites/,
    ],
  },
  {
    title: 'an address that somebody else has too',
    break: ['node2', 'ip addr add 10.244.1.2/32 dev lo'],
    mend: ['node2', 'ip addr del 10.244.1.2/32 dev lo'],
    fails: 'icmp as itself',
    says: [
      /expected reachable, but somebody else answers/,
      /culprit: node2 has the address 10\.244\.1\.2 too, on lo; the lab gives it to db/,
    ],
  },
  {
    title: 'a rule on the bridge between two pods',
    break: [
      'node1',
      'sysctl -qw net.bridge.bridge-nf-call-iptables=1; iptables -A FORWARD -s 10.244.0.3 -d 10.244.0.2 -j DROP',
    ],
    mend: ['node1', 'iptables -D FORWARD -s 10.244.0.3 -d 10.244.0.2 -j DROP'],
    fails: 'icmp',
    says: [/web → log .*but dropped/, /culprit: the rule -A FORWARD -s 10\.244\.0\.3\/32 .*-j DROP of node1/],
  },
  {
    title: 'a port that is dropped',
    break: ['node2', `iptables -A ${DROP}`],
    mend: ['node2', `iptables -D ${DROP}`],
    fails: 'tcp',
    says: [
      /but dropped: no answer/,
      /culprit: the rule -A FORWARD .*--dport 5432 -j DROP of node2 \(table filter\) drops it/,
      /netlab exec node2 -- iptables -t filter -vnL FORWARD/,
    ],
  },
  {
    title: 'a rule of nft that iptables knows nothing of',
    break: [
      'node2',
      'nft "table inet fw { chain f { type filter hook forward priority 0; tcp dport { 22, 5000-6000 } drop; }; }"',
    ],
    mend: ['node2', 'nft delete table inet fw'],
    fails: 'tcp',
    says: [
      /culprit: the nft rule "tcp dport { 22, 5000-6000 } drop" of node2 \(table inet fw, chain f\) blocks it/,
      /netlab exec node2 -- nft list chain inet fw f/,
    ],
  },
  {
    title: 'a port that is rejected',
    break: ['node1', `iptables -A ${REJECT}`],
    mend: ['node1', `iptables -D ${REJECT}`],
    fails: 'tcp',
    says: [/but refused/, /culprit: the rule -A FORWARD .*-j REJECT .*of node1 \(table filter\) rejects it/],
  },
  {
    title: 'a policy',
    break: ['node1', 'iptables -P FORWARD DROP'],
    mend: ['node1', 'iptables -P FORWARD ACCEPT'],
    fails: 'matrix',
    says: [
      /5? of 6 cells differ|cells differ/,
      /web → db \(10\.244\.1\.2\), tcp port 80: expected reachable, but dropped/,
      /culprit: the policy -P FORWARD DROP of node1/,
    ],
  },
  {
    title: 'an MTU that only large packets notice',
    break: ['node2', 'ip link set veth-db mtu 1300'],
    mend: ['node2', 'ip link set veth-db mtu 1500'],
    fails: 'large',
    says: [
      /1400 bytes: expected reachable, but/,
      /culprit: veth-db of node2 has an MTU of 1300, too small for this packet of 1428 bytes/,
    ],
  },
  {
    title: 'an ARP entry that lies, to a check that asks for it',
    break: ['node1', 'ip neigh replace 10.244.0.3 lladdr 02:00:00:00:00:99 dev cbr0'],
    mend: ['node1', 'ip neigh del 10.244.0.3 dev cbr0; ping -qc 1 10.244.0.3'],
    fails: 'neighbour',
    says: [/10\.244\.0\.3 is at 02:00:00:00:00:99 on cbr0, permanent, but its MAC address should be web's own/],
  },
  {
    title: 'an ARP entry that lies, to a check that suffers from it',
    break: ['node1', 'ip neigh replace 10.244.0.3 lladdr 02:00:00:00:00:99 dev cbr0'],
    mend: ['node1', 'ip neigh del 10.244.0.3 dev cbr0; ping -qc 1 10.244.0.3'],
    fails: 'tcp',
    says: [
      /culprit: on the way back, node1's neighbour table lies: it has 10\.244\.0\.3 at 02:00:00:00:00:99, but web has/,
    ],
  },
  {
    title: 'forwarding that is switched off',
    break: ['node2', 'sysctl -qw net.ipv4.ip_forward=0'],
    mend: ['node2', 'sysctl -qw net.ipv4.ip_forward=1'],
    fails: 'tcp',
    says: [
      /culprit: node2 does not forward: net\.ipv4\.ip_forward is 0/,
      /netlab exec node2 -- sysctl net\.ipv4\.ip_forward/,
    ],
  },
  {
    title: 'a port that is out of its bridge',
    break: ['node2', 'ip link set veth-db nomaster'],
    mend: ['node2', 'ip link set veth-db master cbr0'],
    fails: 'tcp',
    says: [/culprit: veth-db of node2, the port of db, is in no bridge; it belongs into cbr0/],
  },
  {
    title: 'ports of a bridge that are isolated from each other',
    break: ['node1', 'bridge link set dev veth-web isolated on; bridge link set dev veth-log isolated on'],
    mend: ['node1', 'bridge link set dev veth-web isolated off; bridge link set dev veth-log isolated off'],
    fails: 'icmp',
    says: [/culprit: veth-web and veth-log of node1 are isolated ports of cbr0/, /bridge -d link show dev veth-web/],
  },
  {
    title: 'a port that its bridge has shut',
    break: ['node2', 'bridge link set dev veth-db state 0'],
    mend: ['node2', 'bridge link set dev veth-db state 3'],
    fails: 'tcp',
    says: [/culprit: veth-db of node2 is disabled: its bridge cbr0 lets nothing through there/],
  },
  {
    title: 'an interface that is down',
    break: ['db', 'ip link set eth0 down'],
    mend: ['db', 'ip link set eth0 up; ip route add default via 10.244.1.1'],
    fails: 'tcp',
    says: [/culprit: eth0 of db is down/],
  },
  {
    title: 'an address that is missing',
    break: ['db', 'ip addr del 10.244.1.2/24 dev eth0'],
    mend: ['db', 'ip addr add 10.244.1.2/24 dev eth0; ip route add default via 10.244.1.1'],
    fails: 'address',
    says: [/but (unroutable|dropped)/, /culprit: db lacks the address 10\.244\.1\.2 on eth0, which the lab gives it/],
  },
  {
    title: 'a blackhole',
    break: ['node1', 'ip route add blackhole 10.244.1.2/32'],
    mend: ['node1', 'ip route del blackhole 10.244.1.2/32'],
    fails: 'tcp',
    says: [/culprit: node1 has a route of type blackhole to 10\.244\.1\.2\/32/],
  },
  {
    title: 'a rule that drops what passes a node',
    break: ['node1', 'ip rule add to 10.244.1.0/24 iif cbr0 blackhole priority 5'],
    mend: ['node1', 'ip rule del priority 5'],
    fails: 'tcp',
    says: [
      /culprit: node1 has the route 10\.244\.1\.0\/24 for 10\.244\.1\.2 in its table, but takes none: a rule comes before it/,
      /look with: netlab exec node1 -- ip rule/,
    ],
  },
  {
    title: 'an rp_filter that takes packets for forged',
    break: ['node2', 'sysctl -qw net.ipv4.conf.all.rp_filter=1; ip route replace 10.244.0.0/24 dev cbr0'],
    mend: ['node2', 'sysctl -qw net.ipv4.conf.all.rp_filter=0; ip route replace 10.244.0.0/24 via 172.18.0.2'],
    fails: 'tcp',
    says: [
      /culprit: node2 takes it for forged \(rp_filter\): its own way back to 10\.244\.0\.\d does not lead through eth0/,
    ],
  },
  {
    title: 'a link that is slowed down',
    break: ['db', 'tc qdisc add dev eth0 root tbf rate 400kbit burst 4k latency 400ms'],
    mend: ['db', 'tc qdisc del dev eth0 root'],
    fails: 'backwards',
    says: [/expected a throughput of at least 50 Mbit\/s/, /culprit: eth0 of db is shaped by tbf/],
  },
  {
    title: 'a route that should not be',
    break: ['node1', 'ip route add 10.77.0.0/16 via 172.18.0.3'],
    mend: ['node1', 'ip route del 10.77.0.0/16'],
    fails: 'no route',
    says: [/node1 has the route 10\.77\.0\.0\/16 via 172\.18\.0\.3 dev eth0, which should not be there/],
  },
  {
    title: 'another next hop in the table',
    break: ['node1', 'ip route replace 10.244.1.0/24 via 172.18.0.4'],
    mend: ['node1', 'ip route replace 10.244.1.0/24 via 172.18.0.3'],
    fails: 'route',
    says: [/expected next hop node2 \(.*\), but it is 172\.18\.0\.4 \(outside\)/],
  },
  {
    title: 'a MAC address behind another port',
    break: [
      'node1',
      'bridge fdb replace $(ip netns exec web cat /sys/class/net/eth0/address) dev veth-log master static',
    ],
    mend: [
      'node1',
      'bridge fdb del $(ip netns exec web cat /sys/class/net/eth0/address) dev veth-log master; ip netns exec web ping -qc 1 10.244.0.1',
    ],
    fails: 'forwarding',
    says: [/node1's forwarding table has web \(.*\) behind veth-log, but it should be behind veth-web/],
  },
];

const HAS_NFT = ['/usr/sbin/nft', '/sbin/nft'].some(path => existsSync(path));
const MADE_HERE = FAULTS.filter(({ title }) => HAS_NFT || !title.includes('nft'));

describe.each(WHO)('as %s', who => {
  const file = labFile(`${text}  backwards: { from: db, to: web, port: 5002, throughput: { min: 50mbit } }\n`);
  const within = async (ns: string, line: string) => {
    const ran = await inside(who, LAB, null, ['ip', 'netns', 'exec', ns, 'sh', '-c', line]);
    if (ran.code !== 0) throw new Error(`${line}: ${ran.stderr}`);
  };
  /** With a rule of iptables for as long as it takes. */
  const withRule = async <T>(ns: string, rule: string, look: () => Promise<T>): Promise<T> => {
    await within(ns, `iptables ${rule}`);
    return look().finally(() => within(ns, `iptables ${rule.replace('-A ', '-D ')}`));
  };

  beforeAll(async () => {
    expect(await netlab(who, ['up', file])).toMatchObject({ code: 0 });
    // Without a rule that needs it the kernel tracks no connections.
    await within('node2', 'iptables -t mangle -A FORWARD -m conntrack --ctstate INVALID -j ACCEPT');
    const page = 'mkdir -p /run/www; echo it works > /run/www/index.html; busybox httpd -p 8080 -h /run/www';
    await within('db', page);
  });

  afterAll(async () => {
    await netlab(who, ['down', LAB]);
  });

  it('finds a healthy lab healthy', async () => {
    // On a busy machine an answer may be late.
    const { code, checks } = await check(who, [], '--wait', '60s');
    expect(checks.filter(({ passed }) => !passed).map(everything)).toEqual([]);
    expect(code).toBe(0);
    expect(checks.length).toBe(23);
    const tcp = checks.find(({ name }) => name === 'tcp');
    expect(tcp?.details.join()).toContain('no server runs on tcp port 5432 of db; netlab opened a listener');
    // The listener went with the check.
    const { stdout } = await inside(who, LAB, 'db', ['ss', '-Hltn']);
    expect(stdout).not.toContain(':5432');
  });

  // To the kernel it is all the same who broke it: as root some are enough.
  it.each(triesAll(who) ? MADE_HERE : MADE_HERE.filter((_, index) => index % 10 === 0))('names $title', async fault => {
    await within(...fault.break);
    try {
      const { code, checks } = await check(who, [fault.fails]);
      expect(code).toBe(1);
      const told = checks.map(everything).join('\n');
      for (const words of fault.says) expect(told).toMatch(words);
      if (fault.never) expect(told).not.toMatch(fault.never);
    } finally {
      await within(...fault.mend);
    }
    // What the kernel has learned meanwhile it forgets in its own time.
    const healed = await netlab(who, ['check', LAB, '--only', fault.fails, '--wait', '60s']);
    expect(healed, healed.stdout).toMatchObject({ code: 0 });
  });

  it('puts back the limits of ICMP errors when the worker in the lab is killed', async () => {
    const read = async () =>
      (await inside(who, LAB, 'node2', ['sysctl', 'net.ipv4.icmp_ratemask', 'net.ipv6.icmp.ratemask'])).stdout;
    const before = await read();
    await withRule('node2', '-A FORWARD -d 10.244.1.2 -p icmp -j DROP', async () => {
      const checking = startLab(who, LAB, ['check', LAB, '--only', 'address', '--wait', '60s']);
      let hasEnded = false;
      const ended = checking.ended.finally(() => {
        hasEnded = true;
      });
      // Between two attempts none is lifted. Whoever comes after one that was killed is left alone.
      let isDue = true;
      const kill = async () => {
        const isLifted = (await read()) !== before;
        // In the lab's own PID namespace there is no other lab's.
        if (isLifted && isDue) await inside(who, LAB, null, ['pkill', '-KILL', '-f', 'agent.cjs']);
        isDue = !isLifted;
        return hasEnded;
      };
      await expect.poll(kill, { timeout: 90_000, interval: 50 }).toBe(true);
      expect(await ended).toMatchObject({ code: 1, stderr: expect.stringContaining('ended unexpectedly') });
      expect(await read()).toBe(before);
    });
  });

  it('lifts the limits of ICMP errors until the last of two checks at once has ended', async () => {
    const read = async () => (await inside(who, LAB, 'node2', ['sysctl', 'net.ipv4.icmp_ratemask'])).stdout;
    const before = await read();
    await withRule('node2', '-A FORWARD -d 10.244.1.2 -j DROP', async () => {
      const long = startLab(who, LAB, ['check', LAB, '--only', 'address', '--wait', '2s']);
      await expect.poll(read, { timeout: 60_000, interval: 50 }).not.toBe(before);
      await check(who, ['tcp']);
      expect(await long.ended).toMatchObject({ code: 1 });
      expect(await read()).toBe(before);
    });
  });

  it('leaves nothing in the lab when it is killed', async () => {
    const listening = async () => (await inside(who, LAB, 'db', ['ss', '-Hltn'])).stdout.includes(':5432');
    await withRule('node2', `-A ${DROP}`, async () => {
      const checking = startNetlab(who, ['check', LAB, '--only', 'tcp', '--wait', '100s']);
      try {
        await expect.poll(listening, { timeout: 60_000 }).toBe(true);
      } finally {
        checking.kill('SIGKILL');
      }
      await expect.poll(listening, { timeout: 60_000 }).toBe(false);
    });
    expect(await check(who, ['tcp'])).toMatchObject({ code: 0 });
    expect(await netlab(who, ['status', LAB])).toMatchObject({ stdout: expect.stringContaining('web') });
  });

  // What it says does not depend on who asks.
  if (!triesAll(who)) return;

  it('is not misled by what the kernel still remembers of the check before', async () => {
    const once = async () => (await check(who, ['icmp as itself'])).checks.map(everything).join();
    for (const _ of ['first', 'again']) {
      await withRule('node1', '-t nat -A POSTROUTING -o eth0 -j MASQUERADE', async () => {
        expect(await once()).toMatch(/the receiver saw 172\.18\.0\.2[\s\S]*culprit: the rule .*-j MASQUERADE of node1/);
      });
      expect(await once()).not.toContain('the receiver saw');
    }
  });

  it('sees that what should be blocked is not, over any way', async () => {
    const open = labFile(
      text.replace(/checks:[\s\S]*/, 'checks:\n  secret: { from: web, to: db, port: 5432, expect: dropped }\n'),
    );
    const ran = await netlab(who, ['check', open]);
    expect(ran).toMatchObject({ code: 1, stdout: expect.stringContaining('expected dropped, but reachable') });
    await withRule('node2', `-A ${REJECT}`, async () => {
      const refused = await netlab(who, ['check', open]);
      expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('expected dropped, but refused') });
    });
    await withRule('node2', `-A ${DROP}`, async () => {
      expect(await netlab(who, ['check', open])).toMatchObject({ code: 0 });
    });
  });

  it('tells a server that does not run, a name, a command and a page that are not as they should be', async () => {
    const wrong = labFile(
      text.replace(
        /checks:[\s\S]*/,
        `checks:
  server: { from: web, to: db, port: 9, listen: false }
  name: { from: web, name: localhost, answers: [10.1.2.3], timeout: 60s }
  output: { on: web, command: [echo, good], output: bad, timeout: 60s }
  endless: { on: web, command: [sleep, "20"], timeout: 300ms }
  flood: { on: web, command: [cat, /dev/zero], timeout: 60s }
  page: { from: log, to: db, port: 8080, protocol: http, status: 404, body: nothing }
  lookup: { from: web, to: no.such.name.invalid, timeout: 2s }
  tracked: { on: node2, conntrack: { source: db, port: 1234 } }
`,
      ),
    );
    const ran = await netlab(who, ['check', wrong]);
    expect(ran.code).toBe(1);
    for (const words of [
      /✗ server\n.*no server runs on tcp port 9 of db\n.*nothing listens on tcp port 9 of db\n.*netlab exec db -- ss -lnt/,
      /web finds localhost at 127\.0\.0\.1, but it should be 10\.1\.2\.3/,
      /should have printed "bad", but it printed: good/,
      /"sleep 20" in web did not end within 300 ms/,
      /wrote more than a check may print/,
      /expected HTTP status 404, but it is 200; expected "nothing" in the answer, but it is "it works"/,
      /no\.such\.name\.invalid has no address there/,
      /node2 tracks \d+ connections, none with source db, port 1234/,
    ])
      expect(ran.stdout).toMatch(words);
    expect(ran.stdout).toContain('0 passed, 8 failed');
  });

  it('waits for what becomes true, and asks only that again', async () => {
    const waiting = await withRule('node2', `-A ${DROP}`, async () => {
      const started = startLab(who, LAB, ['check', LAB, '--only', 'tcp', '--only', 'udp', '--wait', '60s']);
      await started.said('1 check not true yet');
      return started;
    });
    expect(await waiting.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('2 passed') });
  });

  it('writes a JUnit report that an XML parser reads', async () => {
    const report = join(tmpdir(), `junit-${process.pid}-${who}.xml`);
    // What is tracked is only there for a moment after what is sent.
    expect(await netlab(who, ['check', LAB, '--only', 'tcp', '--only', 'c*', '--junit', report])).toMatchObject({
      code: 0,
    });
    const xml = readFileSync(report, 'utf8');
    expect(xml).toContain('<testsuite name="check-faults" tests="4" failures="0"');
    expect(xml.match(/<testcase /g)).toHaveLength(4);
    await run(['rm', '-f', report]);
  });

  it('takes nothing for its own that a rule of the node leads on', async () => {
    await within('web', 'mkdir -p /run/www; busybox httpd -p 8080 -h /run/www');
    const rule = '-t nat -A PREROUTING -p tcp --dport 22 -j DNAT --to-destination 10.244.0.3:8080';
    const { code, checks } = await withRule('node1', rule, () => check(who, ['from outside'], '--wait', '60s')).finally(
      () => within('node1', 'ip netns pids web | xargs kill -9'),
    );
    expect(code, checks.map(everything).join()).toBe(0);
    expect(checks.map(everything).join()).not.toContain('netlab opened a listener');
  });

  it('knows no check of another name', async () => {
    expect(await netlab(who, ['check', LAB, '--only', 'tpc'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "tcp"?'),
    });
  });

  it('says so where the file has changed since', async () => {
    const more = labFile(`${text.replace('log: {', 'new: { node: node1 }\n  log: {')}  fresh: { from: new, to: db }\n`);
    const ran = await netlab(who, ['check', more, '--only', 'fresh', '--only', 'way']);
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining('"netlab up" brings it there') });
    expect(ran.stdout).toContain('new is in the file, but not in the running lab');
    expect(ran.stdout).toContain('✓ way');
  });

  it('shows who reaches whom', async () => {
    const { code, stdout } = await netlab(who, ['reach', LAB, '--json', '--port', '9']);
    expect(code).toBe(0);
    const { probes } = JSON.parse(stdout);
    expect(probes).toHaveLength(6);
    expect(probes[0]).toMatchObject({
      ...{ from: 'default/db', to: 'default/log', protocol: 'tcp', port: 9, reachable: true, verdict: 'open' },
      sourceIP: '10.244.1.2',
    });
    const drawn = await netlab(who, [
      'reach',
      LAB,
      '--from',
      'node1',
      '--from',
      'w*',
      '--to',
      'db',
      '--protocol',
      'icmp',
    ]);
    expect(drawn.stdout).toBe('       db\nnode1  ✓\nweb    ✓\n\n✓ reachable\n');
    expect(await netlab(who, ['reach', LAB, '--from', 'wbe'])).toMatchObject({ code: 2 });
    const several = ['--port', '9,5432', '--port', '53/udp', '--timeout', '900ms'];
    const tables = await netlab(who, ['reach', LAB, '--from', 'web', '--to', 'db', ...several]);
    expect(tables.stdout).toBe('tcp 9, 5432; udp 53:\n     db\nweb  ✓\n\n✓ reachable\n');
  });
});

describe('built into the lab', () => {
  const who = ORDINARY;
  const built: readonly (readonly [title: string, lab: string, says: RegExp])[] = [
    [
      'a masquerade',
      'cluster: { masquerade: [{ source: 10.244.0.0/16 }] }\nnodes: { a: {}, b: {} }\npods: { web: { node: a }, db: { node: b } }\nchecks: { kept: { from: web, to: db, port: 80, sourceIP: preserved } }',
      /culprit: the rule -A POSTROUTING -s 10\.244\.0\.0\/16 -j MASQUERADE of a/,
    ],
    [
      'a narrow link',
      'cluster: { ipFamily: ipv6 }\nnodes: { a: {} }\npods: { web: {}, db: { mtu: 1300 } }\nchecks: { large: { from: web, to: db, size: 1400, timeout: 800ms } }',
      /culprit: .*eth0 of db has an MTU of 1300, too small for this packet of 1448 bytes/,
    ],
    [
      'a missing route',
      'cluster: { network: none }\nbridges: { a/br: { address: 10.1.0.1/24 }, b/br: { address: 10.2.0.1/24 } }\nnodes: { a: {}, b: {} }\nlinks: [{ ends: [a, b], subnet: 10.3.0.0/30 }]\nroutes: [{ on: a, to: 10.2.0.0/24, via: b }]\npods: { web: { node: a, bridge: br }, db: { node: b, bridge: br } }\nchecks: { there: { from: web, to: db, timeout: 800ms } }',
      /culprit: on the way back, b has no route to 10\.1\.0\.2/,
    ],
    [
      'a table that asks too much',
      'nodes: { a: { iptables: [\'-A FORWARD -s 10.244.0.2 -j DROP\'] }, b: {} }\npods: { db: { node: a, address: 10.244.0.2/24 }, web: { node: b } }\nchecks: { table: { port: 80, timeout: 800ms, matrix: "from db web\\ndb - yes\\nweb no -" } }',
      /1 of 2 cells differs\n.*db → web[\s\S]*culprit: the rule -A FORWARD -s 10\.244\.0\.2\/32 -j DROP of a/,
    ],
  ];

  it.each(built)('%s', async (_, lab, says) => {
    const file = labFile(`name: check-built\n${lab}\n`);
    try {
      const ran = await netlab(who, ['up', '--check', file]);
      expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining('lab check-built stays up') });
      expect(ran.stdout).toMatch(says);
    } finally {
      await netlab(who, ['down', 'check-built']);
    }
  });
});
