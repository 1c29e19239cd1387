/** Of the rules that an attempt met, and of those that are gone: who is to blame. */
import { expect, test } from 'vitest';
import { makeDirectory } from '../../../src/language/lab/directory.ts';
import type { ExplainContext } from '../../../src/path/explainer.ts';
import type { MetRule } from '../../../src/path/met-rules.ts';
import {
  blockerCauses,
  changerCauses,
  findLostRules,
  type LostRule,
  ownBlockerCauses,
} from '../../../src/path/rule-causes.ts';
import { labOf } from '../resolve/lab-of.ts';
import { NO_WISHES } from './no-wishes.ts';

const LAB = labOf('nodes: { n1: {} }');
const met = (chain: string, words: string, target: string, table = 'filter'): MetRule => ({
  ...{ ns: 'n1', tool: 'iptables', table, chain, target },
  rule: `-A ${chain} ${words}`,
});
const OWN = met('KUBE-FORWARD', '-m conntrack --ctstate INVALID -j DROP', 'DROP');
const BY_HAND = met('FORWARD', '-p tcp -j DROP', 'DROP');
const NOTRACK = met('PREROUTING', '-j CT --notrack', 'CT', 'raw');

const wanted = [
  ['-s', '10.244.0.0/16', '-j', 'MASQUERADE'],
  ['-j', 'RETURN'],
];
const context: ExplainContext = {
  ...NO_WISHES,
  ...{ lab: LAB, directory: makeDirectory(LAB), unready: new Set<string>() },
  kernel: {
    ...{ namespaces: ['n1'], owners: () => [], reach: () => [], routes: () => [] },
    ...{ link: () => undefined, hasRules: () => true, sysctl: () => undefined, peer: () => undefined },
  },
  run: async jobs =>
    jobs.map(() => ({
      code: 0,
      stdout: '*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -j RETURN\nCOMMIT\n',
      stderr: '',
    })),
  isWanted: rule => rule === OWN,
  rulesOf: ns => [{ kind: 'rules', ns, family: 4, table: 'nat', chain: 'POSTROUTING', rules: wanted }],
};
const texts = (causes: readonly { readonly text: string }[]) =>
  causes.map(({ text }) => text.replace(/:? its counter.*/, ''));

test('what the lab wants is blamed for nothing where there is something by hand', () => {
  expect(texts(blockerCauses([OWN, BY_HAND], [], context))).toEqual([
    'the rule -A FORWARD -p tcp -j DROP of n1 (table filter) drops it',
  ]);
  expect(texts(blockerCauses([OWN, NOTRACK], [], context))).toEqual([
    "the rule -A PREROUTING -j CT --notrack of n1 (table raw) changes it, and is not the lab's",
  ]);
  expect(blockerCauses([OWN], [], context)).toEqual([]);
  expect(texts(ownBlockerCauses([OWN, BY_HAND], context))).toEqual([
    expect.stringMatching(/KUBE-FORWARD .* drops it$/),
  ]);
});

test('nor where a rule of the same chain that would have let it through is gone', () => {
  const lost: LostRule = { ...OWN, words: ['-p', 'tcp', '-j', 'ACCEPT'] };
  const text = 'n1 lacks a rule in table filter that the lab gives it: -A KUBE-FORWARD -p tcp -j ACCEPT';
  expect(texts(blockerCauses([OWN], [lost], context))).toEqual([text]);
  expect(blockerCauses([OWN], [{ ...lost, chain: 'FORWARD' }], context)).toEqual([]);
});

test('what only counts or accepts changes nothing', () => {
  const harmless = [met('FORWARD', '-j ACCEPT', 'ACCEPT'), met('FORWARD', '', ''), met('FORWARD', '-j LOG', 'LOG')];
  expect(changerCauses(harmless, context)).toEqual([]);
});

test('rules are lost that the lab wants and a chain has not', async () => {
  const lost = await findLostRules(['n1'], 4, context);
  expect(lost).toEqual([{ ns: 'n1', tool: 'iptables', table: 'nat', chain: 'POSTROUTING', words: wanted[0] }]);
});
