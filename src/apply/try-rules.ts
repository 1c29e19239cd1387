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
import { failedLines } from '../netfilter/split-restore.ts';
import { findUnmade, trialText, withoutCounters } from '../netfilter/trial.ts';
import { HostError } from '../sandbox/host-error.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { CommandJob, JobResult } from '../state/job.ts';
import type { Chain, Rules } from '../state/netfilter.ts';
import { parseSave, type Rulesets, rulesetKey } from '../state/netfilter.ts';
import { CHUNK, findRefused, type Loading, type Refusal } from './find-refused.ts';
import { scratchName, withScratch } from './scratch.ts';

export interface TriedRules {
  readonly rulesets: Rulesets;
  readonly diagnostics: readonly Diagnostic[];
}

interface TrialRule extends ParsedRule, Pick<IptablesRule, 'source'> {}

interface Trial {
  /** Names the scratch namespace. */
  readonly purpose: string;
  readonly family: Family;
  readonly rules: readonly TrialRule[];
  readonly tables: readonly string[];
  /** The namespaces of the lab that want exactly these rules. */
  readonly users: string[];
}

export async function tryRules(lab: Lab, sandbox: Sandbox): Promise<TriedRules> {
  const trials = collectTrials(lab);
  if (trials.length === 0) return { rulesets: new Map(), diagnostics: [] };
  const purposes = trials.map(({ purpose }) => purpose);
  return withScratch(sandbox, purposes, async () => {
    const saved = await loadAll(trials, sandbox);
    const diagnostics: Diagnostic[] = [];
    for (const trial of trials) if (!saved.has(trial)) diagnostics.push(...(await refuse(trial, sandbox)));
    return { rulesets: diagnostics.length > 0 ? new Map() : readBack(saved), diagnostics };
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
      else trials.set(key, { purpose: `rules-${trials.size}`, family, ...toTrialRules(rules), users: [ns] });
    }
  }
  return [...trials.values()];
}

function toTrialRules(rules: readonly IptablesRule[]): Pick<Trial, 'rules' | 'tables'> {
  const parsed = rules.flatMap(({ text, source }) => {
    const rule = parseRule(text);
    return 'message' in rule ? [] : [{ ...rule, source }];
  });
  return { rules: parsed, tables: [...new Set(parsed.map(({ table }) => table))] };
}

const tool = (family: Family) => (family === 4 ? 'iptables' : 'ip6tables');

const restoreJob = ({ purpose, family }: Trial, input: string, sandbox: Sandbox): CommandJob => ({
  ...{ ns: scratchName(sandbox, purpose), argv: [`${tool(family)}-restore`, '-w', '-c'], input },
});

const saveJob = ({ purpose, family }: Trial, sandbox: Sandbox): CommandJob => ({
  ...{ ns: scratchName(sandbox, purpose), argv: [`${tool(family)}-save`, '-c'] },
});

/** What is saved of those whose rules were all made; side by side, as nearly always it is all of them. */
async function loadAll(trials: readonly Trial[], sandbox: Sandbox): Promise<Map<Trial, string>> {
  const good: Trial[] = [];
  for (let left = trials; left.length > 0; ) {
    const texts = left.map(({ rules, tables }) => trialText(rules, tables, true).text);
    const results = await sandbox.run(left.map((trial, index) => restoreJob(trial, texts[index] ?? '', sandbox)));
    good.push(...left.filter((_, index) => results[index]?.code === 0));
    // After a failure no further one was begun.
    left = left.filter((_, index) => results[index]?.code === null);
  }
  const saved = await save(good, sandbox);
  return new Map(saved.filter(([{ rules }, text]) => isAllMade(rules, text)));
}

function isAllMade(rules: readonly TrialRule[], saved: string): boolean {
  const whyOf = findUnmade(rules, saved);
  return rules.every((_, index) => whyOf(index) === undefined);
}

async function save(trials: readonly Trial[], sandbox: Sandbox): Promise<(readonly [Trial, string])[]> {
  const results = await sandbox.run(trials.map(trial => saveJob(trial, sandbox)));
  const failed = results.find(({ code }) => code !== 0 && code !== null);
  if (failed) throw new HostError(`iptables cannot be read back: ${failed.stderr.trim()}`);
  return trials.map((trial, index) => [trial, results[index]?.stdout ?? ''] as const);
}

/** Each rule that iptables does not make, in the order of the file. */
async function refuse(trial: Trial, sandbox: Sandbox): Promise<Diagnostic[]> {
  const command = tool(trial.family);
  let said = '';
  let mayHoldRules = true;
  const refusals = await findRefused(trial.rules, async (rules, kept) => {
    // A text that is loaded by pieces does not empty the tables.
    if (mayHoldRules) await sandbox.run([restoreJob(trial, trialText([], trial.tables, false).text, sandbox)]);
    const loading = await load(trial, rules, kept, sandbox);
    mayHoldRules = loading.good || trial.tables.length > 1 || rules.length > CHUNK;
    said = loading.why;
    return loading;
  });
  if (!refusals) throw new HostError(`${command} cannot load rules here: it ${said}`);
  if (refusals.length === 0) throw new HostError(`${command} loads the same rules now and then only: try again`);
  return [...refusals]
    .sort((a, b) => trial.rules.indexOf(a.rule) - trial.rules.indexOf(b.rule))
    .map(({ rule, why }) => errorAt(rule.source, 'refused-rule', `${command} ${why}`));
}

/** Where only some are loaded, chains that others make are there, and what is inserted is put first. */
async function load(
  trial: Trial,
  rules: readonly TrialRule[],
  kept: readonly TrialRule[],
  sandbox: Sandbox,
): Promise<Loading<TrialRule>> {
  const isWhole = rules === kept;
  const own = new Set(rules);
  const all = [...kept.filter(rule => rule.verb === 'new' && !own.has(rule)), ...rules];
  const { text, lines } = trialText(all, trial.tables, isWhole);
  const [result] = await sandbox.run([restoreJob(trial, text, sandbox)]);
  if (result?.code === 127)
    throw new HostError(`this lab has iptables rules, and ${tool(trial.family)} is not installed`, [
      'apt-get install iptables',
    ]);
  return result?.code === 0 ? judgeLoaded(trial, all, sandbox) : judgeFailed(all, lines, result);
}

async function judgeLoaded(trial: Trial, rules: readonly TrialRule[], sandbox: Sandbox): Promise<Loading<TrialRule>> {
  const [[, saved = ''] = []] = await save([trial], sandbox);
  const whyOf = findUnmade(rules, saved);
  const unmade = rules.flatMap((rule, index): Refusal<TrialRule>[] => {
    const why = whyOf(index);
    return why === undefined ? [] : [{ rule, why }];
  });
  const [first] = unmade;
  // One that makes iptables end without an error takes all others along.
  const isSilent = unmade.length > 1 && !/^\[[1-9]/m.test(saved);
  return { good: !first, refused: isSilent ? [] : unmade, why: first?.why ?? '' };
}

function judgeFailed(
  rules: readonly TrialRule[],
  lines: readonly number[],
  result: JobResult | undefined,
): Loading<TrialRule> {
  const stderr = result?.stderr ?? '';
  const refused = failedLines(stderr).flatMap(line => {
    const rule = rules[lines.indexOf(line)];
    return rule ? [{ rule, why: reasonIn(stderr, line) }] : [];
  });
  const why = reasonIn(stderr);
  const missing = /Chain '(.+)' does not exist/.exec(stderr)?.[1];
  const astray = rules.filter(({ words }) => words.some((word, index) => word === missing && isJump(words[index - 1])));
  return { good: false, refused: refused.length > 0 ? refused : astray.map(rule => ({ rule, why })), why };
}

const isJump = (word: string | undefined) => /^(-j|-g|--jump|--goto)$/.test(word ?? '');

/** Of several that the kernel has refused each has a line of its own. */
function reasonIn(stderr: string, line?: number): string {
  const own = stderr.split('\n').find(one => one.startsWith(`line ${line}:`));
  return `refuses this rule: ${firstLine(own ?? stderr)}`;
}

/** `iptables-restore v1.8.9 (nf_tables): unknown option "--dprt"` without the program and its version. */
function firstLine(stderr: string): string {
  const lines = stderr.split('\n').map(line => line.replace(PREFIX, '').trim());
  return lines.find(line => line !== '') ?? 'it does not say why';
}

const PREFIX = /^(ip6?tables-restore(\s+v[\d.]+)?(\s+\([a-z_]+\))?:)?\s*(line \d+:)?/;

function readBack(saved: ReadonlyMap<Trial, string>): Rulesets {
  const rulesets = new Map<string, (Chain | Rules)[]>();
  for (const [{ family, users }, text] of saved)
    for (const ns of users) rulesets.set(rulesetKey(ns, family), parseSave({ ns, family }, withoutCounters(text)));
  return rulesets;
}
