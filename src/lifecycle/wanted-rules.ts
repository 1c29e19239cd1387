/** What a running lab wants of iptables in, whether a rule that was met is one of that out: such a rule is no culprit. */
import type { UnreadyPods } from '../language/lab/readiness.ts';
import { isOneOf, type MetRule } from '../path/met-rules.ts';
import { keyOf } from '../state/kinds.ts';
import { completeWanted, type Remembered } from './record.ts';

/** Compiled when it is first asked: with thousands of Services that takes its time. */
export function recogniseWanted(remembered: Remembered, unready: UnreadyPods): (rule: MetRule) => boolean {
  let wanted: ReturnType<typeof completeWanted> | undefined;
  return rule => {
    wanted ??= completeWanted(remembered, unready);
    const { ns, tool, table, chain } = rule;
    const family = tool === 'iptables' ? 4 : 6;
    const found = wanted.get(keyOf({ kind: 'rules', ns, family, table, chain, rules: [] }))?.object;
    return found?.kind === 'rules' && isOneOf(found.rules, rule);
  };
}
