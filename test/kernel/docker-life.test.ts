/**
 * A lab in Docker as it is lived in: what is broken by hand is seen and mended, changes that fail are taken back, commands
 * and their signals get into containers, and `down` takes the lab's own and nothing else.
 */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDocker } from './docker-host.ts';
import { findProgram } from './docker-images.ts';
import { start } from './fixtures/attack.ts';
import { ok } from './fixtures/ok.ts';
import { labFile, leftovers, netlab, netlabArgv, run } from './harness.ts';

const host = await startDocker();
if (typeof host === 'string') process.stderr.write(`life in Docker was not tried: ${host}\n`);
else afterAll(() => host.remove());

const LAB = 'docker-life';
const TEXT = `name: ${LAB}
backend: docker
nodes: { node1: { iptables: ["-A FORWARD -p tcp --dport 23 -j DROP"] }, node2: {} }
pods:
  web:
    node: node1
    labels: { app: web }
    containers:
      httpd:
        command: [busybox, httpd, -f, -p, "80"]
        readiness: { exec: { command: [test, -e, /dev/shm/ready] }, periodSeconds: 1, failureThreshold: 1 }
      app:
        command: [sh, -c, "touch /dev/shm/ready; sleep 1d & wait"]
        env: { GREETING: hello }
        workingDir: /tmp
  db:
    node: node2
    labels: { app: db }
    hostname: db-0
    subdomain: db
    containers:
      db: { command: [busybox, httpd, -f, -p, "5432"], readiness: { tcp: { port: 5432 } } }
services:
  web: { clusterIP: 10.96.0.80, selector: { app: web }, ports: [{ name: http, port: 80 }] }
  db: { clusterIP: None, selector: { app: db }, ports: [{ name: sql, port: 5432 }] }
networkPolicies:
  db:
    podSelector: { matchLabels: { app: db } }
    ingress:
      - from:
          - podSelector: { matchLabels: { app: web } }
          - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }
checks:
  web reaches db: { from: web, to: db, port: 5432 }
`;

const POLL = { timeout: 120_000, interval: 200 };

describe.skipIf(typeof host === 'string')('a lab in Docker', () => {
  if (typeof host === 'string') return;
  const { env } = host;
  const file = labFile(TEXT, LAB);
  const call = (...args: string[]) => netlab('root', args, { env });
  const exec = (argv: readonly string[], input = '') =>
    netlab('root', ['exec', '--lab', LAB, 'web', '-c', 'app', '--', ...argv], { env, input });
  /** A command on this host, in the network of a node or of a pod that it runs. */
  const inNetworkOf = async (pid: number, ...argv: string[]) =>
    (await run(['nsenter', '-t', String(pid), '-n', ...argv])).stdout;
  const nodePid = async (node: string) =>
    Number((await host.docker('inspect', '-f', '{{.State.Pid}}', `netlab.${LAB}.${node}`)).stdout);
  /** The Docker in a node. */
  const inner = (node: string, ...words: string[]) => host.docker('exec', `netlab.${LAB}.${node}`, 'docker', ...words);
  const innerNames = async (node: string) =>
    (await inner(node, 'ps', '--all', '--format', '{{.Names}} {{.State}}')).stdout.trim().split('\n').sort();
  const statusOf = async (name: string) =>
    JSON.parse((await call('status', '--json', LAB)).stdout)
      .pods.flatMap((pod: { containers: { name: string }[] }) => pod.containers)
      .find((container: { name: string }) => container.name === name);
  /** Processes of this host by their command line: those in containers are among them. */
  const running = async (pattern: string) =>
    (await run(['pgrep', '-f', pattern])).stdout.trim().split('\n').filter(Boolean);
  const upAgain = async () => {
    ok(await call('up', file));
    // Rules and names follow a pod that has just become ready a moment later.
    await expect
      .poll(() => call('status', LAB), POLL)
      .toMatchObject({ code: 0, stdout: expect.stringContaining('no drift') });
  };

  beforeAll(async () => ok(await call('up', file)));

  it('what is broken in a node is seen, and mended', async () => {
    const node1 = await nodePid('node1');
    // Without what the kernel says of links that have just come up.
    const script = "{ ip route; ip -o addr; iptables -S; } | sed 's/ linkdown//; s/ tentative//'";
    const look = () => inNetworkOf(node1, 'sh', '-c', script);
    const before = await look();
    await inNetworkOf(node1, 'ip', 'route', 'del', '10.244.1.0/24');
    await inNetworkOf(node1, 'ip', 'addr', 'del', '10.244.0.1/24', 'dev', 'cbr0');
    const node2 = await nodePid('node2');
    await inNetworkOf(node2, 'ipset', 'flush', 'NETPOL-IN');
    await inNetworkOf(node1, 'iptables', '-D', 'FORWARD', '-p', 'tcp', '--dport', '23', '-j', 'DROP');
    expect(await look()).not.toBe(before);
    const { code, stdout } = await call('status', LAB);
    expect(code).toBe(1);
    expect(stdout).toMatch(/missing +route to 10\.244\.1\.0\/24 in node1/);
    expect(stdout).toMatch(/missing +address 10\.244\.0\.1\/24/);
    expect(stdout).toMatch(/changed +rules of iptables chain FORWARD/);
    expect(stdout).toMatch(/changed +.*NETPOL-IN.* in node2/);
    const check = await call('check', LAB);
    expect(check).toMatchObject({ code: 1, stdout: expect.stringMatching(/culprit: .*(node1|web)/) });
    await upAgain();
    expect((await look()).split('\n').sort()).toEqual(before.split('\n').sort());
    ok(await call('check', '--wait', '60s', LAB));
  });

  it('policies hold: a pod is reached from its own node and from whom they let in, and from no other node', async () => {
    const knock = "bash -c '< /dev/tcp/10.244.1.2/5432'";
    const fromNode = async (node: string, seconds: number) =>
      (await inNetworkOf(await nodePid(node), 'sh', '-c', `timeout ${seconds} ${knock}; echo $?`)).trim();
    expect(await fromNode('node2', 60)).toBe('0');
    expect(await fromNode('node1', 1)).toBe('124');
    // `web reaches db` is a check.
    ok(await call('check', '--wait', '60s', LAB));
  });

  it('a container that is removed by hand is started again, and a pause container is made anew', async () => {
    ok(await inner('node1', 'rm', '--force', 'web.app'));
    await expect.poll(() => statusOf('app'), POLL).toMatchObject({ state: 'running', restarts: 1, ready: true });
    ok(await inner('node2', 'rm', '--force', 'db'));
    await expect
      .poll(() => call('status', LAB), POLL)
      .toMatchObject({ code: 1, stdout: expect.stringMatching(/missing +pause container db/) });
    await upAgain();
    expect(await innerNames('node2')).toEqual(['db running', 'db.db running']);
    ok(await call('check', '--wait', '60s', LAB));
  });

  it('a change that fails is taken back', async () => {
    const containers = () => Promise.all([innerNames('node1'), innerNames('node2'), host.docker('ps', '--quiet')]);
    const before = await containers();
    const broken = TEXT.replace('nodes: {', 'nodes: { node3: {},')
      .replace(
        'pods:',
        `pods:\n  late: { node: node1, containers: { late: { command: [sh, -c, "echo I cannot; exit 7"], restart: never } } }`,
      )
      .replace('GREETING: hello', 'GREETING: moin')
      .replace('db:\n    node: node2', 'db:\n    node: node1');
    const up = await call('up', '--timeout', '300s', labFile(broken, LAB));
    expect(up).toMatchObject({ code: 1, stderr: expect.stringContaining('I cannot') });
    await expect
      .poll(() => call('status', LAB), POLL)
      .toMatchObject({ code: 0, stdout: expect.stringContaining('no drift') });
    await expect.poll(containers, POLL).toEqual(before);
    expect((await exec(['sh', '-c', 'echo $GREETING'])).stdout).toBe('hello\n');
    expect(await call('plan', '--format', 'json', file)).toMatchObject({ stdout: '{"steps":[]}\n' });
  });

  it('a command in a container gets its input, and its code comes out', async () => {
    expect(await exec(['sh', '-c', 'cat; pwd; echo $GREETING $HOSTNAME; echo bad >&2; exit 7'], 'in\n')).toEqual({
      code: 7,
      stdout: 'in\n/tmp\nhello web\n',
      stderr: 'bad\n',
    });
    // 127 as on a shell, or, as an older Docker has it, 126.
    expect([126, 127]).toContain((await exec(['no-such-command'])).code);
    const sum = await run(['sh', '-c', 'seq 300000 | md5sum']);
    expect(await exec(['md5sum'], (await run(['seq', '300000'])).stdout)).toMatchObject(sum);
  });

  it.runIf(findProgram('dig') !== undefined)('its names are known in its containers', async () => {
    const dig = async (...words: string[]) =>
      (await call('exec', '--lab', LAB, 'web', '--', 'dig', '+time=30', ...words)).stdout.trim();
    const zone = 'default.svc.cluster.local';
    expect(await dig('+short', '+search', 'web')).toBe('10.96.0.80');
    expect(await dig('+short', `db-0.db.${zone}`)).toBe('10.244.1.2');
    expect(await dig('+short', 'SRV', `_sql._tcp.db.${zone}`)).toBe(`0 100 5432 db-0.db.${zone}.`);
    expect(await dig('+short', '+tcp', '-x', '10.244.1.2')).toBe(`db-0.db.${zone}.`);
    expect(await dig(`nobody.${zone}`)).toContain('status: NXDOMAIN');
    // The image's own programs ask as well, by the pod's own resolv.conf.
    expect(await exec(['cat', '/etc/resolv.conf'])).toMatchObject({
      stdout: expect.stringContaining('nameserver 10.96.0.10\n'),
    });
    expect(await exec(['nslookup', `web.${zone}`])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('10.96.0.80'),
    });
    expect(await exec(['wget', '-q', '-O', '-', 'http://web/'])).toMatchObject({
      stderr: expect.stringContaining('404'),
    });
  });

  const inApp = (...argv: string[]) =>
    start(LAB, netlabArgv('root', ['exec', '--lab', LAB, 'web', '-c', 'app', '--', ...argv]), { env, group: true });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)(
    '%s to netlab is for the command in the container',
    async signal => {
      const script = `trap "echo told; exit 5" ${signal.slice(3)}; echo ready; while :; do sleep 0.07701; done`;
      const told = inApp('sh', '-c', script);
      await told.said('ready');
      told.child.kill(signal);
      expect(await told.ended).toMatchObject({ code: 5, stdout: 'ready\ntold\n' });
      await expect.poll(() => running('sleep 0.07701'), POLL).toEqual([]);
    },
  );

  it('Ctrl-C ends it with all that it has started, with and without a terminal', async () => {
    const plain = inApp('sh', '-c', 'echo ready; sleep 77001; echo never');
    await plain.said('ready');
    process.kill(-(plain.child.pid ?? 0), 'SIGINT');
    expect(await plain.ended).toMatchObject({ code: 130, stdout: 'ready\n' });
    await expect.poll(() => running('^sleep 77001'), POLL).toEqual([]);
    const line = netlabArgv('root', ['exec', '--lab', LAB, 'web', '-c', 'app', '--', 'sleep', '77001']).join(' ');
    const terminal = start(LAB, ['script', '-qefc', line, '/dev/null'], { env: { ...env, TERM: 'xterm' } });
    await expect.poll(() => running('^sleep 77001'), POLL).toHaveLength(1);
    terminal.child.stdin?.write('\x03');
    expect(await terminal.ended).toMatchObject({ code: 130 });
    await expect.poll(() => running('^sleep 77001'), POLL).toEqual([]);
  });

  it('its probes run in it, and leave nothing where their time is over', async () => {
    ok(await exec(['rm', '/dev/shm/ready']));
    await expect
      .poll(() => statusOf('httpd'), POLL)
      .toMatchObject({ ready: false, message: expect.stringContaining('code 1') });
    ok(await exec(['touch', '/dev/shm/ready']));
    await expect.poll(() => statusOf('httpd'), POLL).toMatchObject({ ready: true, restarts: 0 });
    const script = 'echo >>/dev/shm/asked; exec sleep 77002';
    const probe = { exec: { command: ['sh', '-c', script] }, periodSeconds: 1, failureThreshold: 1000 };
    const slow = TEXT.replace(
      'command: [busybox, httpd, -f, -p, "80"]',
      `$&\n        liveness: ${JSON.stringify(probe)}`,
    );
    ok(await call('up', labFile(slow, LAB)));
    const asked = async () => (await exec(['cat', '/dev/shm/asked'])).stdout.length;
    await expect.poll(asked, POLL).toBeGreaterThanOrEqual(4);
    await expect.poll(async () => (await running('^sleep 77002')).length, POLL).toBeLessThanOrEqual(2);
  });

  it('a check of a command that hangs in it leaves nothing there', async () => {
    const command = ['sh', '-c', 'sleep 77003 & exec sleep 77003'];
    const hangs = { on: 'web', container: 'app', command, timeout: '1s' };
    const { code, stdout } = await call(
      'check',
      labFile(`${TEXT}  hangs: ${JSON.stringify(hangs)}\n`, LAB),
      '--only',
      'hangs',
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining('did not end within 1 s') });
    expect(await running('^sleep 77003')).toEqual([]);
  });

  it('its logs are followed', async () => {
    const talk = TEXT.replace(
      '[sh, -c, "touch /dev/shm/ready; sleep 1d & wait"]',
      '[sh, -c, "touch /dev/shm/ready; echo early; while ! test -e /dev/shm/talk; do sleep 0.1; done; echo late; exec sleep 1d"]',
    );
    ok(await call('up', labFile(talk, LAB)));
    const follow = start(LAB, netlabArgv('root', ['logs', '--lab', LAB, '--follow', 'web', 'app']), { env });
    await follow.said('early');
    ok(await exec(['touch', '/dev/shm/talk']));
    await follow.said('late');
    follow.child.kill('SIGINT');
    expect(await follow.ended).toMatchObject({ code: 130, stdout: 'early\nlate\n' });
  });

  it('who reaches whom is told, and drawn', async () => {
    const reach = await call('reach', '--json', '--lab', LAB);
    ok(reach);
    expect(JSON.parse(reach.stdout).probes.every(({ reachable }: { reachable: boolean }) => reachable)).toBe(true);
    expect(await call('graph', '--format', 'mermaid', LAB)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/"node1"/),
    });
  });

  it('goes without its file, and leaves what is not its own', async () => {
    const words = ['--label', `netlab.lab=${LAB}`, '--label', 'netlab.owner=someone-else'];
    ok(await host.docker('volume', 'create', ...words, 'foreign'));
    ok(
      await host.docker(
        'create',
        '--name',
        `netlab.${LAB}.foreign`,
        '--network',
        'none',
        ...words,
        'busybox:stable',
        'true',
      ),
    );
    const others = async () => {
      const said = await Promise.all([
        host.docker('ps', '--all', '--filter', 'name=foreign', '--format', '{{.ID}} {{.Names}}'),
        host.docker('volume', 'ls', '--quiet', '--filter', 'name=foreign'),
        host.docker('network', 'ls', '--quiet'),
        host.docker('image', 'ls', '--quiet'),
      ]);
      return said.map(({ stdout }) => stdout);
    };
    const before = await others();
    rmSync(file);
    expect(await call('down', LAB)).toMatchObject({ code: 0, stderr: `lab ${LAB} is gone\n` });
    expect(await others()).toEqual(before);
    expect((await host.left(LAB)).sort()).toEqual(['foreign', `netlab.${LAB}.foreign`]);
    expect(await leftovers(LAB)).toEqual([]);
    ok(await host.docker('rm', `netlab.${LAB}.foreign`));
    ok(await host.docker('volume', 'rm', 'foreign'));
  });
});

describe.skipIf(typeof host === 'string')('an image that this host lacks', () => {
  if (typeof host === 'string') return;
  const name = 'docker-lacks';
  /** A registry that does not answer: nobody listens there. */
  const NOBODY = 'localhost:9';
  let beacons = 0;

  beforeAll(async () => ok(await host.docker('tag', 'busybox:stable', `${NOBODY}/here:1`)));

  it.each([
    ['Never', `${NOBODY}/none:1`, 'which this host does not have'],
    ['IfNotPresent', `${NOBODY}/none:1`, 'which this host does not have and cannot get: '],
    ['Always', `${NOBODY}/here:1`, 'which cannot be asked for again: '],
  ])('%s of %s is an error before anything is made', async (imagePullPolicy, image, reason) => {
    const pods = { web: { containers: { app: { image, imagePullPolicy, command: ['sleep', '1d'] } } } };
    const file = labFile(JSON.stringify({ name, backend: 'docker', nodes: { node1: {} }, pods }), name);
    const events = start(name, ['docker', 'events', '--filter', 'event=create'], { env: host.env });
    // It hears what is made here as soon as it listens.
    const beacon = async () => {
      ok(await host.docker('volume', 'create', `beacon-${++beacons}`));
      return events.stdout();
    };
    await expect.poll(beacon, POLL).toContain('beacon-');
    const up = await netlab('root', ['up', file], { env: host.env });
    expect(up).toMatchObject({ code: 3, stderr: expect.stringContaining(reason) });
    expect(up.stderr).toMatch(/docker-lacks\.lab\.yaml:1: /);
    await beacon();
    await expect.poll(() => events.stdout(), POLL).toContain(`beacon-${beacons}`);
    events.child.kill();
    const made = (await events.ended).stdout.trim().split('\n');
    expect(made.filter(line => !line.includes(' volume create beacon-'))).toEqual([]);
    expect(await host.left(name)).toEqual([]);
    expect(await leftovers(name)).toEqual([]);
  });
});

it.runIf(typeof host === 'string')('says why it was skipped', () => expect(host).not.toBe(''));
