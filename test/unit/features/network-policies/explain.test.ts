/** Whom policies are to blame for: only a rule that was met, and only where they mean this connection. */
import { describe, expect, test } from 'vitest';
import { explainPolicies } from '../../../../src/features/network-policies/explain/explain.ts';
import { addressFor, makeDirectory } from '../../../../src/language/lab/directory.ts';
import type { FailedAttempt } from '../../../../src/path/failed-attempt.ts';
import { viewKernel } from '../../../../src/path/kernel-view.ts';
import type { MetRule } from '../../../../src/path/met-rules.ts';
import type { IpSet } from '../../../../src/state/ip-set.ts';
import { OPEN } from '../../check/fake-probes.ts';
import { NO_WISHES } from '../../path/no-wishes.ts';
import { SHOP } from './shop.ts';

const directory = makeDirectory(SHOP);

const dropIn = (ns: string, chain: string): MetRule => ({
  ...{ ns, tool: 'iptables', table: 'filter', chain, target: 'DROP' },
  rule: `-A ${chain} -m comment --comment "no policy lets it" -j DROP`,
});
const MASQUERADE: MetRule = {
  ...{ ns: 'node1', tool: 'iptables', table: 'nat', chain: 'KUBE-POSTROUTING', target: 'MASQUERADE' },
  rule: '-A KUBE-POSTROUTING -j MASQUERADE --random-fully',
};

interface Moment {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly met?: readonly MetRule[];
  readonly asked?: string;
  readonly through?: true;
  readonly sets?: readonly IpSet[];
  readonly saved?: string;
}

async function ask({ from, to, port, met = [], asked, through, sets = [], saved = '' }: Moment) {
  const sender = directory.get(from) ?? expect.unreachable();
  const receiver = directory.get(to);
  const address = receiver ? (addressFor(receiver, sender, 4) ?? '') : to;
  const backend = { ns: receiver?.ns ?? '', key: to, address, port, ready: true, meant: true };
  const whole = { feature: 'services', key: 'x', backends: [backend], isWhole: true, whySpread: undefined };
  const attempt: FailedAttempt = {
    probe: { from: sender.ns, to: null, address: asked ?? address, protocol: 'tcp', port, timeoutMs: 1 },
    result: through ? OPEN : { ...OPEN, verdict: 'dropped', received: 0, arrived: false },
    ...{
      expect: through ? 'blocked' : 'reachable',
      fault: 'verdict',
      frontend: asked === undefined ? undefined : whole,
    },
  };
  const context = {
    ...NO_WISHES,
    ...{ lab: SHOP, directory, unready: new Set<string>(), kernel: viewKernel({ kept: [], namespaces: {} }) },
    ...{
      isWanted: () => true,
      placeOf: () => 'shop.lab.yaml:7',
      setsOf: (ns: string) => sets.filter(set => set.ns === ns),
    },
    run: async (jobs: readonly object[]) => jobs.map(() => ({ code: 0, stdout: saved, stderr: '' })),
  };
  const found = await explainPolicies(SHOP).findCauses({ attempt, nodes: [], backend: undefined, met }, context);
  return found.flatMap(({ text, notes = [] }) => [text, ...notes]);
}

const IN_SHOP = dropIn('node2', 'NETPOL-IN-shop');

describe('what a policy blocks', () => {
  test('names who isolates the pod, and the rule that nearly lets it in', async () => {
    expect(await ask({ from: 'shop/back', to: 'shop/db', port: 80, met: [IN_SHOP] })).toEqual([
      'blocked on node2: shop/default-deny isolates db for ingress and no rule of 2 policies lets back (shop) in on tcp 80 (shop.lab.yaml:7)',
      'rule 1 of shop/db-from-back (shop.lab.yaml:7) lets back (shop) in, but on tcp 5432, not tcp 80',
    ]);
  });

  test('may be on its way out', async () => {
    const met = [dropIn('node1', 'NETPOL-OUT-shop')];
    expect(await ask({ from: 'shop/back', to: 'web', port: 443, met })).toEqual([
      'blocked on node1: shop/default-deny isolates back for egress and no rule of 2 policies lets it out to web (default) on tcp 443 (shop.lab.yaml:7)',
      'rule 1 of shop/back (shop.lab.yaml:7) lets it out to pods app=db of shop, and web (default) is none of them',
    ]);
    const translated = await ask({ from: 'shop/back', to: 'web', port: 443, met, asked: '203.0.113.99' });
    expect(translated[1]).toMatch(/, which has 203\.0\.113\.99; but policies see .*: web \(default\)$/);
  });

  test('bears the address of the node that sent it on', async () => {
    const met = [{ ...IN_SHOP }, MASQUERADE];
    const [text, note] = await ask({ from: 'client', to: 'shop/db', port: 5432, met });
    expect(text).toContain('lets node1 (172.18.0.3) in on tcp 5432');
    expect(note).toMatch(/^rule 1 of shop\/db-from-back .* lets in pods alone, and node1 \(172\.18\.0\.3\) is none/);
  });

  test('asks for both in one item, or for a pod of its own namespace', async () => {
    const [, elsewhere] = await ask({ from: 'web', to: 'shop/db', port: 5432, met: [IN_SHOP] });
    expect(elsewhere).toBe(
      'rule 1 of shop/db-from-back (shop.lab.yaml:7) lets in pods app=back of shop, and web (default) is none of them',
    );
  });
});

describe('an innocent policy', () => {
  test('has dropped nothing', async () => expect(await ask({ from: 'web', to: 'shop/db', port: 80 })).toEqual([]));

  test('has dropped what others sent', async () => {
    expect(await ask({ from: 'shop/back', to: 'shop/db', port: 5432, met: [IN_SHOP] })).toEqual([]);
    expect(await ask({ from: 'web', to: 'shop/db', port: 80, met: [dropIn('node1', 'NETPOL-IN-shop')] })).toEqual([]);
    expect(await ask({ from: 'web', to: 'shop/db', port: 80, met: [dropIn('node2', 'NETPOL-OUT-shop')] })).toEqual([]);
    expect(await ask({ from: 'shop/db', to: 'web', port: 80, met: [IN_SHOP] })).toEqual([]);
  });

  test('lacks the address that its set was made with', async () => {
    const set = { kind: 'ip-set', ns: 'node2', type: 'hash:ip', family: 4 } as const;
    const back = directory.get('shop/back') ?? expect.unreachable();
    const address = addressFor(back, undefined, 4) ?? '';
    const sets = [
      { ...set, name: 'PODS-shop/app=back', members: [address] },
      { ...set, name: 'PODS-shop/app=front', members: ['10.9.9.9'] },
    ];
    const saved = 'create PODS-shop/app=back hash:ip family inet\nadd PODS-shop/app=back 10.8.8.8\n';
    expect(await ask({ from: 'shop/back', to: 'shop/db', port: 5432, met: [IN_SHOP], sets, saved })).toEqual([
      `the set PODS-shop/app=back of node2 lacks ${address}, back (shop); the lab has it there`,
    ]);
  });
});

describe('what gets through and should not', () => {
  const open = { through: true } as const;

  test('is let in by a rule, or isolated by nobody', async () => {
    expect(await ask({ ...open, from: 'shop/back', to: 'shop/front', port: 8080 })).toEqual([
      'rule 3 of shop/back (shop.lab.yaml:7) lets it out to front (shop) on tcp 8080',
      'rule 1 of shop/front (shop.lab.yaml:7) lets back (shop) in on tcp 8080',
    ]);
    expect(await ask({ ...open, from: 'web', to: 'ops/prometheus', port: 80 })).toEqual([
      'no policy isolates ops/prometheus for ingress, or web for egress',
    ]);
  });

  test('comes from the pod’s own node, or past the policies', async () => {
    expect(await ask({ ...open, from: 'node2', to: 'shop/db', port: 80 })).toEqual([
      'node2 is the node of shop/db, and no policy judges what goes between a pod and its own node',
    ]);
    const set: IpSet = {
      kind: 'ip-set',
      ns: 'node2',
      name: 'NETPOL-IN',
      type: 'hash:ip',
      family: 4,
      members: ['10.244.1.9'],
    };
    const moment = { ...open, from: 'web', to: 'shop/db', port: 80, saved: 'create NETPOL-IN hash:ip family inet\n' };
    const db = addressFor(directory.get('shop/db') ?? expect.unreachable(), undefined, 4) ?? '';
    expect(await ask({ ...moment, sets: [{ ...set, members: [db] }] })).toEqual([
      `the set NETPOL-IN of node2 lacks ${db}, db (shop); the lab has it there`,
    ]);
  });
});

test('a lab without policies has nothing to tell', async () => {
  const { sysctls } = explainPolicies({ ...SHOP, networkPolicies: [] });
  expect(sysctls).toEqual([]);
});
