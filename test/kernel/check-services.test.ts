/** Checks of Services on the real kernel: who answers is seen behind every translation, and who is to blame is named. */
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilListening } from './fixtures/netserver.ts';
import { inside, labFile, netlab, ORDINARY } from './harness.ts';
import { until } from './until.ts';

const who = ORDINARY;
const LAB = 'check-services';
const sickness = (pod: string) => join(tmpdir(), `sick-${LAB}-${pod}`);

const web = (pod: string, node: string) =>
  JSON.stringify({
    ...{ node, labels: { app: 'web' } },
    containers: {
      httpd: {
        command: ['busybox', 'httpd', '-f', '-p', '8080', '-h', '/etc'],
        readiness: {
          exec: { command: ['test', '!', '-e', sickness(pod)] },
          ...{ periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 60 },
        },
      },
    },
  });

/** Beside the pods with a server there are some with none: netlab listens there. */
const TEXT = `
name: ${LAB}
cluster: { ipFamily: dual }
nodes: { node1: {}, node2: {}, outside: { external: true } }
pods:
  client: { node: node1 }
  web-0: ${web('web-0', 'node1')}
  web-1: ${web('web-1', 'node2')}
  bare-0: { node: node1, labels: { app: bare } }
  bare-1: { node: node2, labels: { app: bare } }
services:
  web: { type: NodePort, clusterIP: 10.96.0.80, selector: { app: web }, ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] }
  local: { type: NodePort, selector: { app: web }, ports: [{ port: 80, targetPort: 8080, nodePort: 30081 }], externalTrafficPolicy: Local }
  bare: { selector: { app: bare }, ipFamilyPolicy: RequireDualStack, ports: [{ name: a, port: 80, targetPort: 8080 }, { name: dns, port: 53, protocol: UDP, targetPort: 5353 }] }
  sticky: { selector: { app: bare }, ports: [{ port: 80 }], sessionAffinity: ClientIP }
  nobody: { selector: { app: nobody }, ports: [{ port: 80 }] }
checks:
  good - servers: { from: client, to: { service: web }, backends: even, sourceIP: preserved, listen: false }
  good - pages: { from: client, to: { service: web }, protocol: http, path: /hostname, status: 200, body: web-, backends: [web-0, web-1] }
  good - node port: { from: outside, to: node1, port: 30080, ipFamily: ipv4, backends: even, sourceIP: masqueraded }
  good - own node: { from: outside, to: node1, port: 30081, ipFamily: ipv4, backends: [web-0], sourceIP: preserved }
  good - listeners: { from: client, to: { service: bare }, port: a, backends: even, sourceIP: preserved }
  good - datagrams: { from: node1, to: { service: bare }, port: dns, backends: [bare-0, bare-1] }
  good - hairpin: { from: bare-0, to: { service: bare }, port: a, backends: [bare-0, bare-1] }
  good - sticky: { from: client, to: { service: sticky }, backends: one }
  good - refused: { from: client, to: { service: nobody }, expect: refused }
  bad - lots: { from: client, to: { service: web }, backends: one }
  bad - shares: { from: client, to: { service: web }, backends: { web-0: 95%, web-1: 5% } }
  bad - source: { from: client, to: { service: web }, sourceIP: masqueraded }
  bad - nobody: { from: client, to: { service: nobody } }
  bad - server: { from: client, to: { service: bare }, port: a, listen: false }
`;

interface Result {
  readonly name: string;
  readonly passed: boolean;
  readonly message: string;
  readonly details: readonly string[];
}

async function check(...only: readonly string[]): Promise<Result[]> {
  const { stdout, stderr } = await netlab(who, ['check', LAB, '--json', ...only.flatMap(name => ['--only', name])]);
  if (!stdout.startsWith('{')) throw new Error(stderr);
  return JSON.parse(stdout).checks;
}

const file = labFile(TEXT, LAB);
/** What checks say of a lab in which this command has run, which is mended afterwards. */
async function checkBroken(argv: readonly string[], name: string): Promise<string> {
  await inside(who, LAB, 'node1', argv);
  try {
    return textOf(await check(name));
  } finally {
    await netlab(who, ['up', file]);
  }
}
const textOf = (results: readonly Result[]) =>
  results.flatMap(({ message, details }) => [message, ...details]).join('\n');

describe('Services in checks', () => {
  beforeAll(async () => {
    for (const pod of ['web-0', 'web-1']) rmSync(sickness(pod), { force: true });
    const up = await netlab(who, ['up', file]);
    if (up.code !== 0) throw new Error(up.stderr);
    await untilListening(who, LAB, ['web-0', 'web-1'], 8080, ['tcp']);
  });
  afterAll(async () => {
    for (const pod of ['web-0', 'web-1']) rmSync(sickness(pod), { force: true });
    await netlab(who, ['down', LAB]);
  });

  it('tells true from false', async () => {
    const results = await check();
    const wrong = results.filter(({ name, passed }) => passed !== name.startsWith('good'));
    expect(wrong).toEqual([]);
    expect(results).toHaveLength(14);
    const found = Object.fromEntries(results.map(result => [result.name, textOf([result])]));
    expect(found['good - servers']).toMatch(/answered by web-0 ×\d+, web-1 ×\d+/);
    expect(found['good - listeners']).toContain('no server runs on tcp port 8080 of bare-0');
    expect(found['bad - lots']).toContain('Service "web" has no sessionAffinity');
    expect(found['bad - shares']).toMatch(/web-0 answered \d+ of 300, and 95 % would be/);
    expect(found['bad - source']).toContain("expected a node's source address");
    expect(found['bad - nobody']).toContain(
      'culprit: Service "nobody" has no endpoints: no pod has the labels app=nobody',
    );
    expect(found['bad - server']).toMatch(/culprit: nothing listens on tcp port 8080 of bare-[01]/);
  });

  it("names the rule of kube-proxy's that is gone", async () => {
    const text = await checkBroken(['iptables', '-t', 'nat', '-F', 'KUBE-SERVICES'], 'good - servers');
    expect(text).toMatch(
      /culprit: node1 lacks a rule of kube-proxy's in table nat: -A KUBE-SERVICES -d 10\.96\.0\.80\/32/,
    );
  });

  it('names the bridge that does not ask iptables', async () => {
    const text = await checkBroken(['sysctl', '-w', 'net.bridge.bridge-nf-call-iptables=0'], 'good - listeners');
    expect(text).toContain('culprit: cbr0 of node1 passes the answer of bare-0 on without asking iptables');
  });

  it('names the pods that are not ready, and shows who gets what', async () => {
    writeFileSync(sickness('web-1'), '');
    const receivers = async () => {
      const argv = ['reach', LAB, '--from', 'client', '--to', 'service/web', '--json'];
      const { probes } = JSON.parse((await netlab(who, argv)).stdout);
      return probes.map(({ to, receiver }: { to: string; receiver: string }) => `${to} ${receiver}`);
    };
    await until(
      'a check says that web-1 is not ready',
      async () => textOf(await check('good - pages')),
      text => text.includes('web-1 is not ready'),
    );
    expect(await receivers()).toEqual(['service/web default/web-0']);
    writeFileSync(sickness('web-0'), '');
    await until(
      'a check says that no pod is ready',
      async () => textOf(await check('good - servers')),
      text => text.includes('refused') && text.includes('has no ready endpoints: web-0, web-1 are not ready'),
    );
  });
});
