/** The iptables rules that a node or pod is given in the file. */
import type { Family } from '../address/address.ts';
import type { IptablesRule, Machine } from '../language/lab/lab.ts';
import { type ParsedRule, parseRule } from '../netfilter/rule.ts';
import type { Chain, Rules } from '../state/netfilter.ts';
import { rulesetKey, rulesetOf } from '../state/netfilter.ts';
import type { Wanted } from '../state/state.ts';
import type { CompileContext } from './context.ts';
import { want } from './want.ts';

export function compileRules(
  machine: Machine,
  family: Family,
  rules: readonly IptablesRule[],
  { rulesets }: CompileContext,
): Wanted[] {
  const source = [...machine.source, family === 4 ? 'iptables' : 'ip6tables'];
  const objects =
    rulesets.get(rulesetKey(machine.ns, family)) ?? rulesetOf({ ns: machine.ns, family }, parseRules(rules));
  return objects.map(object => want(object, rulesReason(machine, object), source));
}

function parseRules(rules: readonly IptablesRule[]): ParsedRule[] {
  return rules.flatMap(({ text }) => {
    const rule = parseRule(text);
    return 'message' in rule ? [] : [rule];
  });
}

function chainReason(key: string, { chain, policy }: Chain): string {
  if (policy === null) return `${key} has a chain ${chain} of its own, which other rules jump to`;
  return `what no rule of ${chain} decides, ${key} ${policy === 'DROP' ? 'drops' : 'lets pass'}`;
}

function rulesReason({ key }: Machine, object: Chain | Rules): string {
  if (object.kind === 'chain') return chainReason(key, object);
  if (object.rules.some(words => words.includes('MASQUERADE'))) {
    return `${key} puts its own address in place of the sender's on what leaves here`;
  }
  return `${key} filters or rewrites packets in ${object.chain}`;
}
