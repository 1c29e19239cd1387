/**
 * Tries a lab's iptables rules in scratch namespaces before anything is made, and reads them back.
 *
 * `iptables-save` has a spelling of its own (`10.1.2.3` becomes `10.1.2.3/32`, matches are reordered), so the wanted
 * rules are what comes out, not what the lab file says; and what iptables refuses is found with its place in the file.
 */
import type { Family } from '../address/address.ts';
import { type Diagnostic, errorAt } from '../language/diagnostic/diagnostic.ts';
import type { IptablesRule, Lab } from '../language/lab/lab.ts';
import { type ParsedRule, parseRule } from '../netfilter/rule.ts';
import { toRestore } from '../netfilter/ruleset.ts';
import { failedLine } from '../netfilter/split-restore.ts';
import { HostError } from '../sandbox/host-error.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { CommandJob, JobResult } from '../state/job.ts';
import type { Chain, Rules } from '../state/netfilter.ts';
import { parseSave, type Rulesets, rulesetKey } from '../state/netfilter.ts';
import { scratchName, withScratch } from './scratch.ts';

export interface TriedRules {
  readonly rulesets: Rulesets;
  readonly diagnostics: readonly Diagnostic[];
}

interface Trial {
  /** Names the scratch namespace. */
  readonly purpose: string;
  readonly family: Family;
  rules: readonly IptablesRule[];
  /** The namespaces of the lab that want exactly these rules. */
  readonly users: string[];
}

export async function tryRules(lab: Lab, sandbox: Sandbox): Promise<TriedRules> {
  const trials = collectTrials(lab);
  if (trials.length === 0) return { rulesets: new Map(), diagnostics: [] };
  const purposes = trials.map(({ purpose }) => purpose);
  return withScratch(sandbox, purposes, async () => {
    const diagnostics = await loadAll(trials, sandbox);
    return { rulesets: diagnostics.length > 0 ? new Map() : await readBack(trials, sandbox), diagnostics };
  });
}

/** Nodes and pods with the same rules share one trial. */
function collectTrials(lab: Lab): Trial[] {
  const trials = new Map<string, Trial>();
  for (const { ns, iptables, ip6tables } of [...lab.nodes, ...lab.pods]) {
    for (const [family, rules] of [
      [4, iptables],
      [6, ip6tables],
    ] as const) {
      if (rules.length === 0) continue;
      const key = `${family}\n${rules.map(({ text }) => text).join('\n')}`;
      const trial = trials.get(key);
      if (trial) trial.users.push(ns);
      else trials.set(key, { purpose: `rules-${trials.size}`, family, rules, users: [ns] });
    }
  }
  return [...trials.values()];
}

const tool = (family: Family) => (family === 4 ? 'iptables' : 'ip6tables');

/** A refused rule is reported and left out, and the rest is tried again, until nothing more is refused. */
async function loadAll(trials: readonly Trial[], sandbox: Sandbox): Promise<Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  let waiting = [...trials];
  while (waiting.length > 0) {
    const results = await sandbox.run(waiting.map(trial => toJob(trial, trial.rules, sandbox)));
    for (const [index, trial] of waiting.entries()) {
      const result = results[index];
      if (isFailure(result)) await refuse(trial, result, sandbox, diagnostics);
    }
    waiting = waiting.filter((trial, index) => results[index]?.code !== 0 && trial.rules.length > 0);
  }
  return diagnostics;
}

const isFailure = (result: JobResult | undefined): result is JobResult =>
  result !== undefined && result.code !== null && result.code !== 0;

function toJob({ purpose, family }: Trial, rules: readonly IptablesRule[], sandbox: Sandbox): CommandJob {
  const input = trialText(family, rules).text;
  return { ns: scratchName(sandbox, purpose), argv: [`${tool(family)}-restore`, '-w'], input };
}

function trialText(family: Family, rules: readonly IptablesRule[]) {
  return toRestore(rules.map(({ text }) => [tool(family), ...toWords(parseRule(text))]));
}

const FLAGS: Readonly<Record<ParsedRule['verb'], string>> = { append: '-A', insert: '-I', new: '-N', policy: '-P' };

function toWords(rule: ReturnType<typeof parseRule>): string[] {
  if ('message' in rule) return ['-t', 'filter'];
  const position = rule.verb === 'insert' ? [String(rule.position)] : [];
  return ['-t', rule.table, FLAGS[rule.verb], rule.chain, ...position, ...rule.words];
}

async function refuse(trial: Trial, result: JobResult, sandbox: Sandbox, diagnostics: Diagnostic[]): Promise<void> {
  const command = tool(trial.family);
  if (result.code === 127)
    throw new HostError(`this lab has iptables rules, and ${command} is not installed`, ['apt-get install iptables']);
  const refusal = namedRule(trial, result) ?? (await findCulprit(trial, sandbox));
  if (!refusal) throw new HostError(`${command} cannot load rules here: ${firstLine(result.stderr)}`);
  const message = `${command} refuses this rule: ${firstLine(refusal.stderr)}`;
  diagnostics.push(errorAt(refusal.rule.source, 'refused-rule', message));
  trial.rules = trial.rules.filter(rule => rule !== refusal.rule);
}

interface Refusal {
  readonly rule: IptablesRule;
  readonly stderr: string;
}

function namedRule({ family, rules }: Trial, { stderr }: JobResult): Refusal | undefined {
  const rule = rules[trialText(family, rules).lines.indexOf(failedLine(stderr))];
  return rule && { rule, stderr };
}

/**
 * iptables may name no line, or only the COMMIT that the kernel refused: the rule with which it stops loading is it.
 */
async function findCulprit(trial: Trial, sandbox: Sandbox): Promise<Refusal | undefined> {
  const [nothing] = await sandbox.run([toJob(trial, [], sandbox)]);
  if (isFailure(nothing)) return undefined;
  for (const [index, rule] of trial.rules.entries()) {
    const [result] = await sandbox.run([toJob(trial, trial.rules.slice(0, index + 1), sandbox)]);
    if (isFailure(result)) return { rule, stderr: result.stderr };
  }
  return undefined;
}

/** `iptables-restore v1.8.9 (nf_tables): unknown option "--dprt"` without the program and its version. */
function firstLine(stderr: string): string {
  const lines = stderr.split('\n').map(line => line.replace(PREFIX, '').trim());
  return lines.find(line => line !== '') ?? 'it does not say why';
}

const PREFIX = /^(ip6?tables-restore(\s+v[\d.]+)?(\s+\([a-z_]+\))?:)?\s*(line \d+:)?/;

async function readBack(trials: readonly Trial[], sandbox: Sandbox): Promise<Rulesets> {
  const results = await sandbox.run(
    trials.map(({ purpose, family }) => ({ ns: scratchName(sandbox, purpose), argv: [`${tool(family)}-save`] })),
  );
  const failed = results.find(({ code }) => code !== 0 && code !== null);
  if (failed) throw new HostError(`iptables cannot be read back: ${failed.stderr.trim()}`);
  const rulesets = new Map<string, (Chain | Rules)[]>();
  for (const [index, { family, users }] of trials.entries()) {
    for (const ns of users)
      rulesets.set(rulesetKey(ns, family), parseSave({ ns, family }, results[index]?.stdout ?? ''));
  }
  return rulesets;
}
