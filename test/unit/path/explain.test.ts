/** What features are asked about an attempt that came out otherwise than it should, and where their answers stand. */
import { expect, test } from 'vitest';
import { makeDirectory } from '../../../src/language/lab/directory.ts';
import { type Explaining, explain } from '../../../src/path/explain.ts';
import type { ExplainRequest } from '../../../src/path/explainer.ts';
import type { FailedAttempt } from '../../../src/path/failed-attempt.ts';
import type { KernelView, NetDevice } from '../../../src/path/kernel-view.ts';
import { OPEN } from '../check/fake-probes.ts';
import { labOf } from '../resolve/lab-of.ts';
import { NO_WISHES } from './no-wishes.ts';

const LAB = labOf('nodes: { n1: {}, n2: {} }\npods: { a: { node: n1 }, b: { node: n2 } }');
/** Whose address it is on the way from `a` to `b`, and on the way back. */
const OWNERS: Readonly<Record<string, NetDevice>> = {
  'to n1': { ns: 'n1', dev: 'cbr0' },
  'to n2': { ns: 'n2', dev: 'eth0' },
  '10.244.1.2': { ns: 'b', dev: 'eth0' },
};
const ROUTES: Readonly<Record<string, object>> = {
  a: { dev: 'eth0', gateway: 'to n1', prefsrc: '10.244.0.2' },
  n1: { dev: 'eth0', gateway: 'to n2' },
  n2: { dev: 'cbr0' },
  b: { type: 'local', dev: 'lo' },
};
const kernel: KernelView = {
  namespaces: ['a', 'n1', 'n2', 'b'],
  owners: address => (OWNERS[address] ? [OWNERS[address]] : []),
  reach: device => Object.values(OWNERS).map(owner => [device, owner]),
  ...{ link: () => undefined, routes: () => [], hasRules: () => false, sysctl: () => undefined, peer: () => undefined },
};

async function ask(answer: readonly string[], attempt: Partial<FailedAttempt> = {}) {
  const questions: ExplainRequest[] = [];
  const context: Explaining = {
    ...{ lab: LAB, directory: makeDirectory(LAB), kernel, unready: new Set<string>() },
    run: async jobs =>
      jobs.map(({ ns, argv }) => {
        const route = argv.includes('get') ? ROUTES[ns ?? ''] : undefined;
        return { code: 0, stdout: JSON.stringify(route ? [route] : []), stderr: '' };
      }),
    probe: async probes => probes.map(() => OPEN),
    ...NO_WISHES,
    explainers: [
      {
        sysctls: [],
        findCauses: async question => {
          questions.push(question);
          return answer.map(text => ({ text, command: 'look' }));
        },
      },
    ],
  };
  const lines = await explain(
    {
      probe: { from: 'a', to: 'b', address: '10.244.1.2', protocol: 'tcp', port: 80, timeoutMs: 1000 },
      result: { ...OPEN, verdict: 'dropped', received: 0, arrived: false },
      ...{ expect: 'reachable', fault: 'verdict', frontend: undefined, ...attempt },
    },
    context,
  );
  return { lines, nodes: questions.flatMap(({ nodes }) => nodes) };
}

test('a feature is told all nodes on the way, as its rules may be on each of them', async () => {
  const { lines, nodes } = await ask(['a policy forbids it']);
  expect(nodes).toEqual(['n1', 'n2']);
  expect(lines[0]).toBe('way there: a (eth0) → n1 (eth0) → n2 (cbr0) → b');
  expect(lines).toContain('culprit: a policy forbids it');
});

test('of what gets through and should not, a feature knows what should have stopped it', async () => {
  const through = { expect: 'blocked', result: OPEN } as const;
  expect((await ask(['no policy selects b'], through)).lines.slice(-2)).toEqual([
    'culprit: no policy selects b',
    'look with: look',
  ]);
  expect((await ask([], through)).lines.at(-1)).toBe('culprit: no iptables rule on the way stops it');
});
