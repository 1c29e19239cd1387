/**
 * Ingresses on the real kernel, served by the host's nginx in a pod of the lab: real requests show which pod answers and
 * whom it takes the client for, and what happens when endpoints and the proxy itself come and go.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeWhileDown, untilListening } from './fixtures/netserver.ts';
import { inside, isRoot, labFile, leftovers, netlab, netlabArgv, run, startInside, triesAll, WHO } from './harness.ts';
import { untilIpv6IsInUse } from './who-answers.ts';

/** Answers with its name, the path, and whom the proxy takes for the client; under /slow it goes on until a file is there. */
const SERVER = `
import http.server, os, sys, time
end, name = sys.argv[1:]
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        text = f"{name} {self.path} {self.headers['X-Forwarded-For']} {self.headers['X-Forwarded-Proto']} {self.headers['Host']}"
        self.send_response(200); self.end_headers()
        self.wfile.write(text.encode())
        if self.path != "/slow": return
        while not os.path.exists(end): self.wfile.write(b"."); time.sleep(0.1)
        self.wfile.write(b" end")
    def log_message(self, *args): pass
http.server.ThreadingHTTPServer(("", 8080), Handler).serve_forever()
`;

/** Status and body of a GET; over TLS with the host as SNI, and then the names of the certificate. */
const CLIENT = `
import http.client, socket, ssl, subprocess, sys
scheme, address, host, path = sys.argv[1:5]
if scheme == "https":
    context = ssl.create_default_context(); context.check_hostname = False; context.verify_mode = ssl.CERT_NONE
    connection = http.client.HTTPConnection(address, 443, timeout=60)
    connection.sock = context.wrap_socket(socket.create_connection((address, 443), 60), server_hostname=host)
    pem = ssl.DER_cert_to_PEM_cert(connection.sock.getpeercert(True))
    names = subprocess.run(["openssl", "x509", "-noout", "-ext", "subjectAltName"], input=pem.encode(), capture_output=True).stdout.decode().split()[-1]
else: connection, names = http.client.HTTPConnection(address, 80, timeout=60), ""
try:
    connection.request("GET", path, headers={"Host": host})
    answer = connection.getresponse()
    print(answer.status, answer.getheader("Location") or answer.read().decode().strip().split("\\n")[0], names)
except OSError as error: print(type(error).__name__)
`;

/** Asks ten times a second, each time anew, until its input ends. */
const OFTEN = `
import http.client, select, sys
while not select.select([sys.stdin], [], [], 0.1)[0]:
    connection = http.client.HTTPConnection(sys.argv[1], 80, timeout=60)
    try:
        connection.request("GET", "/", headers={"Host": sys.argv[2]})
        print(connection.getresponse().status)
    except OSError as error: print(type(error).__name__)
`;

/** The workers of nginx that take connections. */
const WORKERS = `
for pid in $(ip netns pids ingress-nginx_controller); do
  tr '\\0' ' ' < /proc/$pid/cmdline | grep -q '^nginx: worker process *$' && echo $pid
done`;

/** A pod is sick while this file is there. */
const sickness = (lab: string, name: string) => join(tmpdir(), `sick-${lab}-${name}`);
/** Slow requests end when this file is there. */
const endOfSlow = (lab: string) => join(tmpdir(), `end-${lab}`);

function pod(lab: string, name: string, node: string, app: string, address: readonly string[] = []): string {
  const exec = { command: ['test', '!', '-e', sickness(lab, name)] };
  const server = {
    command: ['python3', '-c', SERVER, endOfSlow(lab), name],
    readiness: { exec, periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 60 },
  };
  const own = address.length === 0 ? {} : { address };
  return `${name}: ${JSON.stringify({ node, ...own, labels: { app }, containers: { server } })}`;
}

const path = (place: string, pathType: string, name: string, number = 80) =>
  JSON.stringify({ path: place, pathType, backend: { service: { name, port: { number } } } });
const external = (externalName: string) => `{ type: ExternalName, externalName: ${externalName} }`;
const given = (address: string) =>
  `{ ports: [{ port: 80, targetPort: 8080 }], endpointSlices: [{ endpoints: [{ addresses: [${address}] }], ports: [{ port: 8080 }] }] }`;

/** As an Ingress has them, and as a client asks for them; nginx would read some of the letters as its own. */
const STRANGE = [
  ['/caf%C3%A9', '/caf%c3%a9'],
  ['/a"b{c};$d', '/a%22b%7Bc%7D;$d'],
  ["/it's #1".replace('#', '%23'), '/it%27s%20%231'],
  ['/back\\slash', '/back%5Cslash'],
  ['/%0A} server { return 200 x; } #'.replace('#', '%23'), '/%0A%7D%20server%20%7B%20return%20200%20x;%20%7D%20%23'],
] as const;

const labText = (lab: string) => `
name: ${lab}
cluster: { ipFamily: dual }
nodes: { node1: {}, node2: {}, outside: { external: true } }
pods:
  ${pod(lab, 'a-0', 'node1', 'a', ['10.244.0.50/24', 'fd00:10:244::50/64'])}
  ${pod(lab, 'a-1', 'node2', 'a')}
  ${pod(lab, 'b-0', 'node2', 'b', ['10.244.1.50/24', 'fd00:10:244:1::50/64'])}
services:
  a: { selector: { app: a }, ports: [{ port: 80, targetPort: 8080 }] }
  b: { selector: { app: b }, ports: [{ port: 80, targetPort: 8080 }] }
  headless: { clusterIP: None, selector: { app: b }, ports: [{ port: 80, targetPort: 8080 }] }
  alias: ${external('b.default.svc.cluster.local')}
  short: ${external('b.default')}
  refused: ${external('headless.default.svc.cluster.local')}
  unknown: ${external('nobody.example.com')}
  circle: ${external('controller.ingress-nginx.svc.cluster.local')}
  team/a-web: ${given('10.244.0.50')}
  team-a/web: ${given('10.244.1.50')}
ingresses:
  team/i: { rules: [{ host: one.example.com, http: { paths: [${path('/', 'Prefix', 'a-web')}] } }] }
  team-a/i: { rules: [{ host: two.example.com, http: { paths: [${path('/', 'Prefix', 'web')}] } }] }
  names:
    rules:
      - host: names.example.com
        http:
          paths: [${['alias', 'short', 'unknown', 'circle'].map(name => path(`/${name}`, 'Prefix', name))}, ${path('/refused', 'Prefix', 'refused', 81)}, ${path('/headless', 'Prefix', 'refused', 8080)}]
  spelling:
    rules:
      - host: spelling.example.com
        http: { paths: [${path('/', 'Prefix', 'a')}, ${STRANGE.map(([written]) => path(written, 'Exact', 'b'))}, ${path('/my%20docs', 'Prefix', 'b')}, ${path('/dir/', 'Exact', 'b')}] }
  site:
    rules:
      - host: site.example.com
        http: { paths: [${path('/', 'Prefix', 'a')}, ${path('/b', 'Prefix', 'b')}, ${path('/b/exact', 'Exact', 'a')}] }
      - host: "*.wild.example.com"
        http: { paths: [${path('/only', 'Exact', 'b')}] }
  secure:
    tls: [{ hosts: [secure.example.com], secretName: secure-tls }]
    rules: [{ host: secure.example.com, http: { paths: [${path('/', 'Prefix', 'b')}] } }]
`;
const IP = '172.18.255.200';
const IP6 = 'fd00:172:18::255:200';

describe.each(WHO)('Ingresses as %s', who => {
  const lab = `ingress-${who}`;
  const file = labFile(labText(lab), lab);
  const get = async (host: string, place: string, { address = IP, scheme = 'http' } = {}) =>
    (await inside(who, lab, 'outside', ['python3', '-c', CLIENT, scheme, address, host, place])).stdout.trim();
  const until = (what: () => Promise<unknown>, value: unknown) =>
    expect.poll(what, { timeout: 60_000, interval: 250 }).toEqual(value);
  const hasDrift = async () => !(await netlab(who, ['status', lab])).stdout.includes('no drift');
  const containerOf = async (pod: string) => {
    const status = JSON.parse((await netlab(who, ['status', '--json', lab])).stdout);
    const { restarts, exitCode, ready } = status.pods.find(({ name }: { name: string }) => name === pod).containers[0];
    return { restarts, exitCode, ready };
  };
  const linesOf = async (ns: string | null, argv: readonly string[]) =>
    (await inside(who, lab, ns, argv)).stdout.split('\n').filter(line => line !== '');
  const workers = () => linesOf(null, ['sh', '-c', WORKERS]);
  const config = async () => {
    const { stdout } = await inside(who, lab, null, [
      'cat',
      '/run/netlab/pods/ingress-nginx_controller/run/ingress/nginx.conf',
    ]);
    return stdout;
  };

  beforeAll(async () => {
    const up = await netlab(who, ['up', file]);
    expect(up.code, up.stderr).toBe(0);
    await untilIpv6IsInUse(who, lab);
    await untilListening(who, lab, ['a-0', 'a-1', 'b-0'], 8080, ['tcp']);
  });
  afterAll(async () => {
    for (const name of ['a-0', 'a-1', 'b-0']) rmSync(sickness(lab, name), { force: true });
    await netlab(who, ['down', lab]);
  });

  it('lead by host and path to pods, which learn who asks', async () => {
    expect(await get('site.example.com', '/x')).toMatch(/^200 a-[01] \/x 172.18.0.4 http site.example.com$/);
    expect(await get('site.example.com', '/b')).toBe('200 b-0 /b 172.18.0.4 http site.example.com');
    expect(await get('site.example.com', '/b/c?d')).toBe('200 b-0 /b/c?d 172.18.0.4 http site.example.com');
    expect(await get('site.example.com', '/bc')).toMatch(/^200 a-/);
    expect(await get('site.example.com', '/b/exact')).toMatch(/^200 a-/);
    expect(await get('x.wild.example.com', '/only')).toMatch(/^200 b-0 /);
    expect(await get('site.example.com', '/b', { address: IP6 })).toBe(
      '200 b-0 /b fd00:172:18::4 http site.example.com',
    );
    await until(hasDrift, false);
    expect((await netlab(who, ['up', file])).stderr).toContain('nothing to change');
  });

  it('with TLS show the certificate of the host, and send there who comes without', async () => {
    const tls = { scheme: 'https' };
    expect(await get('secure.example.com', '/x')).toBe('308 https://secure.example.com/x');
    expect(await get('secure.example.com', '/x', tls)).toBe(
      '200 b-0 /x 172.18.0.4 https secure.example.com DNS:secure.example.com',
    );
    expect(await get('site.example.com', '/b', tls)).toMatch(/^200 b-0 .* DNS:ingress.local$/);
  });

  if (triesAll(who)) {
    it('lead each to its own Service, whatever names would be one text when they are joined', async () => {
      expect(await get('one.example.com', '/x')).toMatch(/^200 a-0 /);
      expect(await get('two.example.com', '/x')).toMatch(/^200 b-0 /);
    });

    it('compare paths as URLs have them, and take each letter of them for itself', async () => {
      for (const [written, asked] of STRANGE)
        expect(await get('spelling.example.com', asked), written).toMatch(/^200 b-0 /);
      expect(await get('spelling.example.com', '/my%20docs/x')).toMatch(/^200 b-0 \/my%20docs\/x /);
      expect(await get('spelling.example.com', '/my%20docsx')).toMatch(/^200 a-/);
      expect(await get('spelling.example.com', '/dir/')).toMatch(/^200 b-0 /);
      expect(await get('spelling.example.com', '/dir')).toMatch(/^200 a-/);
    });

    it('lead to names that are looked up, and say what is wrong with others', async () => {
      const host = 'names.example.com';
      expect(await get(host, '/alias')).toBe(`200 b-0 /alias 172.18.0.4 http ${host}`);
      expect(await get(host, '/short/x')).toBe(`200 b-0 /short/x 172.18.0.4 http ${host}`);
      expect(await get(host, '/headless')).toBe(`200 b-0 /headless 172.18.0.4 http ${host}`);
      expect(await get(host, '/unknown')).toMatch(/^503 /);
      expect(await get(host, '/refused')).toMatch(/^502 /);
      expect(await get(host, '/circle')).toBe('508');
    });

    it('lead nowhere what no rule is for', async () => {
      for (const [host, place] of [
        ['x.wild.example.com', '/only/more'],
        ['x.y.wild.example.com', '/only'],
        ['wild.example.com', '/only'],
        ['other.example.com', '/'],
      ] as const)
        expect(await get(host, place), `${host} ${place}`).toMatch(/^404 /);
    });

    it('leave out an endpoint that is not ready, and break no request on its way', async () => {
      rmSync(endOfSlow(lab), { force: true });
      const slow = startInside(who, lab, 'outside', ['python3', '-c', CLIENT, 'http', IP, 'site.example.com', '/slow']);
      const said: string[] = [];
      slow.stdout?.on('data', piece => said.push(String(piece)));
      const ended = new Promise(done => slow.once('close', done));
      const servers = async () => (await config()).match(/server 10\.\S+:8080/g)?.length;
      try {
        const onItsWay = ['ss', '-Htn', 'state', 'established', 'dport = :8080'];
        await until(async () => (await linesOf('ingress-nginx_controller', onItsWay)).length, 1);
        const before = await workers();
        writeFileSync(sickness(lab, 'a-0'), '');
        await until(servers, 4);
        // nginx reads its file when it has heard the signal, and its workers of before take requests until then.
        await until(async () => (await workers()).map(pid => before.includes(pid)), [false]);
        for (let i = 0; i < 6; i++) expect(await get('site.example.com', '/')).toMatch(/^200 a-1 /);
        writeFileSync(sickness(lab, 'a-1'), '');
        await until(async () => (await get('site.example.com', '/')).slice(0, 3), '503');
        expect(await get('site.example.com', '/b')).toMatch(/^200 b-0 /);
        await until(hasDrift, false);
        expect(said).toEqual([]);
        writeFileSync(endOfSlow(lab), '');
        await ended;
        expect(said.join('')).toMatch(/^200 a-[01] \/slow .*\.+ end/);
      } finally {
        slow.kill();
        for (const name of ['a-0', 'a-1']) rmSync(sickness(lab, name), { force: true });
        rmSync(endOfSlow(lab), { force: true });
        await until(servers, 5);
      }
    });

    it('are gone while the proxy is, which is seen, and come back with it', async () => {
      const kill =
        'for pid in $(ip netns pids ingress-nginx_controller); do grep -q "nginx: master" /proc/$pid/cmdline && kill -KILL $pid; done';
      await inside(who, lab, null, ['sh', '-c', kill]);
      await until(() => containerOf('ingress-nginx/controller'), { restarts: 1, exitCode: 137, ready: true });
      await until(async () => (await get('site.example.com', '/b')).slice(0, 7), '200 b-0');
      expect(await get('secure.example.com', '/x', { scheme: 'https' })).toMatch(/DNS:secure.example.com$/);
    });

    it('go on without an endpoint that is killed, whatever it was just doing, until it is started again', async () => {
      const kill = ['pkill', '-KILL', '-f', 'python3 .* a-0$'];
      const status = async () => {
        const { stdout } = await netlab(who, ['status', lab]);
        const ready = /^a +ClusterIP .* (\d)\/2 ready$/m.exec(stdout)?.[1];
        return `${ready} ready${stdout.includes('CrashLoopBackOff') ? ', and one waits' : ''}`;
      };
      const client = startInside(who, lab, 'outside', ['python3', '-uc', OFTEN, IP, 'site.example.com'], {
        stdio: 'pipe',
      });
      let said = '';
      client.stdout?.on('data', piece => {
        said += piece;
      });
      const ended = new Promise(done => client.once('close', done));
      const answers = () => said.trim().split('\n');
      try {
        await until(async () => answers().length > 4, true);
        await inside(who, lab, null, kill);
        await until(() => containerOf('a-0'), { restarts: 1, exitCode: 137, ready: true });
        await until(status, '2 ready');
        const soFar = answers().length;
        await until(async () => answers().length > soFar + 4, true);
      } finally {
        client.stdin?.end();
      }
      await ended;
      expect(new Set(answers())).toEqual(new Set(['200']));
      // From the second time on Kubernetes waits, for ten seconds and more.
      const seen = await seeWhileDown(
        () => inside(who, lab, null, kill),
        async () => (await status()) === '1 ready, and one waits',
        async () => [await get('site.example.com', '/'), await get('site.example.com', '/')],
      );
      for (const answer of seen) expect(answer).toMatch(/^200 a-1 /);
      await until(status, '2 ready');
      await until(async () => (await get('site.example.com', '/')).slice(0, 7), '200 a-0');
    });
  }

  it('change with the file, without the proxy being started again, and go with it', async () => {
    const { restarts } = await containerOf('ingress-nginx/controller');
    const changed = labFile(labText(lab).replace('host: site.example.com', 'host: new.example.com'), lab);
    const up = await netlab(who, ['up', changed]);
    expect(up.code, up.stderr).toBe(0);
    await until(async () => (await get('new.example.com', '/b')).slice(0, 7), '200 b-0');
    expect(await get('site.example.com', '/b')).toMatch(/^404 /);
    const { stdout } = await netlab(who, ['status', lab]);
    expect(stdout).toMatch(new RegExp(`ingress-nginx/controller +nginx +yes +${restarts} `));
    // Whatever has just ended, and is about to be started again.
    await inside(who, lab, null, ['pkill', '-KILL', '-f', 'nginx|python3|kubelet.cjs']);
    expect((await netlab(who, ['down', lab])).code).toBe(0);
    expect(await leftovers(lab)).toEqual([]);
  });
});

it.runIf(isRoot)(
  'without nginx nothing is made, and the lab’s line and the command that installs it are named',
  async () => {
    const file = labFile(labText('ingress-lacking'), 'ingress-lacking');
    const hidden = 'mount --bind /dev/null "$(command -v nginx || echo /usr/sbin/nginx)" && exec "$@"';
    const { code, stderr } = await run([
      'unshare',
      '--mount',
      'sh',
      '-c',
      hidden,
      'sh',
      ...netlabArgv('root', ['up', file]),
    ]);
    expect(code).toBe(3);
    const line = labText('').split('\n').indexOf('  names:') + 2;
    expect(stderr).toContain(`ingress-lacking.lab.yaml:${line}: this needs nginx, and`);
    expect(stderr).toContain('apt-get install nginx-light');
    expect(await leftovers('ingress-lacking')).toEqual([]);
  },
);
