/** Rules of iptables that were met in, what they are of in the language of policies out. */
import type { Lab } from '../../../language/lab/lab.ts';
import type { MetRule } from '../../../path/met-rules.ts';
import { namespaceChain, policyChain } from '../compile/names.ts';
import { type RuleOf, rulesOf } from '../judge.ts';
import { type Direction, policiesOf } from '../model.ts';
import { DIRECTIONS } from '../pod-policies.ts';

export type SeenRule =
  /** What no policy of a namespace lets through. */
  | { readonly kind: 'drop'; readonly direction: Direction; readonly namespace: string }
  | { readonly kind: 'allow'; readonly by: RuleOf };

/** Undefined for a rule that is none of the policies'. */
export type ReadSeen = (rule: MetRule) => SeenRule | undefined;

export function createReader(lab: Lab): ReadSeen {
  const policies = policiesOf(lab);
  const drops = new Map<string, SeenRule>();
  const allows = new Map<string, readonly RuleOf[]>();
  for (const policy of policies) {
    const { namespace } = policy;
    for (const direction of DIRECTIONS) {
      drops.set(namespaceChain(direction, namespace), { kind: 'drop', direction, namespace });
      allows.set(policyChain(direction, policy), rulesOf(policy, direction));
    }
  }
  return ({ table, chain, rule, target }) => {
    if (table !== 'filter') return undefined;
    if (target === 'DROP') return drops.get(chain);
    const by = allows.get(chain)?.find(({ number }) => number === numberOf(rule));
    return by && { kind: 'allow', by };
  };
}

/** `… --comment "shop/db-from-back rule 1" -g NETPOL-ALLOW` */
const numberOf = (rule: string) => Number(/ rule (\d+)" -g /.exec(rule)?.[1]);
