import { describe, expect, test } from 'vitest';
import type { ProbeResult, SeenAttempt } from '../../../src/sandbox/sandbox.ts';
import { ask } from './fake-probes.ts';

const LAB = (spec: string, check: string) => `
cluster: { ipFamily: dual }
nodes: { node1: {}, node2: {}, outside: { external: true } }
pods:
  client: { node: node1 }
  web-0: { node: node1, labels: { app: web } }
  web-1: { node: node2, labels: { app: web } }
services:
  web: { type: NodePort, clusterIP: 10.96.0.80, selector: { app: web }, ports: [{ port: 80, targetPort: 8080, nodePort: 30080, name: http }, { port: 53, protocol: UDP, name: dns }], ${spec} }
checks: { it: ${check} }
`;
const probesOf = async (check: string, spec = '') => (await ask(LAB(spec, check))).probes;

describe('what is sent to a Service', () => {
  test('goes to its cluster IP, and is watched for at all that are behind', async () => {
    expect(await probesOf('{ from: client, to: { service: web }, port: http }')).toEqual([
      {
        ...{ from: 'client', to: null, address: '10.96.0.80', protocol: 'tcp', port: 80, timeoutMs: 4000 },
        backends: [
          { ns: 'web-0', address: '10.244.0.3', port: 8080, ready: true },
          { ns: 'web-1', address: '10.244.1.2', port: 8080, ready: true },
        ],
      },
    ]);
  });

  test('goes over the protocol of its port, and in each of its families', async () => {
    const probes = await probesOf(
      '{ from: client, to: { service: default/web }, port: dns }',
      'ipFamilyPolicy: PreferDualStack',
    );
    expect(probes.map(({ protocol, port, address }) => [protocol, port, address])).toEqual([
      ['udp', 53, '10.96.0.80'],
      ['udp', 53, 'fd00:10:96::101'],
    ]);
  });

  test.each([
    ['{ from: outside, to: node2, port: 30080 }', 2],
    ['{ from: node1, to: 127.0.0.1, port: 30080 }', 2],
    ['{ from: outside, to: node2, port: 30081 }', undefined],
    ['{ from: outside, to: node2, port: 30080, protocol: udp }', undefined],
    ['{ from: node1, to: outside, port: 30080 }', undefined],
  ])('is known by an address and port: %s', async (check, count) => {
    expect((await probesOf(check))[0]?.backends?.length).toBe(count);
  });
});

const seen = (ns: string, more: Partial<SeenAttempt> = {}): SeenAttempt => ({
  ...{ ns, sourceIP: '10.244.0.2', listener: false, open: true },
  ...more,
});

describe('who answered', () => {
  const judge = async (check: string, names: readonly string[], more: Partial<ProbeResult> = {}, spec = '') => {
    const own = { seen: names.map(name => seen(name)), sent: names.length, received: names.length, ...more };
    return (await ask(LAB(spec, `{ to: { service: web }, port: http, ${check} }`), () => own)).findings[0];
  };
  const times = (count: number, name: string) => Array<string>(count).fill(name);

  test.each([
    ['from: client, backends: [web-0, web-1]', ['web-0', 'web-1', 'web-0'], true],
    ['from: client, backends: [web-0, web-1]', ['web-0', 'web-0'], false],
    ['from: client, backends: [web-0]', ['web-0', 'web-1'], false],
    ['from: client, backends: one', ['web-1', 'web-1'], true],
    ['from: client, backends: one', ['web-0', 'web-1'], false],
    ['from: client, backends: even', [...times(150, 'web-0'), ...times(150, 'web-1')], true],
    ['from: client, backends: even', [...times(110, 'web-0'), ...times(190, 'web-1')], true],
    ['from: client, backends: even', [...times(100, 'web-0'), ...times(200, 'web-1')], false],
    ['from: client, backends: even', times(300, 'web-0'), false],
    ['from: client, backends: { web-0: 75%, web-1: 25% }', [...times(225, 'web-0'), ...times(75, 'web-1')], true],
    ['from: client, backends: { web-0: 75%, web-1: 25% }', [...times(150, 'web-0'), ...times(150, 'web-1')], false],
  ])('%s', async (check, names, passed) => {
    expect((await judge(check, names))?.passed).toBe(passed);
  });

  test('of the own node alone, where the policy is Local', async () => {
    const spec = 'internalTrafficPolicy: Local';
    expect((await judge('from: client, backends: even', times(300, 'web-0'), {}, spec))?.passed).toBe(true);
    expect((await judge('from: client, backends: even', times(300, 'web-1'), {}, spec))?.passed).toBe(false);
  });

  test('as seen under which address', async () => {
    const from = (sourceIP: string) => ({ seen: [seen('web-0'), seen('web-1', { sourceIP })] });
    const check = async (sourceIP: string, address: string) =>
      (await judge(`from: client, sourceIP: ${sourceIP}`, [], { ...from(address), sent: 2, received: 2 }))?.passed;
    expect(await check('preserved', '10.244.0.2')).toBe(true);
    expect(await check('preserved', '10.244.0.1')).toBe(false);
    expect(await check('masqueraded', '10.244.0.1')).toBe(false);
    const masqueraded = { seen: [seen('web-0', { sourceIP: '172.18.0.2' })], sent: 1, received: 1 };
    expect((await judge('from: client, sourceIP: masqueraded', [], masqueraded))?.passed).toBe(true);
  });

  test('nobody, now and then', async () => {
    const lost = { sent: 20, received: 19, lostReason: 'no answer within 4 s' };
    const finding = await judge('from: client, backends: one', times(19, 'web-0'), lost);
    expect(finding?.passed).toBe(false);
    expect(finding?.message).toContain('only 19 of 20 attempts were answered (no answer within 4 s)');
  });

  test("netlab itself, which is no server of the lab's", async () => {
    const own = { seen: [seen('web-1', { listener: true })], listener: true };
    const finding = await judge('from: client, listen: false', [], own);
    expect(finding?.message).toContain('no server runs on tcp port 8080 of web-1');
  });
});
