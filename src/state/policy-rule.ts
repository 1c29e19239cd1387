/** Policy rules: which packets are routed by which table, or by none. They are asked in the order of their priorities. */

import { BY_IP_OF_BOTH_FAMILIES } from './batching.ts';
import { always, type HostFeature, IPROUTE2 } from './host-feature.ts';
import { type KindSpec, nsToken, PHASES } from './kind.ts';
import { isOfKernel, POLICY_RULES, RULES_OF_KERNEL, type RuleDump } from './policy-rule-dump.ts';
import type { SeenNamespace } from './question.ts';

/** How a packet is chosen, and what becomes of it. */
export interface PolicyRule extends RuleDump {
  readonly kind: 'policy-rule';
  readonly ns: string;
  /** Only ever observed: others have its priority. */
  readonly crowded?: true;
  /** Only ever observed: it is one of the kernel's own, and it is gone. */
  readonly lost?: true;
}

const RULES_WORK: HostFeature = {
  id: 'rule',
  title: 'policy routing',
  use: 'rules, and tables of routes',
  argv: ['ip', 'rule', 'add', 'priority', '1000', 'from', '192.0.2.1', 'table', '100'],
  package: 'iproute2',
};

/** The kernel allows several rules of one priority: all their words tell them apart. */
function selector({ priority, further = [], from, to, iif, oif, fwmark }: PolicyRule): string[] {
  const pair = (word: string, value: string | undefined) => (value === undefined ? [] : [word, value]);
  return [
    ...['priority', String(priority), ...further, 'from', from ?? 'all', ...pair('to', to)],
    ...[...pair('fwmark', fwmark), ...pair('iif', iif), ...pair('oif', oif)],
  ];
}

const NAMES = new Map([
  [253, 'default'],
  [254, 'main'],
]);

/** As `ip` calls it on every system. */
export const tableName = (table: number) => NAMES.get(table) ?? String(table);

const all = (rule: PolicyRule) => [
  ...selector(rule),
  ...(typeof rule.action === 'number' ? ['table', tableName(rule.action)] : [rule.action]),
];

const command = ({ ns, family }: PolicyRule, verb: 'add' | 'del' | 'flush', words: readonly string[]) => [
  { ns, argv: ['ip', ...(family === 6 ? ['-6'] : []), 'rule', verb, ...words] },
];

/**
 * To the kernel a word that is left out means any: of several rules of one priority it takes away the first that fits. So
 * all of them go, and those that are wanted are made again.
 */
const remove = (rule: PolicyRule) => (rule.lost ? command(rule, 'add', all(rule)) : removeFound(rule));

const removeFound = (rule: PolicyRule) =>
  rule.crowded ? command(rule, 'flush', ['priority', String(rule.priority)]) : command(rule, 'del', all(rule));

const priorityToken = ({ ns, family, priority }: PolicyRule) => `priority ${ns} ${family} ${priority}`;

/** Those of the kernel's own rules, which are not to go with others. */
const PRIORITIES_OF_KERNEL = new Set([0, 32766, 32767]);

function read({ ns, answer }: SeenNamespace): PolicyRule[] {
  const all = answer(POLICY_RULES);
  const rules = all.filter(rule => !isOfKernel(rule)).map((rule): PolicyRule => ({ kind: 'policy-rule', ns, ...rule }));
  const counts = new Map<string, number>();
  for (const token of rules.map(priorityToken)) counts.set(token, (counts.get(token) ?? 0) + 1);
  const found = rules.map((rule): PolicyRule => {
    const isAlone = counts.get(priorityToken(rule)) === 1 || PRIORITIES_OF_KERNEL.has(rule.priority);
    return isAlone ? rule : { ...rule, crowded: true };
  });
  return [...found, ...findLost(all).map((rule): PolicyRule => ({ kind: 'policy-rule', ns, ...rule, lost: true }))];
}

/** Of a family that has none at all it is not known whether the kernel has rules for it. */
function findLost(all: readonly RuleDump[]): RuleDump[] {
  const has = ({ family, priority }: RuleDump) =>
    all.some(rule => isOfKernel(rule) && rule.family === family && rule.priority === priority);
  return RULES_OF_KERNEL.filter(own => all.some(({ family }) => family === own.family) && !has(own));
}

/** Of one that differs in anything there is another one: the kernel changes none. */
export const policyRuleKind: KindSpec<PolicyRule> = {
  key: rule => `policy-rule ${rule.ns} ${rule.family} ${all(rule).join(' ')}${rule.lost ? ' lost' : ''}`,
  same: () => true,
  needs: ({ ns }) => [nsToken(ns)],
  affectedBy: rule => [priorityToken(rule)],
  gives: rule => (rule.crowded ? [priorityToken(rule)] : []),
  turn: operation =>
    operation === 'delete' ? { phase: PHASES.deleteInside, rank: 0 } : { phase: PHASES.inside, rank: 3 },
  observing: { questions: [POLICY_RULES], read },
  needsOfHost: always(IPROUTE2, RULES_WORK),
  batching: () => BY_IP_OF_BOTH_FAMILIES,
  add: rule => command(rule, rule.lost ? 'del' : 'add', all(rule)),
  change: () => [],
  delete: remove,
  label: rule => `${rule.lost ? "lack of the kernel's own " : ''}IPv${rule.family} rule of ${all(rule).join(' ')}`,
};
