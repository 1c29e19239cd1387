/**
 * Load balancers' addresses on the real kernel: one node answers ARP and neighbour discovery for each, whom the endpoints
 * see, and what happens when they leave: the address moves, neighbours are told, and the health check says so.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilListening } from './fixtures/netserver.ts';
import { inside, labFile, netlab, startInside, triesAll, WHO } from './harness.ts';
import { ask as askOf, serverArgv, untilIpv6IsInUse } from './who-answers.ts';

/** Every frame that comes in at eth0, in hexadecimal. */
const WATCHER = `
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)); s.bind(("eth0", 0))
print("watching")
while True: print(s.recv(2000).hex())
`;

/** A pod is sick while this file is there. */
const sickness = (lab: string, name: string) => join(tmpdir(), `sick-${lab}-${name}`);

function pod(lab: string, name: string, node: string, app: string): string {
  const exec = { command: ['test', '!', '-e', sickness(lab, name)] };
  const readiness = { exec, periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 60 };
  const server = { command: serverArgv(name, 80), readiness };
  return `${name}: ${JSON.stringify({ node, labels: { app }, containers: { server } })}`;
}

const labText = (lab: string) => `
name: ${lab}
cluster: { ipFamily: dual }
nodes: { node1: {}, node2: {}, node3: {}, outside: { external: true } }
pods:
  ${pod(lab, 'near', 'node1', 'local')}
  ${pod(lab, 'far', 'node2', 'local')}
  ${pod(lab, 'any', 'node3', 'any')}
services:
  any: { type: LoadBalancer, selector: { app: any }, ports: [{ port: 80 }] }
  local: { type: LoadBalancer, ipFamilyPolicy: RequireDualStack, selector: { app: local }, ports: [{ port: 80 }], externalTrafficPolicy: Local, healthCheckNodePort: 32123 }
  mine: { type: LoadBalancer, loadBalancerIP: 172.18.77.7, selector: { app: any }, ports: [{ port: 8080, targetPort: 80 }] }
`;
const ANY = '172.18.255.200';
const LOCAL = '172.18.255.201';
const LOCAL6 = 'fd00:172:18::255:200';
const NODES = ['node1', 'node2', 'node3'];

describe.each(WHO)('Load balancers as %s', who => {
  const lab = `balancers-${who}`;
  const file = labFile(labText(lab), lab);
  const ask = (from: string, address: string, port = 80) => askOf(who, lab, from, address, port);
  const health = (node: number) => askHealth(`172.18.0.${node + 1}`);
  const askHealth = async (ip: string) => {
    const program = `import urllib.request, urllib.error
try: r = urllib.request.urlopen("http://${ip}:32123/")
except urllib.error.HTTPError as e: r = e
print(r.status, r.read().decode())`;
    const { stdout, stderr } = await inside(who, lab, 'outside', ['python3', '-c', program]);
    const [status, ...body] = stdout.split(' ');
    return stdout === '' ? stderr : { status, ...JSON.parse(body.join(' ')) };
  };
  /** The nodes that have it on an interface. */
  const holders = async (ip: string) => {
    const found = await Promise.all(
      NODES.map(async node => ({
        node,
        has: (await inside(who, lab, node, ['ip', 'addr'])).stdout.includes(` ${ip}/`),
      })),
    );
    return found.filter(({ has }) => has).map(({ node }) => node);
  };
  const macOf = async (node: string) =>
    /link\/ether (\S+)/.exec((await inside(who, lab, node, ['ip', 'link', 'show', 'eth0'])).stdout)?.[1] ?? '';
  const known = async (ip: string) =>
    /lladdr (\S+)/.exec((await inside(who, lab, 'outside', ['ip', 'neigh', 'show', ip])).stdout)?.[1];
  const hasDrift = async () => !(await netlab(who, ['status', lab])).stdout.includes('no drift');
  const until = (what: () => Promise<unknown>, value: unknown) =>
    expect.poll(what, { timeout: 60_000, interval: 200 }).toEqual(value);

  beforeAll(async () => {
    const up = await netlab(who, ['up', file]);
    expect(up.code, up.stderr).toBe(0);
    await untilIpv6IsInUse(who, lab);
    await untilListening(who, lab, ['near', 'far', 'any'], 80);
  });
  afterAll(async () => {
    for (const name of ['near', 'far', 'any']) rmSync(sickness(lab, name), { force: true });
    await netlab(who, ['down', lab]);
  });

  it('have an address of the pool, or the given one, that one node answers for; the endpoint sees that node', async () => {
    const [node = ''] = await holders(ANY);
    expect(await holders(ANY)).toHaveLength(1);
    expect(await ask('outside', ANY)).toMatch(new RegExp(`^any (172.18.0.${NODES.indexOf(node) + 2}|10.244.2.1)$`));
    expect(await known(ANY)).toBe(await macOf(node));
    expect(await holders('172.18.77.7')).toHaveLength(1);
    expect(await ask('outside', '172.18.77.7', 8080)).toMatch(/^any /);
    expect(await ask('outside', '172.18.77.7', 81)).toBe('refused');
    for (const from of ['any', 'near', 'node2']) expect(await ask(from, ANY)).toMatch(/^any /);
  });

  it('under externalTrafficPolicy Local are answered by a node with an endpoint, which sees the client', async () => {
    const [node = ''] = await holders(LOCAL);
    expect(['node1', 'node2']).toContain(node);
    expect(await holders(LOCAL6)).toEqual([node]);
    const { stdout: way } = await inside(who, lab, node, ['ip', '-6', 'route', 'get', 'fd00:172:18::5']);
    expect(way).toContain(`src fd00:172:18::${NODES.indexOf(node) + 2} `);
    const name = node === 'node1' ? 'near' : 'far';
    expect(await ask('outside', LOCAL)).toBe(`${name} 172.18.0.5`);
    expect(await ask('outside', LOCAL6)).toBe(`${name} fd00:172:18::5`);
    expect(await known(LOCAL6)).toBe(await macOf(node));
  });

  it('have a health check at every node', async () => {
    const service = { namespace: 'default', name: 'local' };
    const is = (status: string, localEndpoints: number) => ({
      status,
      service,
      localEndpoints,
      serviceProxyHealthy: true,
    });
    const all = async () => [await health(1), await health(2), await health(3)];
    await until(all, [is('200', 1), is('200', 1), is('503', 0)]);
  });

  it('move when their endpoints leave, and neighbours are told without asking', async () => {
    const [node = ''] = await holders(LOCAL);
    const [name, other, otherNode] = node === 'node1' ? ['near', 'far', 'node2'] : ['far', 'near', 'node1'];
    const mac = await macOf(otherNode);
    // What the client has learnt from its own question.
    for (const ip of [LOCAL, LOCAL6]) expect(await ask('outside', ip)).toContain(name);
    const seen: string[] = [];
    const watcher = startInside(who, lab, 'outside', ['python3', '-u', '-c', WATCHER]);
    watcher.stdout?.on('data', piece => seen.push(String(piece)));
    try {
      await until(async () => seen.join('').includes('watching'), true);
      writeFileSync(sickness(lab, name), '');
      await until(() => holders(LOCAL), [otherNode]);
      await until(() => holders(LOCAL6), [otherNode]);
      await until(() => known(LOCAL), mac);
      await until(() => known(LOCAL6), mac);
      const [own, ip] = [mac.replaceAll(':', ''), 'ac12ffc9'];
      for (const rest of [`0001${own}${ip}000000000000${ip}`, `0002${own}${ip}ffffffffffff${ip}`])
        await until(async () => seen.join('').includes(`ffffffffffff${own}0806000108000604${rest}`), true);
      const ip6 = 'fd000172001800000000000002550200';
      const advertisement = new RegExp(
        `333300000001${own}86dd6000000000203aff${ip6}ff02(00){13}018800....20000000${ip6}0201${own}`,
      );
      await until(async () => advertisement.test(seen.join('')), true);
      expect(await ask('outside', LOCAL)).toBe(`${other} 172.18.0.5`);
      expect(await ask('outside', LOCAL6)).toBe(`${other} fd00:172:18::5`);
      await until(async () => (await health(node === 'node1' ? 1 : 2)).status, '503');
      await until(hasDrift, false);
      expect((await netlab(who, ['status', lab])).stdout).toContain(`${LOCAL} on ${otherNode}`);
      expect((await netlab(who, ['up', file])).stderr).toContain('nothing to change');
    } finally {
      watcher.kill();
      rmSync(sickness(lab, name), { force: true });
      await until(() => holders(LOCAL), [node]);
      await until(() => holders(LOCAL6), [node]);
    }
  });

  // Who leaves and comes back does so for everybody.
  if (!triesAll(who)) return;

  it('are answered by nobody while they have no endpoint, and go with their Service, as a node does', async () => {
    writeFileSync(sickness(lab, 'any'), '');
    try {
      await until(() => holders(ANY), []);
    } finally {
      rmSync(sickness(lab, 'any'), { force: true });
      await until(async () => (await holders(ANY)).length, 1);
    }
    const less = labText(lab)
      .replace(/ {2}any: \{ type.*\n/, '')
      .replace('node2: {}, ', '')
      .replace(/ {2}far: .*\n/, '');
    const up = await netlab(who, ['up', labFile(less, lab)]);
    expect(up.code, up.stderr).toBe(0);
    await until(hasDrift, false);
    // A running lab keeps what it has.
    expect(await ask('outside', LOCAL)).toMatch(/^near /);
    expect((await inside(who, lab, 'node1', ['ip', 'addr'])).stdout).not.toContain(ANY);
  });
});
