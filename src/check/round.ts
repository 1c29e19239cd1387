/** One round of checks: everything they ask goes out in few requests, and a finding for each comes back. */

import type { Check } from '../features/checks/model.ts';
import type { Directory } from '../language/lab/directory.ts';
import type { Lab } from '../language/lab/lab.ts';
import type { UnreadyPods } from '../language/lab/readiness.ts';
import { readHosts } from '../path/kernel-text.ts';
import type { Probe, ProbeResult, Sandbox } from '../sandbox/sandbox.ts';
import type { CommandJob, JobResult } from '../state/job.ts';
import { attemptsOf, type CheckAttempt, isHostName, type Names, nameKey } from './attempts.ts';
import type { Finding } from './finding.ts';
import { listTargets, makeFindFrontend, type NamedFrontends } from './frontends.ts';
import { jobsOf, lookUpName, neighbourProbes } from './jobs.ts';
import type { MatchPattern } from './judge-answers.ts';
import { judgeReach } from './judge-reach.ts';
import { judgeTable } from './judge-tables.ts';

export interface Asking {
  readonly lab: Lab;
  readonly directory: Directory;
  readonly sandbox: Pick<Sandbox, 'run' | 'probe' | 'jobIn'>;
  readonly matches: MatchPattern;
  /** Looks which pods are not ready just now. */
  findUnready(): Promise<UnreadyPods>;
  /** Namespaces that there really are. */
  readonly running: ReadonlySet<string>;
}

/** What is sent is sent first: the tables that are looked at then have seen it. */
export async function askRound(checks: readonly Check[], asking: Asking): Promise<Finding[]> {
  const { directory, sandbox } = asking;
  const absent = new Map(checks.map(check => [check, namesNotRunning(check, asking)]));
  const asked = checks.filter(check => absent.get(check)?.length === 0);
  const targets = listTargets(asking.lab);
  const names = await lookUpNames(asked, asking, targets);
  const addressing = { directory, targets, names };
  const findFrontend = makeFindFrontend(asking.lab, directory, await asking.findUnready());
  const attempts = new Map(
    asked.flatMap(check => (isReach(check) ? [[check, attemptsOf(check, addressing, findFrontend)] as const] : [])),
  );
  const results = await probeAll([...attempts.values()].flat(), sandbox);
  // By itself: ten thousand probes may push out of the machine's neighbour table what is to be looked at.
  await sandbox.probe(asked.flatMap(check => neighbourProbes(check, directory)));
  const jobs = new Map(asked.map(check => [check, jobsOf(check, directory, sandbox.jobIn)]));
  const answers = await runAll([...jobs.values()].flat(), sandbox);
  return checks.map(check => {
    const missing = absent.get(check) ?? [];
    if (missing.length > 0) return notRunning(check, missing);
    if (isReach(check)) {
      const own = attempts.get(check) ?? [];
      return judgeReach(
        check,
        own,
        own.map(attempt => results.get(attempt)),
        directory,
      );
    }
    const own = (jobs.get(check) ?? []).map(job => answers.get(job) ?? NOT_RUN);
    return judgeTable(check, own, asking);
  });
}

const isReach = (check: Check) => check.kind === 'reach' || check.kind === 'matrix';
const NOT_RUN: JobResult = { code: null, stdout: '', stderr: 'it was not run' };

/** The file may have a machine by now that the running lab has not. */
function namesNotRunning(check: Check, { directory, running }: Asking): string[] {
  const named = [
    ...('on' in check ? check.on : check.from),
    ...('to' in check ? check.to : []),
    ...(check.kind === 'neighbour' ? [check.neighbour] : []),
    ...(check.kind === 'forwarding' ? [check.forwarding] : []),
  ];
  return [...new Set(named)].filter(name => {
    const ns = directory.nsOf(name);
    return ns !== undefined && !running.has(ns);
  });
}

function notRunning(check: Check, names: readonly string[]): Finding {
  const message = `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} in the file, but not in the running lab`;
  return { check, passed: false, message, details: ['"netlab up" brings the lab to what its file says'], failed: [] };
}

async function lookUpNames(
  checks: readonly Check[],
  { directory, sandbox }: Asking,
  targets: NamedFrontends,
): Promise<Names> {
  const jobs = new Map<string, CommandJob>();
  for (const check of checks) {
    if (check.kind !== 'reach') continue;
    for (const from of check.from.flatMap(key => directory.get(key) ?? []))
      for (const name of check.to.filter(target => isHostName(target, { directory, targets })))
        jobs.set(nameKey(from.ns, name), lookUpName(from, name, check.timeoutMs, sandbox.jobIn));
  }
  const answers = await runAll([...jobs.values()], sandbox);
  return new Map([...jobs].map(([key, job]) => [key, readHosts(answers.get(job)?.stdout ?? '')]));
}

async function probeAll(
  attempts: readonly CheckAttempt[],
  sandbox: Pick<Sandbox, 'probe'>,
): Promise<Map<CheckAttempt, ProbeResult>> {
  const made = attempts.flatMap(attempt => (attempt.probe ? [{ attempt, probe: attempt.probe }] : []));
  const results = await sandbox.probe(made.map(({ probe }): Probe => probe));
  return new Map(
    made.flatMap(({ attempt }, index) => {
      const result = results[index];
      return result ? [[attempt, result] as const] : [];
    }),
  );
}

/** A sandbox starts nothing after a failure; here each command stands for itself, so the rest is asked again. */
export async function runAll(
  jobs: readonly CommandJob[],
  sandbox: Pick<Sandbox, 'run'>,
): Promise<Map<CommandJob, JobResult>> {
  const answers = new Map<CommandJob, JobResult>();
  for (let left = jobs; left.length > 0; ) {
    const results = await sandbox.run(left);
    const before = answers.size;
    for (const [index, job] of left.entries()) {
      const result = results[index];
      if (result && result.code !== null) answers.set(job, result);
    }
    if (answers.size === before) return answers;
    left = left.filter(job => !answers.has(job));
  }
  return answers;
}
