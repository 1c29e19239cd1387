/** What a lab says is what the kernel has: looked at from inside, past netlab. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inside, labFile, netlab, startInside, triesAll, WHO, type Who } from './harness.ts';

/** Says to whoever connects from which address it does. */
const SERVER = `require('net').createServer(c => c.on('error', () => {}).end(c.remoteAddress.replace('::ffff:', ''))).listen(7000, '::', () => console.log('ready'))`;

/** Connects to all targets at once, for so many milliseconds, and prints as whom each saw it. */
const CLIENT = `
const seen = {};
const ask = host => new Promise(done => {
  let text = '';
  const end = () => { seen[host] ??= text; done(); };
  const socket = require('net').connect({ host, port: 7000, timeout: Number(process.argv[1]) });
  socket.on('data', piece => text += piece).on('close', end).on('timeout', () => { seen[host] = 'timeout'; socket.destroy(); }).on('error', error => { seen[host] = error.code; });
});
Promise.all(process.argv.slice(2).map(ask)).then(() => console.log(JSON.stringify(seen)));
`;

let count = 0;

class Lab {
  readonly name = `truth-${process.pid}-${count++}`;
  readonly who: Who;
  readonly file: string;
  constructor(who: Who, text: string) {
    this.who = who;
    this.file = labFile(`name: ${this.name}\n${text}`, this.name);
  }

  async up(): Promise<void> {
    const { code, stderr } = await netlab(this.who, ['up', this.file]);
    if (code !== 0) throw new Error(stderr);
  }

  async down(): Promise<void> {
    await netlab(this.who, ['down', this.name]);
  }

  /** stdout and stderr of a command in a namespace. */
  async ask(ns: string, command: string): Promise<string> {
    const { stdout, stderr } = await inside(this.who, this.name, ns, command.split(' '));
    return `${stdout}${stderr}`;
  }

  async json<T>(ns: string, command: string): Promise<T> {
    return JSON.parse((await inside(this.who, this.name, ns, command.split(' '))).stdout);
  }

  /** The addresses of a namespace, without lo's and the kernel's own. */
  async addresses(ns: string): Promise<string[]> {
    const links = await this.json<{ ifname: string; addr_info: { local: string; scope: string }[] }[]>(
      ns,
      'ip -j addr',
    );
    return links.flatMap(link =>
      link.ifname === 'lo' ? [] : link.addr_info.filter(({ scope }) => scope === 'global').map(({ local }) => local),
    );
  }

  async routes(ns: string, family = 4): Promise<Record<string, unknown>[]> {
    return this.json(ns, `ip -j -${family} route`);
  }

  async link(ns: string, dev: string): Promise<Record<string, unknown>> {
    const [link = {}] = await this.json<Record<string, unknown>[]>(ns, `ip -j link show ${dev}`);
    return link;
  }

  async serve(ns: string): Promise<void> {
    const child = startInside(this.who, this.name, ns, [process.execPath, '-e', SERVER]);
    await new Promise((ready, failed) => child.once('error', failed).once('exit', failed).stdout?.once('data', ready));
  }

  connect(ns: string, ...targets: readonly string[]): Promise<Record<string, string>> {
    return this.connectWithin(60_000, ns, ...targets);
  }

  async connectWithin(ms: number, ns: string, ...targets: readonly string[]): Promise<Record<string, string>> {
    const argv = [process.execPath, '-e', CLIENT, String(ms), ...targets];
    const { stdout, stderr } = await inside(this.who, this.name, ns, argv);
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout);
  }

  /** The targets that do not answer a ping. */
  async silent(ns: string, targets: readonly string[]): Promise<string> {
    const pings = targets.map(target => `(ping -n -q -c1 -w60 ${target} > /dev/null || echo ${target}) &`);
    return (await inside(this.who, this.name, ns, ['sh', '-c', `${pings.join('\n')}\nwait`])).stdout;
  }
}

async function withLab(who: Who, text: string, look: (lab: Lab) => Promise<void>): Promise<void> {
  const lab = new Lab(who, text);
  try {
    await lab.up();
    await look(lab);
  } finally {
    await lab.down();
  }
}

const FAMILIES = [
  ['ipv4', [4]],
  ['ipv6', [6]],
  ['dual', [4, 6]],
] as const;

describe.each(WHO)('as %s', who => {
  // As root both families at once are enough.
  describe.each(FAMILIES.filter(([ipFamily]) => ipFamily === 'dual' || triesAll(who)))(
    'three nodes with two pods each, %s',
    (ipFamily, families) => {
      const lab = new Lab(
        who,
        `cluster: { ipFamily: ${ipFamily} }\nnodes: { node: { replicas: 3 } }\npods: { pod: { replicas: 6 } }\n`,
      );
      const nodes = [0, 1, 2].map(index => `node-${index}`);
      const pods = [0, 1, 2, 3, 4, 5].map(index => `pod-${index}`);
      const own = new Map<string, string[]>();
      const of = (...names: readonly string[]) => names.flatMap(name => own.get(name) ?? []);

      beforeAll(async () => {
        await lab.up();
        await Promise.all([...nodes, ...pods].map(name => lab.serve(name)));
        for (const name of [...nodes, ...pods]) own.set(name, await lab.addresses(name));
      });
      afterAll(() => lab.down());

      it('every pod has one address of each family, every node two', () => {
        const familiesOf = (name: string) =>
          of(name)
            .map(address => (address.includes(':') ? 6 : 4))
            .sort();
        for (const pod of pods) expect([pod, familiesOf(pod)]).toEqual([pod, families]);
        for (const node of nodes)
          expect([node, familiesOf(node)]).toEqual([node, families.flatMap(family => [family, family])]);
        expect(new Set(of(...nodes, ...pods)).size).toBe(of(...nodes, ...pods).length);
      });

      it.each(pods)('%s reaches every pod and node as itself', async pod => {
        const targets = of(...pods.filter(other => other !== pod), ...nodes);
        const me = (target: string) => of(pod).find(address => address.includes(':') === target.includes(':'));
        expect(await lab.connect(pod, ...targets)).toEqual(
          Object.fromEntries(targets.map(target => [target, me(target)])),
        );
        expect(await lab.silent(pod, targets)).toBe('');
      });

      it.each(nodes)('%s reaches every pod and node as itself', async node => {
        const targets = of(...pods, ...nodes.filter(other => other !== node));
        const seen = await lab.connect(node, ...targets);
        expect(Object.keys(seen).sort()).toEqual([...targets].sort());
        for (const [target, address] of Object.entries(seen))
          expect([target, of(node)]).toEqual([target, expect.arrayContaining([address])]);
        expect(await lab.silent(node, targets)).toBe('');
      });

      it('routers take one off the ttl each, bridges do not', async () => {
        const ttl = async (target: string) =>
          /ttl=(\d+)/.exec(await lab.ask('pod-0', `ping -n -c1 -w60 ${target}`))?.[1];
        for (const target of of('pod-3')) expect([target, await ttl(target)]).toEqual([target, '64']);
        for (const target of of('pod-1')) expect([target, await ttl(target)]).toEqual([target, '62']);
      });

      if (ipFamily !== 'ipv6')
        it('ICMP has its sender’s own address too', async () => {
          const [sender] = of('pod-0');
          await lab.ask('pod-1', `iptables -A INPUT -p icmp -s ${sender}`);
          // One packet, however late its answer is.
          await lab.ask('pod-0', `ping -n -c1 -W60 ${of('pod-1')[0]}`);
          expect(await lab.ask('pod-1', 'iptables -v -n -L INPUT')).toMatch(new RegExp(`\\n\\s+1\\s+84\\s.*${sender}`));
        });

      if (ipFamily === 'ipv4')
        it('there is no IPv6 on its interfaces', async () => {
          for (const ns of ['pod-0', 'node-0']) expect(await lab.ask(ns, 'ip -6 addr show up scope link')).toBe('');
        });
    },
  );

  it('sysctls hold where they are set, and only there', () =>
    withLab(
      who,
      `nodes: { node1: { sysctls: { net.ipv4.ip_default_ttl: 33, net.ipv4.conf.cbr0.rp_filter: 2 } }, node2: {} }
pods: { web: { node: node1, sysctls: { net.ipv4.tcp_keepalive_time: 77, net.ipv4.ip_local_port_range: "5000 6000" } } }
`,
      async lab => {
        expect(await lab.ask('node1', 'sysctl -n net.ipv4.ip_default_ttl net.ipv4.conf.cbr0.rp_filter')).toBe(
          '33\n2\n',
        );
        expect(await lab.ask('node2', 'sysctl -n net.ipv4.ip_default_ttl')).toBe('64\n');
        expect(await lab.ask('web', 'sysctl -n net.ipv4.tcp_keepalive_time net.ipv4.ip_local_port_range')).toBe(
          '77\n5000\t6000\n',
        );
        expect(await lab.ask('node1', 'ping -c1 -w60 10.244.0.2')).toContain('1 received');
      },
    ));

  it('iptables and ip6tables rules are there, in order, in any table and chain', () =>
    withLab(
      who,
      `cluster: { ipFamily: dual }
nodes:
  node1:
    iptables: [-N TEAM, -A FORWARD -j TEAM, -A TEAM -s 10.9.0.1 -j DROP, -A TEAM -m comment --comment "two words" -j RETURN, -I TEAM -s 10.9.0.2 -j DROP, -P FORWARD DROP, -t nat -A POSTROUTING -o eth9 -j MASQUERADE, -t mangle -A PREROUTING -p udp --dport 53 -j MARK --set-mark 7]
    ip6tables:
      - -N SIX
      - -A INPUT -p ipv6-icmp -j SIX
      - -A SIX -s fd00::9 -j REJECT
      - -t nat -N DNAT6
      - -t nat -A DNAT6 -p tcp --dport 80 -j DNAT --to-destination [fd00::5]:8080
pods: { web: { iptables: [-A OUTPUT -d 10.9.0.0/16 -j REJECT] } }
`,
      async lab => {
        const rules = async (ns: string, command: string) =>
          (await lab.ask(ns, command)).split('\n').filter(line => line !== '' && !/^-P \S+ ACCEPT$/.test(line));
        expect(await rules('node1', 'iptables -S')).toEqual([
          '-P FORWARD DROP',
          '-N TEAM',
          '-A FORWARD -j TEAM',
          '-A TEAM -s 10.9.0.2/32 -j DROP',
          '-A TEAM -s 10.9.0.1/32 -j DROP',
          '-A TEAM -m comment --comment "two words" -j RETURN',
        ]);
        expect(await rules('node1', 'iptables -t nat -S')).toEqual(['-A POSTROUTING -o eth9 -j MASQUERADE']);
        expect(await rules('node1', 'iptables -t mangle -S')).toEqual([
          '-A PREROUTING -p udp -m udp --dport 53 -j MARK --set-xmark 0x7/0xffffffff',
        ]);
        expect(await rules('node1', 'ip6tables -S')).toEqual([
          '-N SIX',
          '-A INPUT -p ipv6-icmp -j SIX',
          '-A SIX -s fd00::9/128 -j REJECT --reject-with icmp6-port-unreachable',
        ]);
        expect(await rules('node1', 'ip6tables -t nat -S')).toEqual([
          '-N DNAT6',
          '-A DNAT6 -p tcp -m tcp --dport 80 -j DNAT --to-destination [fd00::5]:8080',
        ]);
        expect(await rules('web', 'iptables -S')).toEqual([
          '-A OUTPUT -d 10.9.0.0/16 -j REJECT --reject-with icmp-port-unreachable',
        ]);
      },
    ));

  // The kernel has it from whoever may say it.
  if (!triesAll(who)) return;

  it('an MTU holds for pods, cbr0, lan and nodes', () =>
    withLab(
      who,
      'cluster: { mtu: 1450 }\nnodes: { node1: {}, node2: {} }\npods: { web: { node: node1 }, db: { node: node2 }, own: { node: node2, mtu: 1300 } }\n',
      async lab => {
        for (const [ns, dev] of [
          ['web', 'eth0'],
          ['node1', 'veth-web'],
          ['node1', 'cbr0'],
          ['node1', 'eth0'],
          ['lan', 'lan'],
          ['lan', 'veth-node1'],
        ] as const)
          expect([ns, dev, await lab.link(ns, dev)]).toEqual([ns, dev, expect.objectContaining({ mtu: 1450 })]);
        expect(await lab.link('own', 'eth0')).toMatchObject({ mtu: 1300 });
        expect(await lab.ask('web', 'ping -c1 -M do -s1422 10.244.1.2')).toContain(' 0% packet loss');
        expect(await lab.ask('web', 'ping -c1 -M do -s1423 10.244.1.2')).toContain('message too long');
      },
    ));

  it('MAC addresses are those of the file', () =>
    withLab(
      who,
      `nodes: { node1: {}, node2: {} }
pods: { web: { node: node1, mac: "02:00:00:00:00:01" } }
bridges: { node1/cbr0: { address: 10.244.0.1/24, mac: "02:00:00:00:00:02" } }
links: [{ ends: [{ on: node1, interface: x0, mac: "02:00:00:00:00:03" }, node2], subnet: 10.0.0.0/30 }]
`,
      async lab => {
        expect(await lab.link('web', 'eth0')).toMatchObject({ address: '02:00:00:00:00:01' });
        expect(await lab.link('node1', 'cbr0')).toMatchObject({ address: '02:00:00:00:00:02' });
        expect(await lab.link('node1', 'x0')).toMatchObject({ address: '02:00:00:00:00:03' });
      },
    ));

  it('masquerade hides pods behind their node outside of the cluster, and only there', () =>
    withLab(
      who,
      `cluster: { masquerade: true, ipFamily: dual }
nodes:
  node1: { interfaces: { eth1: { bridge: wan, address: [203.0.113.11/24, "2001:db8::11/64"] } } }
  node2: { interfaces: { eth1: { bridge: wan, address: [203.0.113.12/24, "2001:db8::12/64"] } } }
  internet: { external: true, interfaces: { eth0: { bridge: wan, address: [203.0.113.1/24, "2001:db8::1/64"] } } }
pods: { web: { node: node1 }, db: { node: node2 } }
bridges: { wan: { subnet: [203.0.113.0/24, "2001:db8::/64"] } }
routes: [{ on: [node1, node2], to: default, via: internet }]
`,
      async lab => {
        await Promise.all(['internet', 'db', 'node2'].map(ns => lab.serve(ns)));
        const seen = await lab.connect('web', '203.0.113.1', '2001:db8::1', '10.244.1.2', 'fd00:10:244:1::2');
        expect(seen).toEqual({
          '203.0.113.1': '203.0.113.11',
          '2001:db8::1': '2001:db8::11',
          '10.244.1.2': '10.244.0.2',
          'fd00:10:244:1::2': 'fd00:10:244::2',
        });
        expect(await lab.connect('db', '203.0.113.1')).toEqual({ '203.0.113.1': '203.0.113.12' });
        expect(await lab.routes('internet')).toEqual([expect.objectContaining({ dst: '203.0.113.0/24' })]);
        expect((await lab.json<{ ifname: string }[]>('internet', 'ip -j link')).map(({ ifname }) => ifname)).toEqual([
          'lo',
          'eth0',
        ]);
      },
    ));

  it('a machine outside of the cluster has no way to pods that are not masqueraded', () =>
    withLab(who, 'nodes: { node1: {}, outside: { external: true } }\npods: { web: {} }\n', async lab => {
      await lab.serve('outside');
      expect(await lab.connectWithin(4000, 'web', '172.18.0.3')).toEqual({ '172.18.0.3': 'timeout' });
      expect(await lab.connect('node1', '172.18.0.3')).toEqual({ '172.18.0.3': '172.18.0.2' });
    }));

  it('links join two machines, with addresses from their subnet', () =>
    withLab(
      who,
      `cluster: { network: none }
nodes: { a: {}, b: {}, c: {} }
links:
  - { ends: [a, b], subnet: [10.0.0.0/30, "fd00:1::/64"], mtu: 1400 }
  - { ends: [{ on: b, interface: up0, address: 10.0.1.9/29 }, { on: c, address: 10.0.1.10/29 }] }
`,
      async lab => {
        expect(await lab.addresses('a')).toEqual(['10.0.0.1', 'fd00:1::1']);
        expect(await lab.addresses('b')).toEqual(expect.arrayContaining(['10.0.0.2', 'fd00:1::2', '10.0.1.9']));
        expect(await lab.link('a', 'eth0')).toMatchObject({ mtu: 1400 });
        expect(await lab.silent('a', ['10.0.0.2', 'fd00:1::2'])).toBe('');
        expect(await lab.silent('b', ['10.0.1.10'])).toBe('');
      },
    ));

  it('routes have the type, source, metric and MTU of the file', () =>
    withLab(
      who,
      `cluster: { ipFamily: dual }
nodes: { node1: {}, node2: {} }
pods: { web: { node: node1 } }
routes:
  - { on: node1, to: 10.7.0.0/16, via: node2, src: 10.244.0.1, metric: 77, mtu: 1300 }
  - { on: web, to: 10.8.1.0/24, type: blackhole }
  - { on: web, to: 10.8.2.0/24, type: unreachable }
  - { on: [web, node1], to: 10.8.3.0/24, type: prohibit }
  - { on: web, to: "fd00:8::/64", type: prohibit }
  - { on: node2, to: 10.9.0.0/16, dev: cbr0 }
`,
      async lab => {
        expect(await lab.routes('node1')).toContainEqual(
          expect.objectContaining({
            dst: '10.7.0.0/16',
            gateway: '172.18.0.3',
            dev: 'eth0',
            prefsrc: '10.244.0.1',
            metric: 77,
            metrics: [{ mtu: 1300 }],
          }),
        );
        expect(await lab.routes('node1')).toContainEqual(
          expect.objectContaining({ type: 'prohibit', dst: '10.8.3.0/24' }),
        );
        expect(await lab.routes('node2')).toContainEqual(
          expect.objectContaining({ dst: '10.9.0.0/16', dev: 'cbr0', scope: 'link' }),
        );
        expect(await lab.routes('web', 6)).toContainEqual(
          expect.objectContaining({ type: 'prohibit', dst: 'fd00:8::/64' }),
        );
        expect(await lab.ask('web', 'ping -c1 10.8.1.1')).toMatch(/Invalid argument/);
        expect(await lab.ask('web', 'ping -c1 10.8.2.1')).toMatch(/No route to host/);
        expect(await lab.ask('web', 'ping -c1 10.8.3.1')).toMatch(/Permission denied|Do you want to ping broadcast/);
      },
    ));

  it('a gateway is the bridge, another machine, or none', () =>
    withLab(
      who,
      'nodes: { node1: {} }\npods: { plain: {}, alone: { gateway: none }, other: { gateway: 10.244.0.77 }, second: { interfaces: { eth1: { bridge: cbr0, address: 10.244.0.88/24, gateway: none } } } }\n',
      async lab => {
        const gateways = async (ns: string) =>
          (await lab.routes(ns)).filter(({ dst }) => dst === 'default').map(({ gateway }) => gateway);
        expect(await gateways('plain')).toEqual(['10.244.0.1']);
        expect(await gateways('alone')).toEqual([]);
        expect(await gateways('other')).toEqual(['10.244.0.77']);
        expect(await gateways('second')).toEqual(['10.244.0.1']);
        expect(await lab.addresses('second')).toContain('10.244.0.88');
      },
    ));

  it('replicas are spread over the nodes evenly', () =>
    withLab(
      who,
      'nodes: { node: { replicas: 3 } }\npods: { fixed: { node: node-1 }, pod: { replicas: 6 } }\n',
      async lab => {
        const ports = async (ns: string) =>
          (await lab.json<{ ifname: string }[]>(ns, 'ip -j link show master cbr0')).length;
        expect([await ports('node-0'), await ports('node-1'), await ports('node-2')].sort()).toEqual([2, 2, 3]);
      },
    ));

  it('two Kubernetes namespaces may have a pod of one name', () =>
    withLab(who, 'nodes: { node1: {} }\npods: { web: {}, team-a/web: {}, team-b/web: {} }\n', async lab => {
      const found = await Promise.all(
        ['web', 'default/web', 'team-a/web', 'team-b/web'].map(
          async pod =>
            (
              await netlab(who, ['exec', '--lab', lab.name, pod, '--', 'ip', '-brief', '-4', 'addr', 'show', 'eth0'])
            ).stdout.split(/\s+/)[2],
        ),
      );
      expect(new Set(found).size).toBe(3);
      expect(found[0]).toBe(found[1]);
      expect(found).not.toContain(undefined);
    }));

  it('names may be 63 characters long; the kernel gets short ones that differ', () => {
    const long = 'a-pod-with-a-name-as-long-as-kubernetes-allows-for-a-label-0123';
    expect(long).toHaveLength(63);
    const [one, two, node] = [long, `${long.slice(0, -1)}4`, `n${long.slice(1)}`];
    return withLab(
      who,
      `nodes: { ${node}: {}, b: {} }\npods: { ${one}: { node: ${node} }, ${two}: { node: ${node} }, x: { node: b } }\n`,
      async lab => {
        const names = (await lab.json<{ ifname: string }[]>(node, 'ip -j link')).map(({ ifname }) => ifname);
        expect(names).toHaveLength(5);
        for (const name of names) expect(name.length).toBeLessThanOrEqual(15);
        expect(await lab.silent('x', [...(await lab.addresses(one)), ...(await lab.addresses(two))])).toBe('');
        const ran = await netlab(who, ['exec', '--lab', lab.name, one, '--', 'ip', 'netns', 'identify']);
        expect(ran).toMatchObject({ code: 0, stdout: `${one}\n` });
      },
    );
  });

  it('a rate limits what leaves, and not what comes', () =>
    withLab(who, 'nodes: { node1: {} }\npods: { slow: { rate: 2mbit }, free: {} }\n', async lab => {
      const sink = `require('net').createServer(c => { let t; c.on('data', () => { t ??= Date.now(); }).on('end', () => { c.end(String(Date.now() - t)); }); }).listen(7001, () => console.log('ready'))`;
      const source = `let out = ''; const c = require('net').connect(7001, process.argv[1], () => c.end(Buffer.alloc(500000))); c.on('data', d => out += d).on('close', () => console.log(out))`;
      for (const ns of ['slow', 'free']) {
        const child = startInside(who, lab.name, ns, [process.execPath, '-e', sink]);
        await new Promise(ready => child.stdout?.once('data', ready));
      }
      const send = async (from: string, to: string) => {
        const [address = ''] = await lab.addresses(to);
        return Number((await inside(who, lab.name, from, [process.execPath, '-e', source, address])).stdout);
      };
      // 4 Mbit through 2 Mbit/s, less what the bucket holds.
      const milliseconds = await send('slow', 'free');
      expect(milliseconds).toBeGreaterThan(1400);
      expect(milliseconds).toBeLessThan(30_000);
      // The best of a few: what else the machine does only makes it longer.
      let back = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 5 && back >= milliseconds / 2; round++)
        back = Math.min(back, await send('free', 'slow'));
      expect(back).toBeLessThan(milliseconds / 2);
    }));
});
