/**
 * Pods in the network of their node, as the kernel and real clients see them: who they share it with, what they are called,
 * whom they ask for names, and who answers behind a Service; also where a running pod goes into that network and out of it.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findContainer } from './fixtures/containers.ts';
import { ok } from './fixtures/ok.ts';
import { labFile, leftovers, netlab, triesAll, WHO } from './harness.ts';

const shell = (script: string, mark: string, rest: object = {}) => ({
  ...{ command: ['sh', '-c', script], env: { CONTAINER_MARK: mark } },
  ...rest,
});

describe.each(WHO)('pods in the network of their node, as %s', who => {
  const lab = `hostnet-${who}`;
  const agent = (hostNetwork: boolean) => ({
    ...{ replicas: 2, hostNetwork, labels: { app: 'agent' } },
    hostAliases: [{ ip: '10.9.9.9', hostnames: ['db', 'db.example.com'] }],
    initContainers: { page: shell('hostname > /dev/shm/index.html', `${lab}/page`) },
    containers: {
      httpd: {
        ...{ command: ['busybox', 'httpd', '-f', '-p', '8080', '-h', '/dev/shm'] },
        env: { CONTAINER_MARK: `${lab}/agent` },
        ports: [{ name: 'http', containerPort: 8080 }],
        readiness: { http: { port: 'http' }, periodSeconds: 1 },
      },
    },
  });
  const fileOf = (hostNetwork: boolean) =>
    labFile(
      JSON.stringify({
        name: lab,
        cluster: { ipFamily: 'dual', dns: { upstream: ['192.0.2.53'] } },
        nodes: { n1: {}, n2: {} },
        pods: {
          agent: agent(hostNetwork),
          bare: { node: 'n1', hostNetwork: true },
          asks: {
            ...{ node: 'n2', hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' },
            containers: { idle: shell('exec sleep 1d', `${lab}/asks`) },
          },
          client: { node: 'n1' },
          full: { node: 'n1', hostname: 'one', subdomain: 'names', setHostnameAsFQDN: true },
        },
        services: {
          agent: {
            ...{ type: 'NodePort', externalTrafficPolicy: 'Local', ipFamilyPolicy: 'RequireDualStack' },
            ...{ selector: { app: 'agent' }, ports: [{ port: 80, targetPort: 'http', nodePort: 30080 }] },
            clusterIPs: ['10.96.7.7', 'fd00:10:96::77'],
          },
          names: { clusterIP: 'None', selector: { app: 'agent' }, ports: [{ port: 80, targetPort: 'http' }] },
        },
      }),
      lab,
    );
  /** As a person does, since a pod's name, files and place are what is looked at. */
  const run = async (target: string, script: string) =>
    (await netlab(who, ['exec', '--lab', lab, target, '--', 'sh', '-c', script])).stdout;
  const get = (from: string, url: string) => run(from, `busybox wget -q -O - '${url}'`);
  const netOf = (target: string) => run(target, 'readlink /proc/self/ns/net');
  /** Who answers within thirty requests. */
  const answering = async (from: string, url: string) =>
    new Set((await run(from, `for i in $(seq 30); do busybox wget -q -O - '${url}'; done`)).trim().split('\n'));

  beforeAll(async () => {
    ok(await netlab(who, ['up', fileOf(true)]));
  });

  afterAll(async () => {
    await netlab(who, ['down', lab]);
    expect(await leftovers(lab)).toEqual([]);
  });

  it('share its network namespace, containers and commands alike, and have none of their own', async () => {
    const [n1, n2] = [await netOf('n1'), await netOf('n2')];
    expect(await netOf('bare')).toBe(n1);
    expect(await netOf('asks')).toBe(n2);
    expect(new Set([await netOf('agent-0'), await netOf('agent-1')])).toEqual(new Set([n1, n2]));
    const pid = findContainer(lab, 'asks') ?? 0;
    expect(readlinkSync(`/proc/${pid}/ns/net`)).toBe(n2.trim());
    expect(await netOf('client')).not.toBe(n1);
  });

  it('are called as it is, and ask whom it asks for names unless they say otherwise', async () => {
    expect(await run('bare', 'hostname; grep -c 10.9.9.9 /etc/hosts')).toBe('n1\n0\n');
    expect(await run('asks', 'hostname')).toBe('n2\n');
    const nodes = await run('n1', 'grep ^nameserver /etc/resolv.conf');
    expect(nodes).toBe('nameserver 192.0.2.53\n');
    expect(await run('bare', 'grep ^nameserver /etc/resolv.conf')).toBe(nodes);
    expect(await run('agent-0', 'grep ^nameserver /etc/resolv.conf')).toBe(nodes);
    expect(await run('asks', 'grep ^nameserver /etc/resolv.conf')).toContain('nameserver 10.96.0.10\n');
    expect(await run('asks', 'getent ahostsv4 agent')).toContain('10.96.7.7');
  });

  // The rest is the same whoever asks.
  if (!triesAll(who)) return;

  it('have the lines of their host aliases as kubelet writes them', async () => {
    const lines = await run('agent-0', 'tail -n 3 /etc/hosts');
    expect(lines).toBe('\n# Entries added by HostAliases.\n10.9.9.9\tdb\tdb.example.com\n');
    expect(await run('agent-0', 'getent hosts db.example.com')).toMatch(/^10\.9\.9\.9 /);
  });

  it('call themselves by their full name where they ask for it', async () => {
    expect(await run('full', 'hostname; tail -n 2 /etc/hosts')).toMatch(
      /^one\.names\.default\.svc\.cluster\.local\n.*\tone\.names\.default\.svc\.cluster\.local\tone\n/,
    );
  });

  it('are endpoints at the addresses of their nodes, behind every kind of address, in both families', async () => {
    for (const url of ['http://10.96.7.7/', 'http://[fd00:10:96::77]/'])
      expect(await answering('client', url), url).toEqual(new Set(['n1', 'n2']));
    expect(await answering('bare', 'http://10.96.7.7/')).toEqual(new Set(['n1', 'n2']));
    // Each node's port leads to its own, and says so of itself.
    const [one, two] = ['172.18.0.2', '172.18.0.3'];
    expect(await answering('n2', `http://${one}:30080/`)).toEqual(new Set(['n1']));
    expect(await answering('n1', `http://${two}:30080/`)).toEqual(new Set(['n2']));
    expect(await get('client', `http://${two}:8080/`)).toBe('n2\n');
    expect((await run('client', 'getent ahostsv4 names')).match(/\S+(?= +STREAM)/g)?.sort()).toEqual([one, two]);
  });

  it('go into the network of their node and out of it by up, and back', async () => {
    ok(await netlab(who, ['up', fileOf(false)]));
    const [n1, n2] = [await netOf('n1'), await netOf('n2')];
    for (const pod of ['agent-0', 'agent-1']) expect([n1, n2]).not.toContain(await netOf(pod));
    expect(await answering('client', 'http://10.96.7.7/')).toEqual(new Set(['agent-0', 'agent-1']));
    expect(await netlab(who, ['status', lab])).toMatchObject({ code: 0 });
    ok(await netlab(who, ['up', fileOf(true)]));
    expect([n1, n2]).toContain(await netOf('agent-0'));
    expect(await answering('client', 'http://10.96.7.7/')).toEqual(new Set(['n1', 'n2']));
    expect(await netlab(who, ['status', lab])).toMatchObject({ code: 0 });
    expect(await netlab(who, ['up', '--dry-run', '--json', lab])).toMatchObject({ stdout: '{"steps":[]}\n' });
    const { stdout } = await netlab(who, ['expand', fileOf(true)]);
    expect(stdout).toMatch(/agent-0:\n +node: n.\n +hostNetwork: true\n/);
    expect(readFileSync(labFile(stdout, `${lab}-long`), 'utf8')).toBe(stdout);
    expect(await netlab(who, ['up', '--dry-run', '--json', labFile(stdout, `${lab}-long`)])).toMatchObject({
      stdout: '{"steps":[]}\n',
    });
  });
});
