/**
 * Services on the real kernel: for each kind a real connection shows who answers, whom the server sees, who is refused.
 * Servers say who they are and whom they see; what they say is compared with what a real cluster would show.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilListening, untilNoDrift } from './fixtures/netserver.ts';
import { inside, labFile, netlab, ORDINARY, startInside, WHO } from './harness.ts';
import { until } from './until.ts';
import { untilIpv6IsInUse } from './who-answers.ts';

/** Answers every connection with its pod's name and the address that it sees, on both families. */
const SERVER = `
import socket, sys, threading
name, port = sys.argv[1], int(sys.argv[2])
def udp():
    s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); s.bind(("::", port))
    while True:
        _, peer = s.recvfrom(99); s.sendto(f"{name} {peer[0].replace('::ffff:', '')}".encode(), peer)
threading.Thread(target=udp, daemon=True).start()
s = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=99)
while True:
    c, peer = s.accept()
    def serve(c=c, peer=peer):
        c.sendall(f"{name} {peer[0].replace('::ffff:', '')}".encode())
        while c.recv(9): c.sendall(b"still here")
    threading.Thread(target=serve, daemon=True).start()
`;

/** One line for each attempt: `web-0 10.244.0.2`, `refused`, `no answer`, or the name of the error. A lost datagram is sent again. */
const CLIENT = `
import errno, socket, sys
protocol, address, port, count, patience = *sys.argv[1:3], *map(int, sys.argv[3:6])
family = socket.AF_INET6 if ":" in address else socket.AF_INET
def ask(s):
    s.settimeout(patience); s.connect((address, port))
    if protocol == "tcp": return s.recv(99).decode()
    for _ in range(6):
        s.settimeout(5); s.send(b"?")
        try: return s.recv(99).decode()
        except socket.timeout: pass
    return "no answer"
for _ in range(count):
    with socket.socket(family, socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM) as s:
        try: print(ask(s))
        except socket.timeout: print("no answer")
        except OSError as e: print("refused" if e.errno == errno.ECONNREFUSED else errno.errorcode.get(e.errno, repr(e)))
`;

/** Holds a connection to the endpoint of this name, and says `still here` or not when a line comes in. */
const HOLDER = `
import socket, sys
while True:
    s = socket.create_connection((sys.argv[1], 80), 60)
    if s.recv(99).decode().startswith(sys.argv[2] + " "): break
    s.close()
print("held", flush=True)
sys.stdin.readline()
s.send(b"?")
print(s.recv(99).decode(), flush=True)
`;

const server = (name: string, port: number) => ({ command: ['python3', '-c', SERVER, name, String(port)] });
/** A pod is sick while this file is there. */
const sickness = (lab: string, name: string) => join(tmpdir(), `sick-${lab}-${name}`);

function web(lab: string, name: string, node: string) {
  const readiness = {
    exec: { command: ['test', '!', '-e', sickness(lab, name)] },
    ...{ periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 60 },
  };
  const ports = [{ name: 'http', containerPort: 8080 }];
  const containers = { server: { ...server(name, 8080), ports, readiness } };
  return JSON.stringify({ node, labels: { app: 'web', name }, containers });
}

const labText = (lab: string) => `
name: ${lab}
cluster: { ipFamily: dual }
nodes:
  node1: { interfaces: { eth1: { bridge: wan, address: 203.0.113.11/24 } } }
  node2: { interfaces: { eth1: { bridge: wan, address: 203.0.113.12/24 } } }
  node3: { interfaces: { eth1: { bridge: wan, address: 203.0.113.13/24 } } }
  outside: { external: true, interfaces: { eth0: { bridge: wan, address: 203.0.113.1/24 }, eth1: { bridge: other, address: 198.51.100.1/24 } } }
bridges: { wan: { subnet: 203.0.113.0/24 }, other: { subnet: 198.51.100.0/24 } }
routes:
  - { on: outside, to: 203.0.113.80/32, via: 203.0.113.11 }
  - { on: outside, to: 203.0.113.81/32, via: 203.0.113.11 }
  - { on: [node1, node2, node3], to: 198.51.100.0/24, via: 203.0.113.1 }
pods:
  web-0: ${web(lab, 'web-0', 'node1')}
  web-1: ${web(lab, 'web-1', 'node1')}
  web-2: ${web(lab, 'web-2', 'node2')}
  client: { node: node1 }
  far: { node: node3 }
services:
  web: { clusterIP: 10.96.0.80, selector: { app: web }, ports: [{ name: http, port: 80, targetPort: http }, { name: udp, port: 80, targetPort: 8080, protocol: UDP }] }
  both: { clusterIPs: ["fd00:10:96::80", 10.96.0.81], selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
  sticky: { clusterIP: 10.96.0.82, selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }], sessionAffinity: ClientIP, sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } }
  nobody: { clusterIP: 10.96.0.83, selector: { app: none }, ports: [{ port: 80 }] }
  near: { clusterIP: 10.96.0.84, selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }], internalTrafficPolicy: Local }
  port: { type: NodePort, clusterIP: 10.96.0.85, selector: { app: web }, ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] }
  local: { type: NodePort, clusterIP: 10.96.0.86, selector: { app: web }, ports: [{ port: 80, targetPort: 8080, nodePort: 30081 }], externalTrafficPolicy: Local }
  balanced: { type: LoadBalancer, clusterIP: 10.96.0.87, loadBalancerIP: 203.0.113.80, loadBalancerSourceRanges: [203.0.113.0/24], selector: { app: web }, ports: [{ port: 80, targetPort: 8080, nodePort: 30082 }] }
  external: { clusterIP: 10.96.0.88, externalIPs: [203.0.113.81], selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
  by-hand: { clusterIP: 10.96.0.89, ports: [{ port: 80 }], endpointSlices: [{ endpoints: [{ addresses: [10.244.1.2] }], ports: [{ port: 8080 }] }] }
  headless: { clusterIP: None, selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
  alone: { clusterIP: 10.96.0.90, selector: { name: web-0 }, ports: [{ port: 80, targetPort: 8080 }] }
`;

const ALL = ['web-0', 'web-1', 'web-2'];
const PROBE_MS = 1000;
const NODES = ['node1', 'node2', 'node3'];
/** What else holds of Services holds as the ordinary user, in `e2e-services.test.ts`. */
const who = WHO[0] ?? ORDINARY;
/** Attempts after which each of three endpoints has answered, but once in two hundred million. */
const MANY = 50;
/** One attempt that nobody is to answer. */
const SILENT = { count: 1, patience: 1 };
const names = (answers: readonly string[]) => [...new Set(answers.map(answer => answer.split(' ')[0] ?? ''))].sort();
const sources = (answers: readonly string[]) => [...new Set(answers.map(answer => answer.split(' ')[1] ?? ''))].sort();

describe('Services', () => {
  const lab = 'svc-kernel';
  const file = labFile(labText(lab), lab);

  async function ask(from: string, address: string, port = 80, { count = MANY, protocol = 'tcp', patience = 30 } = {}) {
    const { stdout, stderr } = await inside(who, lab, from, [
      'python3',
      '-c',
      CLIENT,
      protocol,
      address,
      ...[port, count, patience].map(String),
    ]);
    expect(stderr).toBe('');
    return stdout.trim().split('\n');
  }

  beforeAll(async () => {
    rmSync(sickness(lab, 'web-2'), { force: true });
    const up = await netlab(who, ['up', file]);
    expect(up.code, up.stderr).toBe(0);
    await untilIpv6IsInUse(who, lab);
    await untilListening(who, lab, ALL, 8080);
  });
  afterAll(async () => {
    await netlab(who, ['down', lab]);
  });

  it('ClusterIP: every endpoint answers a pod, and sees the pod', async () => {
    const answers = await ask('client', '10.96.0.80');
    expect(names(answers)).toEqual(ALL);
    expect(sources(answers)).toEqual(['10.244.0.2']);
    expect(names(await ask('far', '10.96.0.80'))).toEqual(ALL);
  });

  it('ClusterIP: UDP beside TCP on the same port', async () => {
    expect(names(await ask('client', '10.96.0.80', 80, { protocol: 'udp' }))).toEqual(ALL);
  });

  it('ClusterIP: a node asks too, though it has no default route, and is seen with an address of its own', async () => {
    const answers = await ask('node1', '10.96.0.80');
    expect(names(answers)).toEqual(ALL);
    expect(sources(answers).every(source => !source.startsWith('10.96.'))).toBe(true);
  });

  it('a pod that reaches itself through its Service sees an address of its node', async () => {
    expect(await ask('web-0', '10.96.0.90', 80, { count: 3 })).toEqual(Array(3).fill('web-0 10.244.0.1'));
    const ports = await inside(who, lab, 'node1', ['bridge', '-d', 'link']);
    expect(ports.stdout.match(/hairpin on/g)).toHaveLength(3);
  });

  it('both families have the same endpoints', async () => {
    expect(names(await ask('client', 'fd00:10:96::80'))).toEqual(ALL);
    expect(names(await ask('client', '10.96.0.81'))).toEqual(ALL);
    expect(names(await ask('web-1', 'fd00:10:96::80'))).toEqual(ALL);
  });

  it('session affinity: a client stays with its endpoint', async () => {
    expect(names(await ask('client', '10.96.0.82', 80, { count: 12 }))).toHaveLength(1);
  });

  it('without endpoints: refused at once, for pods and nodes', async () => {
    expect(await ask('client', '10.96.0.83', 80, { count: 1 })).toEqual(['refused']);
    expect(await ask('node1', '10.96.0.83', 80, { count: 1 })).toEqual(['refused']);
  });

  it('internalTrafficPolicy Local: only the own node answers, and where there is nobody, silence', async () => {
    expect(names(await ask('client', '10.96.0.84'))).toEqual(['web-0', 'web-1']);
    expect(await ask('far', '10.96.0.84', 80, SILENT)).toEqual(['no answer']);
  });

  it('NodePort: at every node, also one without endpoints and at 127.0.0.1; the endpoints see the node', async () => {
    for (const node of ['203.0.113.11', '203.0.113.13']) {
      const answers = await ask('outside', node, 30080);
      expect(names(answers)).toEqual(ALL);
      expect(sources(answers)).not.toContain('203.0.113.1');
    }
    expect(names(await ask('client', '203.0.113.12', 30080))).toEqual(ALL);
    expect(names(await ask('node1', '127.0.0.1', 30080))).toEqual(ALL);
  });

  it('externalTrafficPolicy Local: the client is seen as it is, and a node without endpoints says nothing', async () => {
    const answers = await ask('outside', '203.0.113.11', 30081);
    expect(names(answers)).toEqual(['web-0', 'web-1']);
    expect(sources(answers)).toEqual(['203.0.113.1']);
    expect(await ask('outside', '203.0.113.13', 30081, SILENT)).toEqual(['no answer']);
    expect(names(await ask('client', '203.0.113.11', 30081))).toEqual(ALL);
  });

  it('LoadBalancer: who is in its source ranges is let in, also at its node port; the others are dropped', async () => {
    expect(names(await ask('outside', '203.0.113.80'))).toEqual(ALL);
    expect(await ask('client', '203.0.113.80', 80, SILENT)).toEqual(['no answer']);
    expect(names(await ask('client', '203.0.113.11', 30082))).toEqual(ALL);
  });

  it('external IPs, and endpoints by hand', async () => {
    expect(names(await ask('outside', '203.0.113.81'))).toEqual(ALL);
    expect(names(await ask('client', '10.96.0.89', 80, { count: 3 }))).toEqual(['web-2']);
  });

  it('headless: no rule knows it', async () => {
    const { stdout } = await inside(who, lab, 'node1', ['iptables-save']);
    expect(stdout).not.toContain('default/headless');
    expect(stdout).toContain('default/port');
  });

  it('an endpoint that is not ready leaves within two seconds, and comes back; connections to the others stay', async () => {
    const held = startInside(who, lab, 'client', ['python3', '-c', HOLDER, '10.96.0.80', 'web-0'], { stdio: 'pipe' });
    const said: string[] = [];
    held.stdout?.on('data', piece => said.push(String(piece).trim()));
    const [left, back]: [number[], number[]] = [[], []];
    try {
      await until(
        'a connection is held',
        () => said.join(),
        text => text.includes('held'),
      );
      left.push(await flip('sick'));
      expect(names(await ask('far', '10.96.0.80'))).toEqual(['web-0', 'web-1']);
      await untilNoDrift(who, lab);
      expect((await netlab(who, ['up', file])).stderr).toContain('nothing to change');
      held.stdin?.write('\n');
      await until(
        'the held connection is answered',
        () => said.join(),
        text => text.includes('still here'),
      );
    } finally {
      held.kill();
      back.push(await flip('well'));
    }
    expect(names(await ask('client', '10.96.0.80'))).toEqual(ALL);
    const isLate = (times: readonly number[]) => Math.min(...times) > PROBE_MS + 2000;
    // A machine that has much else to do is not what is measured.
    for (let more = 0; more < 10 && (isLate(left) || isLate(back)); more++)
      for (const [to, times] of [
        ['sick', left],
        ['well', back],
      ] as const)
        times.push(await flip(to));
    expect([isLate(left), isLate(back)]).toEqual([false, false]);
  });

  /** How long it takes until a node knows that a pod has left or is back; all of them do when it returns. */
  async function flip(to: 'sick' | 'well'): Promise<number> {
    const since = performance.now();
    if (to === 'sick') writeFileSync(sickness(lab, 'web-2'), '');
    else rmSync(sickness(lab, 'web-2'), { force: true });
    await untilKnown(to, 'node3', 4);
    const took = performance.now() - since;
    for (const node of NODES) for (const family of [4, 6] as const) await untilKnown(to, node, family);
    return took;
  }

  /** Until a node sends somebody to web-2, or nobody any more. */
  async function untilKnown(to: 'sick' | 'well', node: string, family: 4 | 6): Promise<void> {
    const [tool, endpoint] =
      family === 4
        ? ['iptables-save', 'default/web:http -> 10.244.1.2:8080']
        : ['ip6tables-save', 'default/both -> [fd00:10:244:1::2]:8080'];
    await until(
      `${node} knows that web-2 is ${to}`,
      async () => (await inside(who, lab, node, [tool, '-t', 'nat'])).stdout,
      saved => saved.includes('COMMIT') && saved.includes(endpoint) === (to === 'well'),
    );
  }

  it('a changed Service changes its own chains and no others', async () => {
    const before = await chains();
    const changed = labFile(
      labText(lab).replace(
        'alone: { clusterIP: 10.96.0.90, selector: { name: web-0 }',
        'alone: { clusterIP: 10.96.0.90, selector: { name: web-1 }',
      ),
      lab,
    );
    const up = await netlab(who, ['up', changed]);
    expect(up.code, up.stderr).toBe(0);
    const after = await chains();
    const differ = [...after.keys()].filter(key => after.get(key) !== before.get(key) && before.has(key));
    expect(differ.every(key => key.startsWith('nat KUBE-SVC-'))).toBe(true);
    expect(differ).toHaveLength(1);
    expect(names(await ask('client', '10.96.0.90', 80, { count: 3 }))).toEqual(['web-1']);
  });

  /** The rules of each chain of node1, without counters. */
  async function chains(): Promise<Map<string, string>> {
    const { stdout } = await inside(who, lab, 'node1', ['iptables-save']);
    const found = new Map<string, string>();
    let table = '';
    for (const line of stdout.split('\n')) {
      if (line.startsWith('*')) table = line.slice(1);
      const chain = /^(?::|-A )(\S+)/.exec(line)?.[1];
      if (chain !== undefined)
        found.set(`${table} ${chain}`, `${found.get(`${table} ${chain}`) ?? ''}${line.replace(/\[.*\]/, '')}\n`);
    }
    return found;
  }
});
