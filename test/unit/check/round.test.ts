import { describe, expect, test } from 'vitest';
import type { ProbeResult } from '../../../src/sandbox/sandbox.ts';
import { ask } from './fake-probes.ts';

const NODES = 'nodes: { a: {}, b: {} }\npods: { web: { node: a }, db: { node: b } }\n';
const DUAL = `cluster: { ipFamily: dual }\n${NODES}`;
const one = (check: string, lab = NODES) => `${lab}checks: { it: ${check} }`;

describe('what is sent', () => {
  test('goes out over each family that both have', async () => {
    const { probes } = await ask(one('{ from: web, to: [db, a], port: 80 }', DUAL));
    expect(probes.map(({ from, to, address }) => [from, to, address])).toEqual([
      ['web', 'db', '10.244.1.2'],
      ['web', 'db', 'fd00:10:244:1::2'],
      ['web', 'a', '10.244.0.1'],
      ['web', 'a', 'fd00:10:244::1'],
    ]);
  });

  test('goes over one family where that is asked', async () => {
    const { probes } = await ask(one('{ from: web, to: db, ipFamily: ipv6, size: 1400, count: 3 }', DUAL));
    expect(probes).toEqual([
      {
        ...{ from: 'web', to: 'db', address: 'fd00:10:244:1::2', protocol: 'icmp', port: null },
        ...{ timeoutMs: 4000, size: 1400, count: 3 },
      },
    ]);
  });

  test('goes to whoever has the address, and to nobody in particular where the lab does not know it', async () => {
    const { probes } = await ask(one('{ from: web, to: [10.244.1.2, 10.9.9.9] }'));
    expect(probes.map(({ to }) => to)).toEqual(['db', null]);
  });

  test('leaves out oneself in a group, but not alone', async () => {
    expect((await ask(one('{ from: {}, to: {}, port: 80 }'))).probes).toHaveLength(2);
    expect((await ask(one('{ from: web, to: web, port: 80 }'))).probes).toHaveLength(1);
  });

  test('goes to the addresses that the sender finds for a host name', async () => {
    const { probes, findings } = await ask(
      one('{ from: [web, db], to: db.example.com, port: 80 }'),
      undefined,
      ({ ns }) =>
        ns === 'web' ? { stdout: '10.244.1.2      STREAM db.example.com\n10.244.1.2      DGRAM\n' } : { code: 2 },
    );
    expect(probes.map(({ from, to, address }) => [from, to, address])).toEqual([['web', 'db', '10.244.1.2']]);
    expect(findings[0]?.details.join()).toContain('db.example.com has no address there');
  });
});

describe('what should get through', () => {
  const judge = async (check: string, result: Partial<ProbeResult>) =>
    (await ask(one(check), () => result)).findings[0];

  test.each([
    [
      '{ from: web, to: db }',
      { verdict: 'dropped', reason: 'no answer within 4 s', arrived: false },
      'it did not arrive',
    ],
    ['{ from: web, to: db }', { arrived: false }, 'somebody else answers: it did not arrive at db'],
    ['{ from: web, to: db, sourceIP: preserved }', { arrived: false }, 'somebody else answers'],
    [
      '{ from: web, to: db }',
      { verdict: 'dropped', reason: 'no answer', arrived: true },
      'what is missing is the answer',
    ],
    ['{ from: web, to: db }', { verdict: 'refused', reason: 'reset', by: '10.1.2.3' }, 'said by 10.1.2.3'],
    ['{ from: web, to: db, expect: dropped }', {}, 'expected dropped, but reachable'],
    ['{ from: web, to: db, expect: dropped }', { verdict: 'refused' }, 'expected dropped, but refused'],
    ['{ from: web, to: db, sourceIP: preserved }', { sourceIP: '172.18.0.2' }, 'saw 172.18.0.2 (a)'],
    ['{ from: web, to: db, sourceIP: preserved }', { sourceIP: null }, 'nobody in the lab could look'],
    ['{ from: web, to: db, sourceIP: 172.18.0.2 }', { sourceIP: '10.244.0.2' }, 'expected source address 172.18.0.2'],
    ['{ from: web, to: db, port: 80, listen: false }', { listener: true }, 'no server runs on tcp port 80 of db'],
    ['{ from: web, to: db, latency: { max: 5ms } }', { rttMs: [1, 9, 9] }, 'latency of at most 5 ms, but it is 9 ms'],
    ['{ from: web, to: db, latency: { min: 5ms } }', { rttMs: [1, 1, 9] }, 'latency of at least 5 ms, but it is 1 ms'],
    ['{ from: web, to: db, loss: { max: 10% } }', { sent: 10, received: 8 }, 'loss of at most 10 %, but it is 20 %'],
    ['{ from: web, to: db, port: 1, throughput: { min: 1mbit } }', { throughput: 2e5 }, 'but it is 200 kbit/s'],
    ['{ from: web, to: db, port: 1, throughput: { min: 1mbit } }', {}, 'throughput could not be measured'],
    ['{ from: web, to: db, protocol: http, status: 200 }', { http: { status: 500, body: '' } }, 'but it is 500'],
    ['{ from: web, to: db, protocol: http, body: hi }', { http: { status: 200, body: 'ho' } }, 'but it is "ho"'],
  ] as const)('%s, found as %o, is false', async (check, result, words) => {
    const finding = await judge(check, result);
    expect(finding?.passed).toBe(false);
    expect(finding?.message).toContain(words);
  });

  test.each([
    ['{ from: web, to: db }', {}],
    ['{ from: web, to: 10.9.9.9 }', { arrived: null }],
    ['{ from: web, to: db, expect: blocked }', { verdict: 'unroutable' }],
    ['{ from: web, to: db, expect: refused }', { verdict: 'refused' }],
    ['{ from: web, to: db, port: 80, listen: false, expect: refused }', { listener: true }],
    ['{ from: web, to: db, sourceIP: preserved }', { sourceIP: '10.244.0.2' }],
    ['{ from: web, to: db, latency: { min: 1ms, max: 5ms }, loss: { max: 0% } }', { rttMs: [1, 2, 90] }],
  ] as const)('%s, found as %o, is true', async (check, result) => {
    expect(await judge(check, result)).toMatchObject({ passed: true, failed: [] });
  });

  test('through a listener of netlab is said', async () => {
    expect((await judge('{ from: web, to: db, port: 80 }', { listener: true }))?.details).toEqual([
      'note: no server runs on tcp port 80 of db; netlab opened a listener for the time of the check',
    ]);
  });
});

test('a matrix fails with exactly the cells that differ', async () => {
  const text = `${NODES.replace('db: { node: b }', 'db: { node: b }, api: { node: a }')}checks:
  it: { port: 80, matrix: { allow: [{ from: web, to: db }] } }
`;
  const allowed = (from: string, to: string | null) => from === 'web' && to === 'db';
  const right = await ask(text, ({ from, to }) => ({ verdict: allowed(from, to) ? 'open' : 'refused' }));
  expect(right.findings[0]).toMatchObject({ passed: true, message: 'all 6 cells are as expected' });
  const astray = await ask(text, ({ from, to }) => ({
    ...{ verdict: allowed(from, to) ? 'open' : 'refused', arrived: false },
  }));
  expect(astray.findings[0]?.message).toBe('1 of 6 cells differs');
  const wrong = await ask(text, ({ from }) => ({ verdict: from === 'api' ? 'open' : 'dropped' }));
  expect(wrong.findings[0]?.message).toBe('3 of 6 cells differ');
  expect(wrong.findings[0]?.details.map(line => line.replace(/ \(.*/, ''))).toEqual([
    'api → db',
    'api → web',
    'web → db',
  ]);
});

describe('what is looked up', () => {
  const LINKS = '[{"ifname":"lo"},{"ifname":"eth0","address":"02:00:00:00:00:01"}]';
  const judge = async (check: string, stdout: string, code = 0) =>
    (
      await ask(one(check), undefined, ({ argv }) =>
        argv.includes('link') ? { stdout: LINKS } : { stdout, code, stderr: 'no' },
      )
    ).findings[0];

  const VIA = '[{"dst":"10.244.1.0/24","gateway":"172.18.0.3","dev":"eth0"}]';
  const NEIGHBOUR = (mac: string, state: string) =>
    `[{"dst":"10.244.0.2","dev":"cbr0","lladdr":"${mac}","state":["${state}"]}]`;
  const FDB = '[{"mac":"02:00:00:00:00:01","ifname":"veth-web","master":"cbr0"}]';
  const CONNECTION =
    'ipv4     2 tcp      6 431999 ESTABLISHED src=10.244.0.2 dst=10.244.1.2 sport=4 dport=80 src=10.244.1.2 dst=172.18.0.2 sport=80 dport=4 [ASSURED] mark=0 use=1\n';

  test.each([
    ['{ on: a, route: 10.244.1.0/24, via: b, dev: eth0 }', VIA, true],
    ['{ on: a, route: 10.244.1.0/24, via: web }', VIA, false],
    ['{ on: a, route: 10.244.1.0/24, via: none }', VIA, false],
    ['{ on: a, route: 10.244.1.0/24, dev: cbr0 }', VIA, false],
    ['{ on: a, route: 10.244.1.0/24, expect: absent }', VIA, false],
    ['{ on: a, route: 10.244.1.0/24, via: web, expect: absent }', VIA, true],
    ['{ on: a, route: 10.244.1.0/24 }', '[]', false],
    ['{ on: a, route: 10.244.1.0/24, expect: absent }', '', true],
    ['{ on: a, neighbour: web }', NEIGHBOUR('02:00:00:00:00:01', 'STALE'), true],
    ['{ on: a, neighbour: web }', NEIGHBOUR('02:00:00:00:00:02', 'REACHABLE'), false],
    ['{ on: a, neighbour: web, mac: 02:00:00:00:00:02 }', NEIGHBOUR('02:00:00:00:00:02', 'REACHABLE'), true],
    ['{ on: a, neighbour: web, state: reachable }', NEIGHBOUR('02:00:00:00:00:01', 'STALE'), false],
    ['{ on: a, neighbour: 10.244.0.2 }', '[{"dst":"10.244.0.2","dev":"cbr0","state":["FAILED"]}]', false],
    ['{ on: a, neighbour: 10.244.0.2, expect: absent }', '[]', true],
    ['{ on: a, neighbour: web, expect: absent }', NEIGHBOUR('02:00:00:00:00:02', 'PERMANENT'), false],
    [
      '{ on: a, neighbour: web, mac: 02:00:00:00:00:01, expect: absent }',
      NEIGHBOUR('02:00:00:00:00:02', 'STALE'),
      true,
    ],
    ['{ on: a, forwarding: web }', FDB, true],
    ['{ on: a, forwarding: web, dev: veth-other }', FDB, false],
    ['{ on: a, forwarding: 02:00:00:00:00:01, expect: absent }', FDB, false],
    ['{ on: a, conntrack: { source: web, port: 80, replyDestination: a, state: ESTABLISHED } }', CONNECTION, true],
    ['{ on: a, conntrack: { source: web, replyDestination: web } }', CONNECTION, false],
    ['{ on: a, conntrack: { protocol: udp }, expect: absent }', CONNECTION, true],
    ['{ from: web, name: x.y, answers: [10.1.2.3] }', '10.1.2.3 STREAM x.y\n', true],
    ['{ from: web, name: x.y, answers: [10.1.2.3, 10.1.2.4] }', '10.1.2.3 STREAM x.y\n', false],
    ['{ from: web, name: x.y, expect: absent }', '10.1.2.3 STREAM x.y\n', false],
    ['{ on: web, command: [x], output: good, matches: ^good$ }', 'very\ngood\n', true],
    ['{ on: web, command: [x], matches: ^good$ }', 'very good\n', false],
  ])('%s against %s is %s', async (check, stdout, passed) => {
    expect(await judge(check, stdout)).toMatchObject({ passed });
  });

  test('fails where the command does, and goes on with the others', async () => {
    const text = `${NODES}checks:
  first: { on: web, command: ["false"] }
  second: { on: web, command: ["true"] }
  third: { from: web, name: x.y, expect: absent }
`;
    const { findings, jobs } = await ask(text, undefined, ({ argv }) => ({ code: argv.includes('true') ? 0 : 2 }));
    expect(findings.map(({ passed }) => passed)).toEqual([false, true, true]);
    expect(jobs).toHaveLength(3);
  });

  test.each([
    '{ on: a, route: 10.244.1.0/24, expect: absent }',
    '{ on: a, neighbour: 10.244.0.2, expect: absent }',
    '{ on: a, forwarding: 02:00:00:00:00:01, expect: absent }',
    '{ on: a, conntrack: { protocol: udp }, expect: absent }',
    '{ from: web, name: x.y, expect: absent }',
  ])('%s is not true where nobody could look', async check => {
    expect(await judge(check, '', 127)).toMatchObject({ passed: false, message: expect.stringContaining('cannot') });
  });

  test('runs with a limit of time and of what it may write', async () => {
    const { jobs } = await ask(one('{ on: web, command: [cat, /dev/zero], timeout: 1500ms }'));
    expect(jobs[0]?.argv.join(' ')).toMatch(
      / -- timeout --kill-after=1 1\.5 prlimit --fsize=1048576 -- cat \/dev\/zero$/,
    );
  });

  test('names what shows it, safe to paste', async () => {
    const found = await ask(one(`{ on: web, command: [sh, -c, "echo 'x'; exit 1"] }`), undefined, () => ({ code: 1 }));
    expect(found.findings[0]?.details).toEqual([`look with: netlab exec web -- sh -c 'echo '\\''x'\\''; exit 1'`]);
  });
});
