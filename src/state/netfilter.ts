/** iptables chains and the rules in them. */
import type { Family } from '../address/address.ts';
import { type Chains, rulesText } from '../netfilter/rewrite.ts';
import type { ParsedRule } from '../netfilter/rule.ts';
import { type ChainOfRules, playRules, readSave } from '../netfilter/ruleset.ts';
import { AF_INET, AF_INET6 } from '../netlink/ip-text.ts';
import { dumpRequest, NETLINK_NETFILTER } from '../netlink/message.ts';
import type { Command } from './command.ts';
import { type HostFeature, whenever } from './host-feature.ts';
import { commandsOf, type KindSpec, nsToken, PHASES } from './kind.ts';
import { type CommandOutput, type Dump, type FileText, hint, type SeenNamespace } from './question.ts';
import { makeRestore } from './restore-text.ts';

/** An iptables chain: that it exists and, for a built-in one, its policy. */
export interface Chain {
  readonly kind: 'chain';
  readonly ns: string;
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  /** `ACCEPT`, `DROP`; null for a user chain, which has none. */
  readonly policy: string | null;
}

/** The rules of one iptables chain, in order. */
export interface Rules {
  readonly kind: 'rules';
  readonly ns: string;
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  /** Each the words after `-A CHAIN`. */
  readonly rules: readonly (readonly string[])[];
}

export type ChainId = Pick<Chain, 'ns' | 'family' | 'table' | 'chain'>;

const iptables = (family: Family) => (family === 4 ? 'iptables' : 'ip6tables');

function command({ ns, family, table }: ChainId, ...words: readonly string[]): Command {
  return { ns, argv: [iptables(family), '-t', table, ...words] };
}

const key = ({ ns, family, table, chain }: ChainId) => `${ns} ${family} ${table} ${chain}`;
const chainToken = (chain: ChainId) => `chain ${key(chain)}`;
const inWords = ({ family, table, chain }: ChainId) => `${iptables(family)} chain ${chain} of table ${table}`;

const setPolicy = (chain: Chain, policy: string) => [command(chain, '-P', chain.chain, policy)];

const turnAt = (rank: number) => ({ phase: PHASES.netfilter, rank });
const MAKE = turnAt(0);
const FILL = turnAt(1);
const EMPTY = turnAt(2);
const REMOVE = turnAt(3);

const IPTABLES_WORKS: HostFeature = {
  id: 'iptables',
  title: 'iptables',
  use: 'iptables rules and masquerading',
  argv: ['iptables', '-t', 'nat', '-A', 'POSTROUTING', '-j', 'MASQUERADE'],
  package: 'iptables',
  module: 'nf_tables',
};

const IP6TABLES_WORKS: HostFeature = {
  id: 'ip6tables',
  title: 'ip6tables',
  use: 'ip6tables rules',
  argv: ['ip6tables', '-A', 'INPUT', '-j', 'ACCEPT'],
  package: 'iptables',
  module: 'nf_tables',
};

const RULES_NEED = whenever<ChainId>([IPTABLES_WORKS, IP6TABLES_WORKS], ({ family }, id) => id === iptables(family));

const NFT_MSG_GETTABLE = (10 << 8) | 1;
const NFGENMSG = 4;

/** The family of each table. */
const NFT_FAMILIES: Dump<number> = {
  ...{ by: 'dump', name: 'nft-families', none: [], protocol: NETLINK_NETFILTER },
  request: dumpRequest(NFT_MSG_GETTABLE, Buffer.alloc(NFGENMSG)),
  decode: (bytes, start) => bytes[start],
};

/** Running `iptables-save` costs 2 ms a namespace, and most have no tables. */
const saveOf = (family: Family): CommandOutput<string> => ({
  ...{ by: 'command', name: iptables(family), none: '', argv: [`${iptables(family)}-save`] },
  hints: [
    hint(NFT_FAMILIES, families => families.includes(family === 4 ? AF_INET : AF_INET6)),
    hint(legacyTables(family), names => names !== ''),
  ],
  read: stdout => stdout,
});

const legacyTables = (family: Family): FileText => {
  const file = family === 4 ? 'ip_tables_names' : 'ip6_tables_names';
  return { by: 'file', name: file, none: '', path: `/proc/thread-self/net/${file}` };
};

/** What `iptables-save` prints; empty where no table is loaded. */
export const IPTABLES = saveOf(4);
export const IP6TABLES = saveOf(6);

function readRulesets({ ns, answer }: SeenNamespace): (Chain | Rules)[] {
  return [...parseSave({ ns, family: 4 }, answer(IPTABLES)), ...parseSave({ ns, family: 6 }, answer(IP6TABLES))];
}

/** The built-in chains that belong to each table's name exist by themselves: they are objects only with a policy. */
export const chainKind: KindSpec<Chain> = {
  observing: { questions: [IPTABLES, IP6TABLES], read: readRulesets },
  key: chain => `chain ${key(chain)}`,
  same: (observed, wanted) => observed.policy === wanted.policy,
  needs: ({ ns }) => [nsToken(ns)],
  gives: chain => (chain.policy === null ? [chainToken(chain)] : []),
  turn: operation => (operation === 'delete' ? REMOVE : MAKE),
  needsOfHost: RULES_NEED,
  batching: () => RESTORE,
  add: chain => (chain.policy === null ? [command(chain, '-N', chain.chain)] : setPolicy(chain, chain.policy)),
  change: chain => (chain.policy === null ? [] : setPolicy(chain, chain.policy)),
  delete: chain => (chain.policy === null ? [command(chain, '-X', chain.chain)] : setPolicy(chain, 'ACCEPT')),
  place: ({ ns }) => ns,
  label: inWords,
};

const sameRule = (a: readonly string[] | undefined, b: readonly string[] | undefined) =>
  a !== undefined && b !== undefined && a.length === b.length && a.every((word, index) => word === b[index]);

function sharedStart(a: Rules['rules'], b: Rules['rules']): number {
  let count = 0;
  while (sameRule(a[count], b[count])) count++;
  return count;
}

function sharedEnd(a: Rules['rules'], b: Rules['rules'], start: number): number {
  let count = 0;
  const most = Math.min(a.length, b.length) - start;
  while (count < most && sameRule(a[a.length - 1 - count], b[b.length - 1 - count])) count++;
  return count;
}

/** Replaces only the run of rules that differs, so that the others keep their place and their counters. */
function replaceMiddle(wanted: Rules, was: Rules): Command[] {
  const start = sharedStart(was.rules, wanted.rules);
  const end = sharedEnd(was.rules, wanted.rules, start);
  const old = was.rules.slice(start, was.rules.length - end);
  const fresh = wanted.rules.slice(start, wanted.rules.length - end);
  return [
    ...old.map(() => command(wanted, '-D', wanted.chain, String(start + 1))),
    ...fresh.map((rule, index) => command(wanted, '-I', wanted.chain, String(start + index + 1), ...rule)),
  ];
}

export const rulesKind: KindSpec<Rules> = {
  /** Seen with the chains, as one text has both. */
  key: rules => `rules ${key(rules)}`,
  same: (observed, wanted) =>
    observed.rules.length === wanted.rules.length && observed.rules.every((rule, i) => sameRule(rule, wanted.rules[i])),
  needs: ({ ns }) => [nsToken(ns)],
  gives: () => [],
  turn: operation => (operation === 'delete' ? EMPTY : FILL),
  needsOfHost: RULES_NEED,
  batching: () => RESTORE,
  add: rules => rules.rules.map(rule => command(rules, '-A', rules.chain, ...rule)),
  change: replaceMiddle,
  delete: rules => [command(rules, '-F', rules.chain)],
  place: ({ ns, rules }) => (rules.length === 0 ? undefined : ns),
  label: rules => `rules of ${inWords(rules)}`,
};

const RESTORE = makeRestore<Chain | Rules>(({ object, was, ...change }) =>
  object.kind === 'chain'
    ? commandsOf(chainKind, { ...change, object, ...(was?.kind === 'chain' ? { was } : {}) })
    : commandsOf(rulesKind, { ...change, object, ...(was?.kind === 'rules' ? { was } : {}) }),
);

/** A lab's rules, played in order as iptables would: appends, inserts, new chains and policies. */
export function rulesetOf(ruleset: RulesetId, rules: readonly ParsedRule[]): (Chain | Rules)[] {
  return toObjects(ruleset, playRules(rules));
}

/** What `iptables-save` prints; built-in chains with their default policy and no rules are left out. */
export function parseSave(ruleset: RulesetId, text: string): (Chain | Rules)[] {
  return toObjects(ruleset, readSave(text));
}

interface RulesetId {
  readonly ns: string;
  readonly family: Family;
}

function toObjects({ ns, family }: RulesetId, chains: readonly ChainOfRules[]): (Chain | Rules)[] {
  return chains.flatMap(({ table, chain, policy, rules }) => [
    ...(policy === 'ACCEPT' ? [] : [{ kind: 'chain', ns, family, table, chain, policy } as const]),
    ...(rules.length === 0 ? [] : [{ kind: 'rules', ns, family, table, chain, rules } as const]),
  ]);
}

/** Chains and rules of a lab's namespaces, by `rulesetKey`. */
export type Rulesets = ReadonlyMap<string, readonly (Chain | Rules)[]>;

export const rulesetKey = (ns: string, family: Family) => `${ns} ${family}`;

/** User chains only: what is in a built-in chain is not one owner's alone. */
export function toChains(objects: Iterable<Chain | Rules>): Chains {
  const chains = new Map<string, string>();
  for (const object of objects) {
    const key = `${object.table} ${object.chain}`;
    if (object.kind === 'rules') chains.set(key, rulesText(object.chain, object.rules));
    else if (!chains.has(key)) chains.set(key, '');
  }
  return chains;
}
