/** iptables rules of a machine: the masquerading it asks for, then its own rules, each checked for its form. */

import { type Family, familyBits, formatSubnet, type Subnet, subnetOf } from '../address/address.ts';
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { MasqueradeEntry } from '../language/lab/generated/lab-file.ts';
import type { IptablesRule } from '../language/lab/lab.ts';
import { findWrongFamily, type RuleMistake } from '../netfilter/other-commands.ts';
import { isBuiltIn, type ParsedRule, parseRule, TABLES } from '../netfilter/rule.ts';
import { countAddresses } from '../netfilter/ruleset.ts';
import type { Adjacency, LabDraft, MachineDraft, NodeDraft } from './model.ts';
import { collectProblems, type Problems } from './problems.ts';
import { readSubnet } from './read-subnet.ts';
import { suggestInterface } from './suggest-interface.ts';

type RulesKey = 'iptables' | 'ip6tables';

export function resolveRules(machine: MachineDraft, key: RulesKey, draft: LabDraft): IptablesRule[] {
  const given = givenRules(machine, key, draft.problems);
  return machine.kind === 'pod' ? given : [...masqueradeRules(machine, key, draft), ...given];
}

function givenRules(machine: MachineDraft, key: RulesKey, problems: Problems): IptablesRule[] {
  const given = machine.entry[key];
  if (given === undefined) return [];
  const chains: RuleCounts = new Map();
  const rules: IptablesRule[] = [];
  for (const [index, text] of given.entries()) {
    const source = [...machine.path, key, index];
    const rule = parseRule(text);
    const mistake = 'message' in rule ? rule : (findWrongFamily(rule.words, key) ?? findMisplaced(rule, chains));
    if (mistake) problems.error(source, 'refused-rule', mistake.message, mistake.hint);
    else rules.push({ text, source });
  }
  return rules;
}

/** How many rules each chain has so far that is there. */
type RuleCounts = Map<string, number>;

/** A user chain has to be made, once, before rules go into it; and a rule goes in behind one that is there. */
function findMisplaced(rule: ParsedRule, chains: RuleCounts): RuleMistake | undefined {
  const { table, chain, verb, position } = rule;
  const key = `${table} ${chain}`;
  const isOwn = isBuiltIn(table, chain);
  const count = chains.get(key) ?? (isOwn ? 0 : undefined);
  if (verb === 'new') {
    chains.set(key, count ?? 0);
    return count === undefined ? undefined : { message: `chain "${chain}" is there already`, hint: 'remove this -N' };
  }
  if (count === undefined) {
    const hint = `make it first: "-t ${table} -N ${chain}"; the built-in chains are ${TABLES.get(table)?.join(', ')}`;
    return { message: `there is no chain "${chain}" in table ${table}`, hint };
  }
  if (verb === 'policy')
    return isOwn
      ? undefined
      : { message: `only a built-in chain has a policy, and "${chain}" is none`, hint: `write: -A ${chain} -j DROP` };
  if (position > count + 1)
    return { message: `"${chain}" has no place ${position} yet`, hint: `it has ${count} before this one; -A appends` };
  chains.set(key, count + countAddresses(rule));
  return undefined;
}

function masqueradeRules(machine: NodeDraft, key: RulesKey, draft: LabDraft): IptablesRule[] {
  const { file, cluster, near, problems } = draft;
  const own = machine.entry.masquerade;
  const asked = own ?? (machine.external ? undefined : file.cluster?.masquerade);
  const source: Path = own === undefined ? ['cluster', 'masquerade'] : [...machine.path, 'masquerade'];
  const family = key === 'iptables' ? 4 : 6;
  if (asked === true) {
    const nets = cluster.podNets.filter(net => net.family === family).map(formatSubnet);
    const others = otherNodes(machine, family, draft);
    return nets.flatMap(net => masquerade(net, [net, ...others], undefined).map(text => ({ text, source })));
  }
  if (asked === undefined || asked === false) return [];
  return asked.flatMap((entry, index) => {
    const parsed = readMasquerade(entry, [...source, index], family === 4 ? problems : collectProblems());
    if (family === 4) checkInterface(machine, entry.interface, [...source, index, 'interface'], near, problems);
    if (parsed?.source.family !== family) return [];
    const except = parsed.except.map(formatSubnet);
    const rules = masquerade(formatSubnet(parsed.source), except, entry.interface);
    return rules.map(text => ({ text, source: [...source, index] }));
  });
}

/**
 * The nodes know the way back to each other's pods, so pods speak to them under their own addresses too. Where routes
 * are written by hand netlab cannot know that.
 */
function otherNodes(machine: NodeDraft, family: Family, { cluster, machines, near }: LabDraft): string[] {
  if (cluster.fabric.isByHand || machine.external) return [];
  const others = [...machines.nodes.values()].filter(node => !node.external && node.key !== machine.key);
  return others.flatMap(({ key }) => {
    const [own] = near.of(key).filter(({ host }) => host.ip.family === family);
    return own ? [formatSubnet(subnetOf(own.host.ip, familyBits(family)))] : [];
  });
}

function checkInterface(
  machine: MachineDraft,
  name: string | undefined,
  path: Path,
  near: Adjacency,
  problems: Problems,
): void {
  const known = near.devicesOf(machine.key);
  if (name === undefined || known.has(name)) return;
  problems.error(path, 'unknown-name', `"${machine.key}" has no interface "${name}"`, suggestInterface(name, known));
}

function readMasquerade(entry: MasqueradeEntry, path: Path, problems: Problems) {
  const source = readSubnet(entry.source, [...path, 'source'], problems);
  const except = (entry.except ?? []).flatMap((text, i) => readSubnet(text, [...path, 'except', i], problems) ?? []);
  if (source) for (const [i, subnet] of except.entries()) checkFamily(source, subnet, [...path, 'except', i], problems);
  return source && { source, except };
}

function checkFamily(source: Subnet, except: Subnet, path: Path, problems: Problems): void {
  if (source.family === except.family) return;
  const message = `${formatSubnet(except)} is IPv${except.family}, the source is IPv${source.family}`;
  problems.error(path, 'wrong-family', message, 'give each family a masquerade entry of its own');
}

/** iptables takes one `! -d` a rule, so further exceptions leave the chain before it. */
function masquerade(source: string, except: readonly string[], out: string | undefined): string[] {
  const [first, ...others] = except;
  const interfaces = out === undefined ? '' : ` -o ${out}`;
  return [
    ...others.map(subnet => `-t nat -A POSTROUTING -s ${source} -d ${subnet}${interfaces} -j RETURN`),
    `-t nat -A POSTROUTING -s ${source}${first === undefined ? '' : ` ! -d ${first}`}${interfaces} -j MASQUERADE`,
  ];
}
