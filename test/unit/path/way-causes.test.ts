/** What is wrong on one way: settings that a look-up of a route does not tell, and silence that follows from something else. */
import { expect, test } from 'vitest';
import { makeDirectory } from '../../../src/language/lab/directory.ts';
import type { ExplainContext } from '../../../src/path/explainer.ts';
import type { Walk } from '../../../src/path/walk.ts';
import { causesOn } from '../../../src/path/way-causes.ts';
import { labOf } from '../resolve/lab-of.ts';
import { NO_WISHES } from './no-wishes.ts';

const LAB = labOf('cluster: { ipFamily: dual }\nnodes: { n1: {} }\npods: { a: { node: n1 } }');
const UP = { loopback: false, up: true, mtu: 1500, mac: '02:00:00:00:00:01', qdisc: 'noqueue', master: null };

/** `sysctls` of n1, which `a` sends to, and answers of commands there by a word of theirs. */
function contextOf(
  sysctls: Readonly<Record<string, string>>,
  answers: Readonly<Record<string, string>>,
): ExplainContext {
  return {
    ...NO_WISHES,
    ...{ lab: LAB, directory: makeDirectory(LAB), unready: new Set<string>() },
    kernel: {
      ...{ namespaces: ['a', 'n1'], reach: () => [], routes: () => [], hasRules: () => false, peer: () => undefined },
      owners: address => [{ ns: address.endsWith('.2') || address.endsWith('::2') ? 'a' : 'n1', dev: 'cbr0' }],
      link: ({ dev }) =>
        ({ ...UP, index: 2, name: dev, kind: 'veth', master: dev.startsWith('veth') ? 'cbr0' : null }) as never,
      sysctl: (ns, name) => (ns === 'n1' ? sysctls[name] : undefined),
    },
    run: async jobs =>
      jobs.map(({ argv }) => {
        const found = Object.entries(answers).find(([word]) => argv.some(one => one.includes(word)));
        return { code: 0, stdout: found?.[1] ?? '[]', stderr: '' };
      }),
  };
}

const wayTo = (destination: string, next: string): Walk => ({
  ...{ source: undefined, destination },
  hops: [
    { ns: 'a', inDev: undefined, outDev: 'eth0', next, mtu: undefined, cable: [{ ns: 'n1', dev: 'cbr0' }] },
    { ns: 'n1', inDev: 'cbr0', outDev: 'eth0', next: destination, mtu: undefined, cable: [] },
  ],
  end: { kind: 'arrived', ns: destination === '10.9.9.9' ? 'elsewhere' : 'n1' },
});
const probe = { from: 'a', to: null, address: 'fd00:9::9', protocol: 'tcp', port: 80, timeoutMs: 1000 } as const;
const told = async (way: Walk, context: ExplainContext) =>
  (await causesOn(way, false, probe, context)).map(({ text }) => text);

test('IPv6 is forwarded by a setting of which its look-up says nothing', async () => {
  const way = wayTo('fd00:9::9', 'fd00::1');
  const off = { 'net.ipv6.conf.all.forwarding': '0' };
  expect(await told(way, contextOf(off, {}))).toEqual(['n1 does not forward: net.ipv6.conf.all.forwarding is 0']);
  expect(await told(way, contextOf({}, {}))).toEqual([]);
});

test('who has an address and is told not to answer is named in place of who asked', async () => {
  const way = wayTo('10.9.9.9', '10.244.0.1');
  const silent = { neigh: JSON.stringify([{ dst: '10.244.0.1', dev: 'eth0', state: ['FAILED'] }]) };
  expect(await told(way, contextOf({}, silent))).toEqual(['a asked on eth0 who has 10.244.0.1, and nobody answered']);
  expect(await told(way, contextOf({}, { ...silent, 'cbr0/arp_ignore': '8\n' }))).toEqual([
    'n1 answers nobody who asks by ARP for 10.244.0.1 on cbr0: net.ipv4.conf.cbr0.arp_ignore is 8',
  ]);
  expect(await told(way, contextOf({}, { ...silent, 'cbr0/arp_ignore': '1\n' }))).toHaveLength(1);
});

test('an entry that is asked about nothing (noarp) lies too', async () => {
  const entry = { dst: '10.244.0.1', dev: 'eth0', state: ['NOARP'], lladdr: '02:00:00:00:00:99' };
  const [text] = await told(wayTo('10.9.9.9', '10.244.0.1'), contextOf({}, { all: JSON.stringify([entry]) }));
  expect(text).toMatch(/^a's neighbour table lies: it has 10\.244\.0\.1 at 02:00:00:00:00:99/);
});
