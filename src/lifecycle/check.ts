/** `check`: asks a running lab whether what its file says should be true is true, and where it is not, why. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckResult, Finding } from '../check/finding.ts';
import { type Asking, askRound } from '../check/round.ts';
import type { Check } from '../features/checks/model.ts';
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { Sources } from '../language/diagnostic/sources.ts';
import { makeDirectory } from '../language/lab/directory.ts';
import { type Lab, withOwnNetwork } from '../language/lab/lab.ts';
import { type Explaining, explain } from '../path/explain.ts';
import type { FailedAttempt } from '../path/failed-attempt.ts';
import type { Backend, RunningLab } from '../sandbox/sandbox.ts';
import { damagedRecord } from './errors.ts';
import { explainNames, type NameContext } from './explain-name.ts';
import { type LabSource, loadLab } from './load-lab.ts';
import { lookAtKernel } from './look-at-kernel.ts';
import { matchPattern } from './match-pattern.ts';
import { recall } from './record.ts';
import { isSameLab } from './same-lab.ts';
import { settleIpv6 } from './settle-ipv6.ts';
import { findUnready as findUnreadyPods } from './unready-pods.ts';

export interface CheckOptions {
  /** How long to repeat checks that fail, in milliseconds. */
  readonly waitMs: number;
  /** Which checks. Throws where there is none of that name. */
  select(checks: readonly Check[]): readonly Check[];
  /** Before each further round: how many checks are not true yet. */
  onWait(left: number): void;
  onExplain(failed: number): void;
}

export interface Checked {
  readonly lab: Lab;
  readonly results: readonly CheckResult[];
  /** Whether the file says something else of the lab by now than what runs. */
  readonly changed: boolean;
}

/** Throws `LabFileError` where the file has mistakes by now. */
export async function check(
  backend: Backend,
  running: RunningLab,
  source: LabSource,
  options: CheckOptions,
): Promise<Checked> {
  const sandbox = await backend.open(running);
  try {
    await sandbox.settle();
    const remembered = await recall(sandbox);
    if (!remembered) throw damagedRecord(running.name);
    const { lab, sources } = loadLab(source, remembered.lab);
    const namespaces = [...withOwnNetwork(remembered.lab), ...remembered.lab.bridges].map(({ ns }) => ns);
    const findUnready = () => findUnreadyPods(lab, sandbox);
    const asking = {
      lab,
      directory: makeDirectory(lab),
      sandbox,
      running: new Set(namespaces),
      findUnready,
      matches: matchPattern,
    };
    await settleIpv6(remembered.lab, sandbox);
    const findings = await askUntilTrue(options.select(lab.checks), asking, options);
    const failed = findings.filter(({ passed }) => !passed);
    if (failed.length > 0) options.onExplain(failed.length);
    const reasons =
      failed.length === 0
        ? new Map()
        : await explainAll(failed, await lookAtKernel({ ...asking, placeOf: placesIn(sources) }, remembered, sandbox));
    return {
      lab,
      results: findings.map(one => toResult(one, reasons.get(one))),
      changed: !isSameLab(lab, remembered.lab),
    };
  } finally {
    await sandbox.close();
  }
}

const PAUSE_MS = 200;

/** Repeats the checks that fail, and no others. */
async function askUntilTrue(
  checks: readonly Check[],
  asking: Asking,
  { waitMs, onWait }: CheckOptions,
): Promise<Finding[]> {
  const deadline = performance.now() + waitMs;
  const found = new Map<Check, Finding>();
  for (let left = checks; ; ) {
    for (const finding of await askRound(left, asking)) found.set(finding.check, finding);
    left = checks.filter(one => found.get(one)?.passed === false);
    if (left.length === 0 || performance.now() + PAUSE_MS > deadline) break;
    onWait(left.length);
    await sleep(PAUSE_MS);
  }
  return checks.flatMap(one => found.get(one) ?? []);
}

/** Each look takes up to a second or two; many failures mostly have one reason. */
const MOST_EXPLAINED = 12;
const MOST_OF_ONE = 2;
const AGAIN_MS = 1000;

async function explainAll(failed: readonly Finding[], context: NameContext): Promise<Map<Finding, readonly string[]>> {
  const reasons = new Map<Finding, readonly string[]>();
  let left = MOST_EXPLAINED;
  for (const finding of failed) {
    const attempts = finding.failed.slice(0, Math.max(0, Math.min(MOST_OF_ONE, left)));
    left -= Math.max(1, attempts.length);
    const ofName = left < 0 ? [] : await explainNames(finding.check, context);
    reasons.set(finding, [...(await explainEach(attempts, context)), ...ofName]);
  }
  return reasons;
}

function placesIn(sources: Sources): (source: Path) => string {
  return source => {
    const { file, line } = sources.lineOf(source, 'key');
    return `${file}:${line}`;
  };
}

/** A further attempt's lines only where they tell something new. */
async function explainEach(attempts: readonly FailedAttempt[], context: Explaining): Promise<string[]> {
  const lines: string[] = [];
  for (const { probe, ...attempt } of attempts) {
    const short = { ...probe, timeoutMs: Math.min(AGAIN_MS, probe.timeoutMs) };
    const found = await explain({ ...attempt, probe: short }, context);
    const isNews = found.some(line => line.startsWith('culprit: ') && !lines.includes(line));
    if (lines.length === 0 || isNews) lines.push(...found);
  }
  return lines;
}

function toResult({ check: { name, kind }, passed, message, details }: Finding, reasons: readonly string[] = []) {
  return { name, kind, passed, message, details: [...details, ...reasons] };
}
