/** `netlab check`: whether what a lab's file says should be true of it is true. */
import type { Check } from '../../features/checks/model.ts';
import { check } from '../../lifecycle/check.ts';
import { UsageError } from '../../lifecycle/errors.ts';
import { findRunning } from '../../lifecycle/find.ts';
import type { LabSource } from '../../lifecycle/load-lab.ts';
import type { RunningLab } from '../../sandbox/sandbox.ts';
import { JSON_FLAG, JUNIT, LAB, ONLY, WAIT } from '../arguments.ts';
import { asCalled } from '../called.ts';
import { type CommandContext, defineCommand } from '../command.ts';
import { readDuration } from '../duration.ts';
import { EXIT } from '../exit-codes.ts';
import { nameOfSource, readLabSource, readRunningLab } from '../lab-argument.ts';
import { pickNames } from '../names.ts';
import { type CheckReport, checksJson, checksJunit, checksText } from '../views/checks.ts';
import { count } from '../views/count.ts';
import { say, writeFile } from '../write.ts';

export const command = defineCommand({
  usage: 'check [lab]',
  describe: 'try what the file says should be true',
  options: y =>
    y.positional('lab', LAB).option('only', ONLY).option('wait', WAIT).option('junit', JUNIT).option('json', JSON_FLAG),
  run: async ({ lab, only, wait, junit, json }, context) => {
    const waitMs = wait === undefined ? 0 : readDuration(wait, '--wait');
    const { running, source } = await findLab(lab, context);
    const report = await checkLab(running, source, { only: only ?? [], waitMs }, context);
    context.io.out(json ? checksJson(report) : asCalled(checksText(report, context.io.paint.out)));
    if (junit !== undefined) writeFile(junit, checksJunit(report), context.io);
    return exitCodeOf(report);
  },
});

export const exitCodeOf = ({ results }: CheckReport) =>
  results.every(({ passed }) => passed) ? EXIT.done : EXIT.failed;

interface CheckLabOptions {
  readonly only: readonly string[];
  readonly waitMs: number;
}

/** What `up --check` does too. */
export async function checkLab(
  running: RunningLab,
  source: LabSource,
  { only, waitMs }: CheckLabOptions,
  { backend, io }: CommandContext,
): Promise<CheckReport> {
  const since = performance.now();
  let waiting = false;
  const { lab, results, changed } = await check(backend, running, source, {
    waitMs,
    select: checks => select(checks, only),
    onWait: left => {
      if (!waiting) say(`${count(left, 'check')} not true yet, trying again …`, io);
      waiting = true;
    },
    onExplain: failed => say(`looking why ${count(failed, 'check')} failed …`, io),
  });
  if (changed)
    say(`note: ${source.file} says something else of the lab than what runs; "netlab up" brings it there`, io);
  if (lab.checks.length === 0) say(`note: lab ${lab.name} has no checks: say what should be true under "checks:"`, io);
  return { lab: lab.name, results, seconds: (performance.now() - since) / 1000 };
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
  { backend, io }: CommandContext,
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
