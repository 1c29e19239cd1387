/** What policies let in and out of each pod, as `netlab policy` shows it. */
import { expect, test } from 'vitest';
import { leavePlain } from '../../../../src/cli/paint.ts';
import { policyJson, policyText } from '../../../../src/cli/views/policy.ts';
import { type Narrow, tabulate } from '../../../../src/features/network-policies/pod-policies.ts';
import { SHOP } from '../../features/network-policies/shop.ts';

const pick = (pods: readonly string[], policies: readonly string[] = []): Narrow => ({
  hasPod: ({ key }) => pods.length === 0 || pods.includes(key),
  hasPolicy: ({ key }) => policies.length === 0 || policies.includes(key),
});
const lineOf = () => ({ file: 'shop.lab.yaml', line: 7 });
const textOf = (narrow: Narrow) => policyText(tabulate(SHOP, narrow), lineOf, leavePlain);

test('each pod has what each of its policies lets in and out, and each policy whom it isolates', () => {
  expect(textOf(pick(['shop/db']))).toBe(`shop/db
  in    shop/db-from-back   1: tcp 5432 from pods app=back of shop
                            2: tcp 9187, 9100-9200 from pods app=prometheus of
                            namespaces team=b
        shop/default-deny   nothing
  out   shop/default-deny   nothing

POLICY              ISOLATES   PODS
shop/db-from-back   in         pods app=db of shop: 1 (shop.lab.yaml:7)
shop/default-deny   in, out    all pods of shop: 9 (shop.lab.yaml:7)
`);
});

test('no line is longer than a terminal is wide, alike pods are one entry, and those that nothing isolates one line', () => {
  const lines = textOf(pick([])).split('\n');
  expect(lines.filter(line => line.length > 80)).toEqual([]);
  expect(lines).toContain('shop/cache-0 … shop/cache-5 (6 pods)');
  expect(lines).toContain('no policy isolates: ops/prometheus, web');
  expect(lines).toContain('traffic of its node, which no policy judges: agent');
});

test('of a policy there are the pods that it selects', () => {
  const text = textOf(pick([], ['shop/front']));
  expect(text).toContain('shop/front\n  in    shop/front   tcp http from anyone\n');
  expect(text).not.toContain('shop/db');
});

test('JSON has every pod and policy by its full name, and the place of each rule', () => {
  const { pods, policies } = JSON.parse(policyJson(tabulate(SHOP, pick([])), lineOf));
  expect(pods).toHaveLength(SHOP.pods.length);
  expect(pods).toContainEqual({
    ...{ name: 'default/web', hostNetwork: false },
    ingress: { isolated: false, policies: [] },
    egress: { isolated: false, policies: [] },
  });
  expect(policies[2]).toEqual({
    ...{ name: 'shop/db-from-back', file: 'shop.lab.yaml', line: 7, podSelector: 'app=db', policyTypes: ['Ingress'] },
    pods: ['shop/db'],
    ingress: [
      { file: 'shop.lab.yaml', line: 7, peers: ['pods app=back of shop'], ports: ['tcp 5432'] },
      {
        ...{ file: 'shop.lab.yaml', line: 7, peers: ['pods app=prometheus of namespaces team=b'] },
        ports: ['tcp 9187', 'tcp 9100-9200'],
      },
    ],
    egress: [],
  });
});
