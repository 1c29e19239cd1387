/** Why a Service is not reached: what it has no endpoints for, which rule is missing, and who does not listen. */
import { describe, expect, test } from 'vitest';
import { explainServices } from '../../../../src/features/services/explain.ts';
import { followEndpoints } from '../../../../src/features/services/follow/follow.ts';
import { makeFindFrontend } from '../../../../src/features/services/frontends.ts';
import { makeDirectory } from '../../../../src/language/lab/directory.ts';
import { rulesText } from '../../../../src/netfilter/rewrite.ts';
import type { FailedAttempt } from '../../../../src/path/failed-attempt.ts';
import { viewKernel } from '../../../../src/path/kernel-view.ts';
import type { ProbeResult } from '../../../../src/sandbox/sandbox.ts';
import { OPEN } from '../../check/fake-probes.ts';
import { NO_WISHES } from '../../path/no-wishes.ts';
import { labOf } from '../../resolve/lab-of.ts';

const LAB = labOf(`
cluster: { dns: false }
nodes: { node1: {}, node2: {} }
pods:
  client: { node: node1 }
  web: { node: node2, labels: { app: web }, containers: { c: { command: [sleep] } } }
services:
  web: { clusterIP: 10.96.0.80, selector: { app: web }, ports: [{ port: 80 }] }
  nobody: { clusterIP: 10.96.0.81, selector: { app: none }, ports: [{ port: 80 }] }
`);
const directory = makeDirectory(LAB);

/** What `iptables-save` of node1 prints where kube-proxy's chains are whole. */
function savedRules(unready: ReadonlySet<string>): string {
  const tables = new Map<string, string>();
  for (const { object } of followEndpoints.objects?.compile(LAB, unready) ?? []) {
    if (object.kind !== 'rules' || object.ns !== 'node1') continue;
    const { table, chain, rules } = object;
    tables.set(table, `${tables.get(table) ?? ''}:${chain} - [0:0]\n${rulesText(chain, rules)}`);
  }
  return [...tables].map(([table, text]) => `*${table}\n${text}COMMIT\n`).join('');
}

interface Moment {
  readonly address?: string;
  readonly unready?: readonly string[];
  readonly result?: Partial<ProbeResult>;
  readonly expected?: FailedAttempt['expect'];
  readonly saved?: (text: string) => string;
}

async function explain(moment: Moment) {
  const { address = '10.96.0.80', unready = [], result = {}, saved = text => text, expected = 'reachable' } = moment;
  const down = new Set(unready);
  const client = directory.get('client') ?? expect.unreachable('client is in the lab');
  const attempt: FailedAttempt = {
    probe: { from: 'client', to: null, address, protocol: 'tcp', port: 80, timeoutMs: 1000 },
    result: { ...OPEN, verdict: 'dropped', received: 0, ...result },
    ...{ expect: expected, fault: 'verdict' },
    frontend: makeFindFrontend(LAB, directory, down)(client, address, 80, 'TCP'),
  };
  const context = {
    ...NO_WISHES,
    ...{ lab: LAB, directory, unready: down, kernel: viewKernel({ kept: [], namespaces: {} }) },
    run: async () => [{ code: 0, stdout: saved(savedRules(down)), stderr: '' }],
  };
  const causes = await explainServices(LAB).findCauses(
    { attempt, nodes: ['node1', 'node2'], backend: undefined, met: [] },
    context,
  );
  return causes.map(({ text }) => text);
}

describe('a Service', () => {
  test('is not to blame where its endpoints are ready and its rules are there', async () =>
    expect(await explain({})).toEqual([]));

  test('has no endpoints, or none that is ready', async () => {
    expect(await explain({ address: '10.96.0.81' })).toEqual([
      'Service "nobody" has no endpoints: no pod has the labels app=none',
    ]);
    expect(await explain({ unready: ['web'] })).toEqual(['Service "web" has no ready endpoints: web is not ready']);
  });

  test('lacks a rule on the node', async () => {
    const saved = (text: string) => text.replaceAll(/^-A KUBE-SVC-.*\n/gm, '');
    const [cause = ''] = await explain({ saved });
    expect(cause).toMatch(/^node1 lacks a rule of kube-proxy's in table nat: -A KUBE-SVC-/);
  });

  test('is not to blame for an endpoint that says no', async () => {
    const seen = [{ ns: 'web', sourceIP: '10.244.0.2', listener: false, open: false }];
    expect(await explain({ result: { verdict: 'refused', seen } })).toEqual([]);
  });

  test('is not to blame for what gets through and should not', async () => {
    const moment: Moment = { unready: ['web'], expected: 'blocked' };
    expect(await explain({ ...moment, result: { verdict: 'open', received: 1 } })).toEqual([]);
    expect(await explain({ ...moment, result: { verdict: 'refused' } })).toHaveLength(1);
  });

  test('has nothing to do with other addresses', async () =>
    expect(await explain({ address: '10.244.1.2' })).toEqual([]));
});
