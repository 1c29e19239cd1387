/** Probes on a real network with faults built in: what the agent says, against what was built and what `ss` sees. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Probe, ProbeResult } from '../../src/sandbox/sandbox.ts';
import type { Program } from './backend-driver.ts';
import { isSweep, pidsWhere, readProc } from './harness.ts';
import {
  A,
  A6,
  B,
  B6,
  commands,
  must,
  networkJobs,
  probe,
  probeUsers,
  removalJobs,
  startSandbox,
} from './probe-network.ts';

/** The agent that a program has started, and what it was started by. */
function agentsOf({ process: { pid } }: Program): number[] {
  const parentOf = (child: number) => Number(/^PPid:\s+(\d+)$/m.exec(readProc(child, 'status'))?.[1] ?? 0);
  const isBelow = (child: number): boolean => child > 1 && (child === pid || isBelow(parentOf(child)));
  return pidsWhere(one => readProc(one, 'cmdline').includes('agent.cjs') && isBelow(one));
}

const USERS = probeUsers();
/** Who is allowed less. */
const ORDINARY = USERS.at(-1);

describe.each(USERS)('probes as $name', user => {
  let program: Program;

  beforeAll(async () => {
    program = await startSandbox(user, `probe${process.pid}-${user.uid}`);
  });
  afterAll(() => program.kill());
  beforeEach(() => must(program, networkJobs()));
  afterEach(() => must(program, removalJobs()));

  async function ask(...probes: Probe[]): Promise<ProbeResult[]> {
    return (await program.call('probe', probes)) ?? [];
  }
  async function askOne(differs: Partial<Probe> = {}): Promise<ProbeResult> {
    const [result] = await ask(probe(differs));
    if (result === undefined) throw new Error('no result');
    return result;
  }
  const given = (text: string) => must(program, commands(text));
  /** A Node program that goes on in a namespace, once it says that it is ready. */
  async function serve(ns: string, script: string): Promise<void> {
    const body = `${script}; function ready() { require('fs').writeFileSync('/run/ready', '') }`;
    const shell =
      'rm -f /run/ready; setsid "$0" -e "$1" </dev/null >/dev/null 2>&1 & for i in $(seq 3000); do [ -e /run/ready ] && exit; sleep 0.02; done; exit 1';
    await must(program, [{ ns, argv: ['sh', '-c', shell, process.execPath, body] }]);
  }
  /** The best that a way gives of a few tries: what else the machine does only takes away from it. */
  async function measure(enough: number, differs: Partial<Probe>): Promise<number> {
    let best = 0;
    for (let round = 0; round < 6 && best < enough; round++)
      best = Math.max(best, (await askOne(differs)).throughput ?? 0);
    return best;
  }
  /** The kernel closes packet sockets behind the agent's back. */
  const expectNoSockets = (ns: string) =>
    expect.poll(() => given(`${ns}: ss -Hna -A tcp,udp,raw,packet`), { timeout: 30_000 }).toBe('');

  describe('what gets through', () => {
    const cases: [string, Partial<Probe>][] = [
      ['tcp', {}],
      ['udp', { protocol: 'udp' }],
      ['sctp', { protocol: 'sctp' }],
      ['icmp', { protocol: 'icmp', port: null }],
      ['http', { protocol: 'http' }],
    ];
    it.each(cases)('%s is open, and the source is the sender itself', async (protocol, differs) => {
      const expected = { verdict: 'open', reason: '', by: null, arrived: true, sent: 1, received: 1 };
      const six = { ...differs, address: B6 };
      const [four, sixth] = await ask(probe(differs), probe(six));
      expect(four).toMatchObject({ ...expected, sourceIP: A, listener: protocol !== 'icmp' });
      expect(sixth).toMatchObject({ ...expected, sourceIP: A6, listener: protocol !== 'icmp' });
      expect(four?.rttMs).toHaveLength(1);
    });

    it('reaches itself, by its own address and by localhost', async () => {
      for (const address of [A, '127.0.0.1', '::1', A6]) {
        for (const [, differs] of cases) {
          const result = await askOne({ ...differs, to: 'a', address });
          expect(result).toMatchObject({ verdict: 'open', sourceIP: address, arrived: true });
        }
      }
    });

    it('sctp passes a router that drops what has a wrong checksum, and is sent on to another port', async () => {
      await given(`r2: iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP
        r2: iptables -A FORWARD -p sctp --dport 81 -j DROP
        r2: iptables -t nat -A PREROUTING -p sctp --dport 82 -j DNAT --to-destination ${B}:80
        b: iptables -A INPUT -p sctp --dport 83 -j DROP`);
      const [open, dropped, translated, lost] = await ask(
        ...[80, 81, 82, 83].map(port => probe({ protocol: 'sctp', port, timeoutMs: 500 })),
      );
      expect(open).toMatchObject({ verdict: 'open', arrived: true });
      expect(dropped).toMatchObject({ verdict: 'dropped', arrived: false });
      expect(translated).toMatchObject({ verdict: 'open', arrived: true });
      expect(lost).toMatchObject({ verdict: 'dropped', arrived: true });
    });

    it('leaves no socket behind', async () => {
      await ask(...cases.flatMap(([, differs]) => [probe(differs), probe({ ...differs, address: B6 })]));
      await expectNoSockets('a');
      await expectNoSockets('b');
    });

    it('answers http by a listener that names its namespace and who asked', async () => {
      const { http } = await askOne({ protocol: 'http', path: '/x', host: 'x' });
      expect(http?.status).toBe(200);
      expect(http?.body).toContain('b');
      expect(http?.body).toContain(A);
    });
  });

  describe('who refuses', () => {
    it('is told from a listener that was not opened, as the receiver is not known', async () => {
      expect(await askOne({ to: null })).toMatchObject({
        verdict: 'refused',
        reason: `connection refused by ${B}`,
        by: B,
        arrived: null,
        listener: false,
      });
      expect(await askOne({ to: null, protocol: 'udp' })).toMatchObject({
        verdict: 'refused',
        reason: `${B} says: port unreachable`,
        by: B,
      });
    });

    const REJECTIONS: [string, string, string][] = [
      ['icmp-admin-prohibited', 'refused', '10.0.12.2 says: communication administratively prohibited'],
      ['icmp-port-unreachable', 'refused', '10.0.12.2 says: port unreachable'],
      ['icmp-host-unreachable', 'unroutable', '10.0.12.2 says: host unreachable'],
      ['icmp-net-unreachable', 'unroutable', '10.0.12.2 says: network unreachable'],
    ];
    it.each(REJECTIONS)('a router with REJECT --reject-with %s', async (kind, verdict, reason) => {
      await given(`r2: iptables -A FORWARD -p tcp -j REJECT --reject-with ${kind}
        r2: iptables -A FORWARD -p udp -j REJECT --reject-with ${kind}`);
      for (const protocol of ['tcp', 'udp'] as const) {
        expect(await askOne({ protocol })).toMatchObject({ verdict, by: '10.0.12.2', arrived: false, sourceIP: null });
      }
      const [last] = await ask(probe());
      expect(last?.reason).toBe(reason);
    });

    it('a router every time, though the kernel sends only so many ICMP messages a second', async () => {
      await given('r2: iptables -A FORWARD -p tcp -j REJECT');
      const limits = ['r2: sysctl net.ipv4.icmp_ratemask', 'r2: sysctl net.ipv6.icmp.ratemask'].join('\n');
      const before = await given(limits);
      const results = await ask(...Array.from({ length: 200 }, (_, i) => probe({ port: 1000 + i })));
      expect(new Set(results.map(({ verdict, by }) => `${verdict} ${by}`))).toEqual(new Set(['refused 10.0.12.2']));
      expect(await given(limits)).toBe(before);
    });

    it('a router with REJECT --reject-with tcp-reset', async () => {
      await given('r2: iptables -A FORWARD -p tcp -j REJECT --reject-with tcp-reset');
      expect(await askOne()).toMatchObject({ verdict: 'refused', arrived: false, listener: true });
    });

    it('the receiver itself, where its own firewall rejects what has arrived', async () => {
      await given('b: iptables -A INPUT -p tcp -j REJECT');
      expect(await askOne()).toMatchObject({ verdict: 'refused', by: B, arrived: true, sourceIP: A });
    });

    it('an IPv6 router', async () => {
      await given('r2: ip6tables -A FORWARD -p tcp -j REJECT --reject-with icmp6-adm-prohibited');
      expect(await askOne({ address: B6 })).toMatchObject({
        verdict: 'refused',
        reason: 'fd00:12::2 says: administratively prohibited',
        arrived: false,
      });
    });
  });

  describe('sizes', () => {
    it('are held against the MTU of a router, which says what fits', async () => {
      await given(`r1: ip link set mid mtu 1280
        r2: ip link set mid mtu 1280`);
      for (const differs of [{ protocol: 'udp' }, { protocol: 'icmp', port: null }] as const) {
        expect(await askOne({ ...differs, size: 1200 })).toMatchObject({ verdict: 'open', arrived: true });
        for (const _ of ['first', 'again']) {
          expect(await askOne({ ...differs, size: 1400 })).toMatchObject({
            verdict: 'dropped',
            reason: '1400 bytes do not fit: 10.0.1.1 says: fragmentation needed, its MTU is 1280',
            by: '10.0.1.1',
            arrived: false,
          });
        }
        expect(await askOne({ ...differs, address: B6, size: 1400 })).toMatchObject({
          verdict: 'dropped',
          reason: '1400 bytes do not fit: fd00:1::1 says: packet too big, its MTU is 1280',
          by: 'fd00:1::1',
        });
      }
      expect(await askOne({ size: 100_000 })).toMatchObject({ verdict: 'open', arrived: true });
    });

    it('are held against the MTU of the sender', async () => {
      await given('a: ip link set eth0 mtu 1300');
      expect(await askOne({ protocol: 'udp', size: 1400 })).toMatchObject({
        verdict: 'dropped',
        reason: "1400 bytes do not fit: the sender's MTU is 1300",
        arrived: false,
      });
    });

    it('show a black hole, where the router is not heard', async () => {
      await given(`r1: ip link set mid mtu 1280
        r2: ip link set mid mtu 1280
        r1: iptables -A OUTPUT -p icmp -j DROP`);
      expect(await askOne()).toMatchObject({ verdict: 'open' });
      const stuck = { verdict: 'dropped', arrived: false };
      const [tcp, udp, icmp] = await ask(
        probe({ size: 5000 }),
        probe({ size: 1400, protocol: 'udp' }),
        probe({ size: 1400, protocol: 'icmp', port: null }),
      );
      expect(tcp).toMatchObject(stuck);
      expect(tcp?.reason).toBe('the connection stands, but 5000 bytes do not get through within 700 ms');
      expect(udp).toMatchObject(stuck);
      expect(icmp).toMatchObject(stuck);
      await serve('b', "require('net').createServer(s => s.on('error', () => 0).resume()).listen(80, ready)");
      expect(await askOne({ size: 5000 })).toMatchObject({ verdict: 'dropped', listener: false });
      expect(await askOne({ size: 500 })).toMatchObject({ verdict: 'open', listener: false });
    });
  });

  describe('what is no verdict', () => {
    it('rejects: a namespace that is not there, a port that is missing', async () => {
      await expect(ask(probe({ from: 'gone' }))).rejects.toThrow('there is no network namespace "gone"');
      await expect(ask(probe({ to: 'gone' }))).rejects.toThrow('there is no network namespace "gone"');
      await expect(ask(probe({ port: null }))).rejects.toThrow('needs a port');
      expect(await askOne()).toMatchObject({ verdict: 'open' });
      await expectNoSockets('b');
    });
  });

  // The kernel loses and measures for everybody alike.
  if (user.uid !== ORDINARY?.uid && !isSweep) return;

  describe('what is dropped', () => {
    it('on the way', async () => {
      await given('r1: iptables -A FORWARD -d 10.0.2.0/24 -j DROP');
      for (const differs of [
        {},
        { protocol: 'udp' },
        { protocol: 'icmp', port: null },
        { protocol: 'http' },
      ] as const) {
        expect(await askOne(differs)).toMatchObject({
          verdict: 'dropped',
          reason: 'no answer within 700 ms',
          arrived: false,
          sourceIP: null,
          sent: 1,
          received: 0,
          rttMs: [],
        });
      }
    });

    it('in the receiver, which has seen it come', async () => {
      await given('b: iptables -A INPUT -j DROP');
      for (const differs of [{}, { protocol: 'udp' }, { protocol: 'icmp', port: null }] as const) {
        expect(await askOne(differs)).toMatchObject({ verdict: 'dropped', arrived: true, sourceIP: A });
      }
    });

    it('by the sender itself', async () => {
      await given('a: iptables -A OUTPUT -d 10.0.2.0/24 -j DROP');
      expect(await askOne()).toMatchObject({ verdict: 'dropped', arrived: false });
      for (const differs of [{ protocol: 'udp' }, { protocol: 'icmp', port: null }] as const) {
        expect(await askOne(differs)).toMatchObject({
          verdict: 'dropped',
          reason: "the sender's own firewall drops it",
          arrived: false,
        });
      }
    });

    it('in the receiver of an IPv6 probe', async () => {
      await given('b: ip6tables -A INPUT -p tcp -j DROP');
      expect(await askOne({ address: B6 })).toMatchObject({ verdict: 'dropped', arrived: true, sourceIP: A6 });
    });

    it('on the way back only: it arrives, and the answer is lost', async () => {
      await given('r2: ip route del 10.0.1.0/24');
      for (const differs of [{}, { protocol: 'udp' }, { protocol: 'icmp', port: null }] as const) {
        expect(await askOne(differs)).toMatchObject({ verdict: 'dropped', arrived: true, sourceIP: A });
      }
    });

    it('by an ARP entry that lies', async () => {
      await given('a: ip neigh replace 10.0.1.3 lladdr 02:00:00:00:00:99 dev eth0 nud permanent');
      expect(await askOne({ to: 'c', address: '10.0.1.3' })).toMatchObject({ verdict: 'dropped', arrived: false });
    });
  });

  describe('where no way leads', () => {
    it.each(['prohibit', 'blackhole', 'unreachable'])('by a route of type %s in the sender', async type => {
      await given(`a: ip route add ${type} 10.0.2.0/24
        a: ip route add ${type} fd00:2::/64`);
      for (const address of [B, B6]) {
        for (const differs of [{}, { protocol: 'udp' }, { protocol: 'icmp', port: null }] as const) {
          const result = await askOne({ ...differs, address });
          expect(result).toMatchObject({ verdict: 'unroutable', by: null, arrived: false });
          expect(result.reason).toContain(type);
        }
      }
    });

    it('for want of a route in the sender', async () => {
      await given(`a: ip route del default
        a: ip -6 route del default`);
      expect(await askOne()).toMatchObject({ verdict: 'unroutable', reason: `no route to ${B}`, arrived: false });
      expect(await askOne({ address: B6 })).toMatchObject({ verdict: 'unroutable', reason: `no route to ${B6}` });
    });

    it('for want of a route in a router, which says so', async () => {
      await given('r1: ip route del 10.0.2.0/24');
      for (const differs of [{}, { protocol: 'udp' }, { protocol: 'icmp', port: null }] as const) {
        expect(await askOne(differs)).toMatchObject({
          verdict: 'unroutable',
          reason: '10.0.1.1 says: network unreachable',
          by: '10.0.1.1',
          arrived: false,
        });
      }
    });

    it('for want of a route in a router every time, though that says so only a few times', async () => {
      await given('r1: ip route del 10.0.2.0/24');
      const results = await ask(...Array.from({ length: 50 }, (_, i) => probe({ port: 1000 + i })));
      for (const { verdict, reason } of results) {
        expect(verdict).toBe('unroutable');
        expect(['10.0.1.1 says: network unreachable', `r1 has no route to ${B}`]).toContain(reason);
      }
    });

    it('for want of a route in an IPv6 router', async () => {
      await given('r1: ip -6 route del fd00:2::/64');
      expect(await askOne({ address: B6 })).toMatchObject({
        verdict: 'unroutable',
        reason: 'fd00:1::1 says: no route',
        by: 'fd00:1::1',
      });
    });

    it('round in circles', async () => {
      await given('r2: ip route del 10.0.2.0/24\nr2: ip route add 10.0.2.0/24 via 10.0.12.1');
      const result = await askOne();
      expect(result).toMatchObject({ verdict: 'unroutable', arrived: false });
      expect(result.reason).toContain('time to live exceeded');
    });

    it('where nobody has the address, in reach of the sender and behind a router', async () => {
      const [near, far, far6] = await ask(
        probe({ to: null, address: '10.0.1.77' }),
        probe({ to: null, address: '10.0.2.77', protocol: 'icmp', port: null }),
        probe({ to: null, address: 'fd00:2::77' }),
      );
      expect(near).toMatchObject({ verdict: 'unroutable', reason: 'nobody answers ARP for 10.0.1.77', by: null });
      expect(far).toMatchObject({ verdict: 'unroutable', reason: 'nobody answers ARP of r2 for 10.0.2.77' });
      expect(far6).toMatchObject({ verdict: 'unroutable' });
      expect(far6?.reason).toContain('neighbour discovery of r2 for fd00:2::77');
    });

    it('where nobody has it and there is time to hear a router, or the sender itself, say so', async () => {
      const [near] = await ask(probe({ to: null, address: '10.0.1.77', timeoutMs: 20_000 }));
      expect(near).toMatchObject({ reason: 'nobody answers ARP for 10.0.1.77', by: null });
      const result = await askOne({ to: null, address: '10.0.2.77', timeoutMs: 20_000 });
      expect(result).toMatchObject({ verdict: 'unroutable', by: '10.0.12.2' });
    });
  });

  describe('the source that the receiver sees', () => {
    it('is the router, where that masquerades', async () => {
      await given('r2: iptables -t nat -A POSTROUTING -o vb -j MASQUERADE --random');
      for (const differs of [
        {},
        { protocol: 'udp' },
        { protocol: 'icmp', port: null },
        { protocol: 'http' },
      ] as const) {
        expect(await askOne(differs)).toMatchObject({ verdict: 'open', arrived: true, sourceIP: '10.0.2.1' });
      }
    });

    it('is the router also where the answer is dropped', async () => {
      await given(`r2: iptables -t nat -A POSTROUTING -o vb -j MASQUERADE
        b: iptables -A OUTPUT -p tcp -j DROP`);
      expect(await askOne()).toMatchObject({ verdict: 'dropped', arrived: true, sourceIP: '10.0.2.1' });
    });

    it('is told where a server of others runs, masqueraded or not', async () => {
      await serve('b', "require('net').createServer(s => s.on('error', () => 0).resume()).listen(80, '::', ready)");
      expect(await askOne()).toMatchObject({ verdict: 'open', listener: false, arrived: true, sourceIP: A });
      expect(await askOne({ address: B6 })).toMatchObject({ verdict: 'open', listener: false, sourceIP: A6 });
      await given('r2: iptables -t nat -A POSTROUTING -o vb -j MASQUERADE --random');
      expect(await askOne()).toMatchObject({ verdict: 'open', listener: false, arrived: true, sourceIP: '10.0.2.1' });
    });

    it('is told behind an address that is translated to the receiver', async () => {
      await given(
        'r1: iptables -t nat -A PREROUTING -d 10.96.0.1 -p tcp --dport 80 -j DNAT --to-destination 10.0.2.2:8080',
      );
      await serve('b', "require('net').createServer(s => s.on('error', () => 0).resume()).listen(8080, ready)");
      expect(await askOne({ address: '10.96.0.1' })).toMatchObject({ verdict: 'open', arrived: true, sourceIP: A });
    });
  });

  describe('servers of others', () => {
    it('get no listener beside them, but one does where they listen on another address', async () => {
      await serve('b', "require('net').createServer(s => s.on('error', () => 0)).listen(80, '127.0.0.1', ready)");
      const [own, local] = await ask(probe(), probe({ from: 'b', address: '127.0.0.1' }));
      expect(own).toMatchObject({ verdict: 'open', listener: true });
      expect(local).toMatchObject({ verdict: 'open', listener: false });
    });

    it('are open over UDP if they get it, though they say nothing', async () => {
      await serve('b', "require('dgram').createSocket('udp4').bind(80, ready)");
      expect(await askOne({ protocol: 'udp' })).toMatchObject({
        verdict: 'open',
        listener: false,
        arrived: true,
        sourceIP: A,
        rttMs: [],
      });
      await given('r1: iptables -A FORWARD -p udp -j DROP');
      expect(await askOne({ protocol: 'udp' })).toMatchObject({ verdict: 'dropped', arrived: false });
    });

    it('answer http with their own status and body, in chunks too', async () => {
      await serve(
        'b',
        "require('http').createServer((q, r) => { r.statusCode = 418; r.write(q.method + ' ' + q.url + ' '); r.end(q.headers.host) }).listen(80, ready)",
      );
      const { http, verdict } = await askOne({ protocol: 'http', path: '/tea?x=1', host: 'pot.example' });
      expect({ http, verdict }).toEqual({ http: { status: 418, body: 'GET /tea?x=1 pot.example' }, verdict: 'open' });
    });

    it('are heard where the agent stood still until long after its time', async () => {
      await serve(
        'b',
        "require('http').createServer((q, r) => setTimeout(() => r.end('late'), 400)).listen(80, ready)",
      );
      const asked = askOne({ protocol: 'http', timeoutMs: 1500 });
      await sleep(200);
      const agents = agentsOf(program).sort((a, b) => a - b);
      expect(agents).not.toEqual([]);
      for (const pid of agents) process.kill(pid, 'SIGSTOP');
      await sleep(3000);
      // nsenter, which is before its agent, stops itself when it finds that stopped, however late it does.
      const goOn = setInterval(() => {
        for (const pid of agents) process.kill(pid, 'SIGCONT');
      }, 20);
      const answer = await asked.finally(() => clearInterval(goOn));
      expect(answer).toMatchObject({ verdict: 'open', http: { status: 200, body: 'late' } });
    });

    it('that speak no http, or nothing, are told apart', async () => {
      await serve(
        'b',
        "require('net').createServer(s => { s.on('error', () => 0); s.end('220 smtp') }).listen(80, ready)",
      );
      await serve('b', "require('net').createServer(s => s.on('error', () => 0).resume()).listen(81, ready)");
      const [smtp, mute] = await ask(probe({ protocol: 'http' }), probe({ protocol: 'http', port: 81 }));
      expect(smtp).toMatchObject({ verdict: 'refused', http: null });
      expect(smtp?.reason).toContain('not HTTP');
      expect(mute).toMatchObject({ verdict: 'dropped', http: null });
    });
  });

  describe('measures', () => {
    it('latency, once for each', async () => {
      await given('r2: tc qdisc add dev vb root tbf rate 1gbit burst 100kb latency 1s');
      for (const differs of [{}, { protocol: 'udp' }, { protocol: 'icmp', port: null }] as const) {
        const result = await askOne({ ...differs, count: 10 });
        expect(result).toMatchObject({ verdict: 'open', sent: 10, received: 10 });
        expect(result.rttMs).toHaveLength(10);
        expect(Math.min(...result.rttMs)).toBeLessThan(50);
        expect(Math.max(...result.rttMs)).toBeLessThan(10_000);
      }
    });

    it('loss', async () => {
      await given('r1: iptables -A FORWARD -d 10.0.2.2 -m statistic --mode nth --every 4 --packet 0 -j DROP');
      const result = await askOne({ protocol: 'icmp', port: null, count: 20 });
      expect(result).toMatchObject({ verdict: 'open', sent: 20, received: 15 });
      expect(result.rttMs).toHaveLength(15);
    });

    it('loss of everything within a bounded time', async () => {
      await given('r1: iptables -A FORWARD -d 10.0.2.2 -j DROP');
      const started = performance.now();
      const results = await ask(probe({ protocol: 'icmp', port: null, count: 20 }), probe({ count: 20 }));
      for (const result of results) expect(result).toMatchObject({ verdict: 'dropped', sent: 20, received: 0 });
      // One after the other would take 28 s.
      expect(performance.now() - started).toBeLessThan(25_000);
    });

    it('throughput of a narrow way, and of one that is not', async () => {
      const wide = await askOne({ port: null, throughputMs: 500 });
      expect(wide).toMatchObject({ verdict: 'open', arrived: true, sourceIP: A });
      expect(await measure(100e6, { port: null, throughputMs: 500 })).toBeGreaterThan(100e6);
      await given('r2: tc qdisc add dev vb root tbf rate 10mbit burst 15kb latency 500ms');
      const narrow = await measure(8.5e6, { port: null, throughputMs: 2000 });
      expect(narrow).toBeGreaterThan(8.5e6);
      expect(narrow).toBeLessThan(10.5e6);
      await expectNoSockets('b');
    });

    it('throughput beside a server of others', async () => {
      await serve('b', "require('net').createServer(s => s.on('error', () => 0)).listen(80, ready)");
      expect(await measure(100e6, { throughputMs: 200 })).toBeGreaterThan(100e6);
    });
  });
});
