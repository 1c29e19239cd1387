/**
 * Which iptables rules are to blame: those that the attempt met, and those that the lab wants and that are gone. What the
 * lab wants and has is an innocent, unless there is nobody else.
 */
import type { Family } from '../address/address.ts';
import { quoteWord } from '../netfilter/words.ts';
import { keyOf } from '../state/kinds.ts';
import { parseSave, type Rules } from '../state/netfilter.ts';
import { type Cause, inspect } from './causes.ts';
import type { ExplainContext } from './explainer.ts';
import { isBlocking, isChanging, isTranslating, type MetRule, targetOf } from './met-rules.ts';

/** A rule that the lab wants, and that a chain has not. */
export interface LostRule {
  readonly ns: string;
  readonly tool: MetRule['tool'];
  readonly table: string;
  readonly chain: string;
  readonly words: readonly string[];
}

/** What blocks it and is not the lab's; and where one of the lab's is met because of what is done by hand, that. */
export function blockerCauses(met: readonly MetRule[], lost: readonly LostRule[], context: ExplainContext): Cause[] {
  const blocking = met.filter(isBlocking);
  const byHand = blocking.filter(rule => !context.isWanted(rule));
  if (byHand.length > 0 || blocking.length === 0) return byHand.map(rule => blockerCause(rule, context));
  const instead = lost.filter(one => blocking.some(rule => isOfOneChain(one, rule)));
  return instead.length > 0 ? instead.map(one => lostCause(one, context)) : changerCauses(met, context);
}

/** They stop also what follows from another fault, such as the rest of a connection: they count where there is no other. */
export const ownBlockerCauses = (met: readonly MetRule[], context: ExplainContext): Cause[] =>
  met.filter(rule => isBlocking(rule) && context.isWanted(rule)).map(rule => blockerCause(rule, context));

const blockerCause = (rule: MetRule, context: ExplainContext) =>
  metCause(rule, rule.target === 'DROP' ? 'drops it' : 'rejects it', context);

const isOfOneChain = (one: LostRule, { ns, tool, table, chain }: MetRule) =>
  one.ns === ns && one.tool === tool && one.table === table && one.chain === chain;

/** What changes it, and neither is the lab's nor translates. */
export const changerCauses = (met: readonly MetRule[], context: ExplainContext): Cause[] =>
  met
    .filter(rule => isChanging(rule) && !context.isWanted(rule))
    .map(rule => metCause(rule, "changes it, and is not the lab's", context));

export const translatorCauses = (met: readonly MetRule[], context: ExplainContext): Cause[] =>
  met
    .filter(rule => isTranslating(rule) && !context.isWanted(rule))
    .map(rule => metCause(rule, 'rewrites its addresses', context));

export function metCause(
  { ns, tool, table, chain, rule }: MetRule,
  what: string,
  { directory }: ExplainContext,
): Cause {
  const key = directory.keyOf(ns);
  const named = rule.startsWith('-P ') ? `the policy ${rule}` : `the rule ${rule}`;
  return {
    text: `${named} of ${key} (table ${table}) ${what}: its counter grew when the attempt was repeated`,
    command: inspect(key, `${tool} -t ${table} -vnL ${chain}`),
  };
}

export function lostCause({ ns, tool, table, chain, words }: LostRule, { directory }: ExplainContext): Cause {
  const key = directory.keyOf(ns);
  const text = `${key} lacks a rule in table ${table} that the lab gives it: -A ${chain} ${words.map(quoteWord).join(' ')}`;
  return { text, command: inspect(key, `${tool} -t ${table} -S ${chain}`) };
}

export const isLostTranslation = ({ words }: LostRule) => isTranslating({ target: targetOf(words) });

/** Of chains of their own features know more. */
const OF_FEATURES = /^(KUBE|CNI|NETPOL)-/;
const isOfNobody = (chain: string) => !OF_FEATURES.test(chain);

export async function findLostRules(
  namespaces: readonly string[],
  family: Family,
  context: ExplainContext,
  isAsked: (chain: string) => boolean = isOfNobody,
): Promise<LostRule[]> {
  const tool = family === 4 ? 'iptables' : 'ip6tables';
  const wanted = namespaces.map(ns => ({
    ns,
    chains: context.rulesOf(ns, family).filter(({ chain }) => isAsked(chain)),
  }));
  const asked = wanted.filter(({ chains }) => chains.length > 0);
  const answers = await context.run(asked.map(({ ns }) => ({ ns, argv: [`${tool}-save`] })));
  return asked.flatMap(({ ns, chains }, index) => {
    const saved = answers[index];
    if (saved?.code !== 0) return [];
    const has = new Map(parseSave({ ns, family }, saved.stdout).map(one => [keyOf(one), one]));
    return chains.flatMap(chain => lostOf(chain, has.get(keyOf(chain)))).map(lost => ({ ...lost, tool }));
  });
}

function lostOf(
  { ns, table, chain, rules }: Rules,
  found: ReturnType<typeof parseSave>[number] | undefined,
): Omit<LostRule, 'tool'>[] {
  const has = new Set(found?.kind === 'rules' ? found.rules.map(words => words.join(' ')) : []);
  return rules.filter(words => !has.has(words.join(' '))).map(words => ({ ns, table, chain, words }));
}
