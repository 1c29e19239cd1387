/** `netlab check`: whether what a lab's file says should be true of it is true. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Check } from '../../language/lab/check.ts';
import { check } from '../../lifecycle/check.ts';
import { type LabSource, UsageError } from '../../lifecycle/errors.ts';
import { findRunning } from '../../lifecycle/find.ts';
import type { Backend, RunningLab } from '../../sandbox/sandbox.ts';
import { count } from '../count.ts';
import { readDuration } from '../duration.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { nameOfSource, readLabSource, readRunningLab } from '../lab-argument.ts';
import { pickNames } from '../names.ts';
import { type Report, toJson, toJunit, toText } from '../views/check-report.ts';

export interface CheckArguments {
  readonly lab: string | undefined;
  /** Names and patterns; empty for all. */
  readonly only: readonly string[];
  readonly wait: string | undefined;
  readonly junit: string | undefined;
  readonly json: boolean;
}

export async function runCheck(args: CheckArguments, backend: Backend, io: Io): Promise<number> {
  const waitMs = args.wait === undefined ? 0 : readDuration(args.wait, '--wait');
  const { running, source } = await findLab(args.lab, backend, io);
  const report = await checkLab(running, source, { ...args, waitMs }, backend, io);
  if (args.json) io.out(`${JSON.stringify(toJson(report), null, 2)}\n`);
  else io.out(toText(report, io.colour.out));
  return exitCodeOf(report);
}

export const exitCodeOf = ({ results }: Report) => (results.every(({ passed }) => passed) ? EXIT.done : EXIT.failed);

interface CheckLabOptions {
  readonly only: readonly string[];
  readonly waitMs: number;
  readonly junit?: string | undefined;
}

/** What `up --check` does too. */
export async function checkLab(
  running: RunningLab,
  source: LabSource,
  { only, waitMs, junit }: CheckLabOptions,
  backend: Backend,
  io: Io,
): Promise<Report> {
  const since = performance.now();
  let waiting = false;
  const { lab, results, changed } = await check(backend, running, source, {
    waitMs,
    select: checks => select(checks, only),
    onWait: left => {
      if (!waiting) io.err(`${count(left, 'check')} not true yet, trying again …\n`);
      waiting = true;
    },
    onExplain: failed => io.err(`looking why ${count(failed, 'check')} failed …\n`),
  });
  if (changed)
    io.err(`note: ${source.file} says something else of the lab than what runs; "netlab up" brings it there\n`);
  if (lab.checks.length === 0) io.err(`note: lab ${lab.name} has no checks: say what should be true under "checks:"\n`);
  const report = { lab: lab.name, results, seconds: (performance.now() - since) / 1000 };
  if (junit !== undefined) writeTo(resolve(io.cwd, junit), junit, toJunit(report));
  return report;
}

function select(checks: readonly Check[], only: readonly string[]): readonly Check[] {
  if (only.length === 0) return checks;
  const names = new Set(
    pickNames(
      only,
      checks.map(({ name }) => name),
      'check',
    ),
  );
  return checks.filter(({ name }) => names.has(name));
}

/** The lab's file as it is now; where there is none any more, what the lab remembers of it. */
async function findLab(
  lab: string | undefined,
  backend: Backend,
  io: Io,
): Promise<{ readonly running: RunningLab; readonly source: LabSource }> {
  if (lab === '-') {
    const source = await readLabSource(lab, backend, io);
    const name = nameOfSource(source);
    const running = await findRunning(backend, name);
    if (!running) throw new UsageError(`lab ${name} is not running`, 'bring it up: netlab up');
    return { running, source };
  }
  const running = await readRunningLab(lab, backend, io);
  const source = await readLabSource(lab, backend, io).catch(() => readLabSource(running.name, backend, io));
  return { running, source };
}

function writeTo(path: string, shown: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new UsageError(`${shown} cannot be written: ${error instanceof Error ? error.message : error}`);
  }
}
