/**
 * Ports of nodes that lead to pods, and the way out, on the real kernel: for each a real connection shows who answers and
 * whom the server sees, and the rules are those that the CNI plugin portmap was recorded to make.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilListening } from './fixtures/netserver.ts';
import { inside, labFile, netlab, startInside, triesAll, WHO } from './harness.ts';
import { ask as askOf, serverArgv, untilIpv6IsInUse } from './who-answers.ts';

const server = (name: string, port: number, ports: readonly object[]) =>
  JSON.stringify({ command: serverArgv(name, port), ports });
const HOST_PORTS = [
  { containerPort: 80, hostPort: 8080 },
  { containerPort: 80, hostPort: 8081, hostIP: '172.18.0.2' },
  { containerPort: 80, hostPort: 8080, protocol: 'UDP' },
];

const POLL = { timeout: 60_000, interval: 100 };

/** Asks again and again from one port, whatever comes back. */
const PERSISTENT = `
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("", 7000)); s.settimeout(0.2)
while True:
    s.sendto(b"?", (sys.argv[1], int(sys.argv[2])))
    try: print(s.recv(99).decode())
    except socket.timeout: pass
`;

const labText = (lab: string) => `
name: ${lab}
cluster: { ipFamily: dual, masquerade: true }
nodes:
  node1: { interfaces: { eth1: { bridge: wan, address: [203.0.113.11/24, "2001:db8::11/64"] } } }
  node2: { interfaces: { eth1: { bridge: wan, address: [203.0.113.12/24, "2001:db8::12/64"] } } }
  internet: { external: true, interfaces: { eth0: { bridge: wan, address: [203.0.113.1/24, "2001:db8::1/64"] } } }
bridges: { wan: { subnet: [203.0.113.0/24, "2001:db8::/64"] } }
routes: [{ on: [node1, node2], to: default, via: internet }]
pods:
  web: { node: node1, containers: { server: ${server('web', 80, HOST_PORTS)} } }
  web-next-door: { node: node1, containers: { server: ${server('web-next-door', 80, [])} } }
  far: { node: node2, containers: { server: ${server('far', 80, [{ containerPort: 80, hostPort: 9090 }])} } }
`;

describe.each(WHO)('Host ports and the way out as %s', who => {
  const lab = `host-ports-${who}`;
  const ask = (from: string, address: string, port: number, protocol = 'tcp') =>
    askOf(who, lab, from, address, port, protocol);

  beforeAll(async () => {
    const up = await netlab(who, ['up', labFile(labText(lab), lab)]);
    expect(up.code, up.stderr).toBe(0);
    await untilIpv6IsInUse(who, lab);
    for (const ns of ['internet', 'node2']) startInside(who, lab, ns, serverArgv(ns, 7070));
    await untilListening(who, lab, ['internet', 'node2'], 7070);
    await untilListening(who, lab, ['web', 'web-next-door', 'far'], 80);
  });
  afterAll(async () => {
    await netlab(who, ['down', lab]);
  });

  it('lead from every address of the node to the pod, which sees the client; TCP and UDP, IPv4 and IPv6', async () => {
    expect(await ask('internet', '203.0.113.11', 8080)).toBe('web 203.0.113.1');
    expect(await ask('internet', '203.0.113.11', 8080, 'udp')).toBe('web 203.0.113.1');
    expect(await ask('internet', '2001:db8::11', 8080)).toBe('web 2001:db8::1');
    expect(await ask('internet', '2001:db8::11', 8080, 'udp')).toBe('web 2001:db8::1');
    expect(await ask('far', '172.18.0.2', 8080)).toBe('web 10.244.1.2');
    expect(await ask('far', 'fd00:172:18::2', 8080)).toBe('web fd00:10:244:1::2');
  });

  it('are there on no other node, and with "hostIP" at no other address', async () => {
    expect(await ask('internet', '203.0.113.12', 8080)).toBe('refused');
    expect(await ask('far', '172.18.0.2', 8081)).toBe('web 10.244.1.2');
    expect(await ask('internet', '203.0.113.11', 8081)).toBe('refused');
    expect(await ask('far', 'fd00:172:18::2', 8081)).toBe('refused');
    expect(await ask('internet', '203.0.113.12', 9090)).toBe('far 203.0.113.1');
  });

  it('show the node in place of a neighbour, of the pod itself, and of the node at 127.0.0.1', async () => {
    expect(await ask('web-next-door', '172.18.0.2', 8080)).toBe('web 10.244.0.1');
    expect(await ask('web', '172.18.0.2', 8080)).toBe('web 10.244.0.1');
    expect(await ask('node1', '127.0.0.1', 8080)).toBe('web 10.244.0.1');
    expect(await ask('web', 'fd00:172:18::2', 8080)).toBe('web fd00:10:244::1');
  });

  it('what leaves the cluster leaves with the address of its node', async () => {
    expect(await ask('web', '203.0.113.1', 7070)).toBe('internet 203.0.113.11');
    expect(await ask('far', '203.0.113.1', 7070)).toBe('internet 203.0.113.12');
    expect(await ask('far', '203.0.113.1', 7070, 'udp')).toBe('internet 203.0.113.12');
    expect(await ask('web', '2001:db8::1', 7070)).toBe('internet 2001:db8::11');
  });

  it('and nothing else: pods and nodes see pods', async () => {
    expect(await ask('web', '10.244.1.2', 80)).toBe('far 10.244.0.2');
    expect(await ask('web', 'fd00:10:244:1::2', 80)).toBe('far fd00:10:244::2');
    expect(await ask('web', '172.18.0.3', 7070)).toBe('node2 10.244.0.2');
    expect(await ask('web', 'fd00:172:18::3', 7070)).toBe('node2 fd00:10:244::2');
    expect(await ask('internet', '10.244.0.2', 80)).toBe('ENETUNREACH');
  });

  // The rules are the same for everybody.
  if (!triesAll(who)) return;

  it('lead a UDP client that goes on from one port of its own to whichever pod has the host port by now', async () => {
    const small = `${lab}-moved`;
    const pod = (name: string, protocol: string) =>
      `${name}: { node: node1, containers: { server: ${server(name, 80, [{ containerPort: 80, hostPort: 9000, protocol }])} } }`;
    const change = async (...pods: readonly string[]) => {
      const text = `name: ${small}\nnodes: { node1: {}, outside: { external: true } }\npods: { ${pods} }`;
      const up = await netlab(who, ['up', labFile(text, small)]);
      expect(up.code, up.stderr).toBe(0);
    };
    const tracked = async () => (await inside(who, small, 'node1', ['cat', '/proc/net/nf_conntrack'])).stdout;
    try {
      await change(pod('first', 'TCP'));
      const client = startInside(who, small, 'outside', ['python3', '-uc', PERSISTENT, '172.18.0.2', '9000']);
      let last = '';
      client.stdout?.on('data', piece => {
        last = String(piece).trim().split('\n').at(-1) ?? '';
      });
      // node1 has nobody at this port, and remembers that it is its own.
      await expect.poll(tracked, POLL).toMatch(/udp.*dport=9000 \[UNREPLIED\] src=172.18.0.2/);
      await change(pod('first', 'UDP'));
      await expect.poll(() => last, POLL).toBe('first 172.18.0.3');
      await change(pod('second', 'UDP'));
      await expect.poll(() => last, POLL).toBe('second 172.18.0.3');
    } finally {
      await netlab(who, ['down', small]);
    }
  });

  it('have the rules that portmap makes, and lose them', async () => {
    const recorded = (name: string) =>
      readFileSync(new URL(`../unit/features/host-ports/portmap/${name}`, import.meta.url), 'utf8');
    const small = `${lab}-recorded`;
    const change = async (text: string) => {
      const up = await netlab(who, ['up', labFile(`name: ${small}\n${text}`, small)]);
      expect(up.code, up.stderr).toBe(0);
      expect((await netlab(who, ['status', small])).stdout).toContain('no drift');
    };
    const cniLines = (text = '') =>
      text
        .split('\n')
        .filter(line => line.includes('CNI-'))
        .sort();
    const rules = async (tool: string) => {
      const { stdout } = await inside(who, small, 'node1', [`${tool}-save`, '-t', 'nat']);
      expect(stdout).toContain('COMMIT');
      return cniLines(stdout.replaceAll(/\[\d+:\d+\]/g, '[0:0]'));
    };
    const [, ipv4, ipv6] = recorded('save.txt').split('*nat\n');
    try {
      await change(recorded('lab.yaml'));
      expect(await rules('iptables')).toEqual(cniLines(ipv4));
      expect(await rules('ip6tables')).toEqual(cniLines(ipv6));
      await change(recorded('lab.yaml').replaceAll(/hostPort: \d+, |, hostIP: \S+/g, ''));
      expect(await rules('iptables')).toEqual([]);
    } finally {
      await netlab(who, ['down', small]);
    }
  });
});
