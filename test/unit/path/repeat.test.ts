import { expect, test } from 'vitest';
import { makeDirectory } from '../../../src/language/lab/directory.ts';
import type { FailedAttempt } from '../../../src/path/failed-attempt.ts';
import type { FrontendBackend } from '../../../src/path/frontend.ts';
import { viewKernel } from '../../../src/path/kernel-view.ts';
import { findBackend, repeat } from '../../../src/path/repeat.ts';
import { serverCauses } from '../../../src/path/server-causes.ts';
import type { ProbeResult } from '../../../src/sandbox/sandbox.ts';
import { IPTABLES } from '../../../src/state/netfilter.ts';
import { OPEN } from '../check/fake-probes.ts';
import { labOf } from '../resolve/lab-of.ts';
import { NO_WISHES } from './no-wishes.ts';

const LAB = labOf('nodes: { n1: {} }\npods: { a: { node: n1 }, web-0: { node: n1 }, web-1: { node: n1 } }');
const backend = (ns: string, address: string): FrontendBackend => ({
  ...{ key: ns, ns, address, port: 8080, ready: true, meant: true },
});
const BACKENDS = [backend('web-0', '10.244.0.3'), backend('web-1', '10.244.0.4')];
const DROPPED: ProbeResult = { ...OPEN, verdict: 'dropped', received: 0, arrived: null, seen: [] };

const attempt = (isFrontend: boolean): FailedAttempt => ({
  probe: { from: 'a', to: null, address: '10.96.0.1', protocol: 'tcp', port: 80, timeoutMs: 100, count: 9 },
  ...{ result: DROPPED, expect: 'reachable', fault: 'verdict' },
  frontend: isFrontend
    ? { feature: 'services', key: 'web', backends: BACKENDS, isWhole: true, whySpread: undefined }
    : undefined,
});

/** A node whose rules send each attempt to the next of these; the second never answers. */
async function again(turns: readonly number[], isFrontend = true) {
  const counters = [0, 0];
  const counts: (number | undefined)[] = [];
  const save = () =>
    `*nat\n${BACKENDS.map(({ address }, index) => `[${counters[index]}:0] -A KUBE-SEP-${index} -j DNAT --to-destination ${address}:8080\n`).join('')}COMMIT\n`;
  const repeated = await repeat(attempt(isFrontend), ['n1'], {
    kernel: viewKernel({ kept: [], namespaces: { n1: { [IPTABLES.name]: 'some' } } }),
    run: async jobs => jobs.map(() => ({ code: 0, stdout: save(), stderr: '' })),
    probe: async ([probe]) => {
      const hit = turns[counts.length] ?? 0;
      counts.push(probe?.count);
      counters[hit] = (counters[hit] ?? 0) + 1;
      return [hit === 1 ? DROPPED : OPEN];
    },
  });
  return { repeated, counts, hit: findBackend(BACKENDS, repeated)?.key };
}

test('where several answer, it is made one by one until it fails, and the rules tell to whom it was sent', async () => {
  expect(await again([0, 0, 0, 1, 0])).toMatchObject({
    hit: 'web-1',
    counts: [undefined, undefined, undefined, undefined],
  });
});

test('it is not made for ever', async () => {
  const { counts, repeated } = await again([]);
  expect(counts).toHaveLength(40);
  expect(repeated.again?.verdict).toBe('open');
});

test('it is made once where only one answers', async () => expect((await again([0], false)).counts).toEqual([9]));

const BUSY = 'LISTEN 0 9 *:8080 *:* users:(("busybox",pid=12,fd=3))';

test.each([
  ['', 'S', true, 'nothing listens on tcp port 8080 of web-1'],
  [BUSY, 'T', null, 'the server on tcp port 8080 of web-1 (busybox, process 12) is stopped'],
  [BUSY, 'S', true, 'the server on tcp port 8080 of web-1 gets it, and does not answer'],
  // It may never have come there.
  [BUSY, 'S', null, undefined],
  ['', 'S', false, undefined],
])('of a server with %j in state %s that was seen to get it (%s)', async (listing, state, arrived, says) => {
  const directory = makeDirectory(LAB);
  const context = {
    ...NO_WISHES,
    ...{ lab: LAB, directory, unready: new Set<string>(), kernel: viewKernel({ kept: [], namespaces: {} }) },
    run: async (jobs: readonly { readonly argv: readonly string[] }[]) =>
      jobs.map(({ argv }) => ({ code: 0, stdout: argv[0] === 'ss' ? listing : `12 (a (b) c) ${state} 1`, stderr: '' })),
  };
  const causes = await serverCauses(attempt(true), BACKENDS[1], { met: [], again: { ...DROPPED, arrived } }, context);
  expect(causes.map(({ text }) => text)).toEqual(says === undefined ? [] : [says]);
});
