/** What a running lab wants of iptables and of interfaces in, answers for those who look for a culprit out. */
import type { UnreadyPods } from '../language/lab/readiness.ts';
import type { LabWishes } from '../path/lab-wishes.ts';
import { isOneOf } from '../path/met-rules.ts';
import { keyOf } from '../state/kinds.ts';
import type { Rules } from '../state/netfilter.ts';
import { completeWanted, type Remembered } from './record.ts';

/** Compiled when it is first asked: with thousands of Services that takes its time. */
export function recogniseWanted(remembered: Remembered, unready: UnreadyPods): LabWishes {
  let complete: ReturnType<typeof completeWanted> | undefined;
  const find = (key: string) => {
    complete ??= completeWanted(remembered, unready);
    return complete.get(key)?.object;
  };
  return {
    isWanted: ({ ns, tool, table, chain, rule, target }) => {
      const at = { ns, family: tool === 'iptables' ? 4 : 6, table, chain } as const;
      const policy = rule.startsWith('-P ') ? find(keyOf({ kind: 'chain', ...at, policy: null })) : undefined;
      const rules = find(keyOf({ kind: 'rules', ...at, rules: [] }));
      return (
        (policy?.kind === 'chain' && policy.policy === target) ||
        (rules?.kind === 'rules' && isOneOf(rules.rules, { ns, tool, table, chain, rule, target }))
      );
    },
    rulesOf: (ns, family) => {
      find('');
      const objects = [...(complete?.values() ?? [])].map(({ object }) => object);
      return objects.filter((one): one is Rules => one.kind === 'rules' && one.ns === ns && one.family === family);
    },
    setsOf: ns =>
      [...remembered.wanted.values()].flatMap(({ object }) =>
        object.kind === 'ip-set' && object.ns === ns ? [object] : [],
      ),
    isShaped: ({ ns, dev }) =>
      [...remembered.wanted.values()].some(
        ({ object }) => object.kind === 'qdisc' && object.ns === ns && object.dev === dev,
      ),
  };
}
