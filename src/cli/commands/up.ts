/** `netlab up`: bring a lab up, or bring a running one to what its file now says. */

import { splitByPhase } from '../../apply/apply.ts';
import { formatDiagnostics } from '../../language/diagnostic/format.ts';
import type { Lab } from '../../language/lab/lab.ts';
import type { Overrides } from '../../language/lab/overrides.ts';
import { FailedError, UsageError } from '../../lifecycle/errors.ts';
import { findRunning } from '../../lifecycle/find.ts';
import { type LabSource, loadLab } from '../../lifecycle/load-lab.ts';
import type { Prepared } from '../../lifecycle/prepare.ts';
import { READY_PHASE, type UpResult, up } from '../../lifecycle/up.ts';
import { startedBy } from '../../lifecycle/wait-ready.ts';
import { turnOf } from '../../plan/step.ts';
import { PHASE_TITLES } from '../../state/kind.ts';
import { BACKEND, IMAGE, JSON_FLAG, LAB, once, WAIT } from '../arguments.ts';
import { asCalled } from '../called.ts';
import { type CommandContext, defineCommand } from '../command.ts';
import { readDuration } from '../duration.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { readLabSource } from '../lab-argument.ts';
import { type CheckReport, checksText } from '../views/checks.ts';
import { noteKept } from '../views/kept.ts';
import { createPlainView, type ProgressView, silentView } from '../views/progress.ts';
import { secondsSince } from '../views/seconds.ts';
import { upJson, upText } from '../views/up.ts';
import { sayWaiting } from '../waiting.ts';
import { say } from '../write.ts';
import { checkLab, exitCodeOf } from './check.ts';
import { printPlan } from './plan.ts';

export const command = defineCommand({
  usage: 'up [lab]',
  describe: 'bring a lab up, or to what its file now says',
  options: y =>
    y
      .positional('lab', LAB)
      .option('backend', BACKEND)
      .option('image', IMAGE)
      .option('timeout', {
        type: 'string',
        requiresArg: true,
        default: '60s',
        coerce: once<string>('--timeout'),
        describe: 'how long containers may take until they are ready; 0 is not to wait for them',
      })
      .option('dry-run', { type: 'boolean', default: false, describe: 'print the plan and change nothing' })
      .option('check', { type: 'boolean', default: false, describe: 'then try what the file says should be true' })
      .option('wait', WAIT)
      .option('json', JSON_FLAG),
  run: ({ lab, backend, image, timeout, dryRun, check, wait, json }, context) => {
    const overrides = { backend, image };
    const readyTimeoutMs = readDuration(timeout, '--timeout');
    const checkFor = readWait(check, wait);
    if (dryRun) return printPlan({ lab, overrides, format: json ? 'json' : 'text' }, context);
    return bringUp({ lab, overrides, readyTimeoutMs, checkFor, json }, context);
  },
});

interface UpArguments {
  readonly lab: string | undefined;
  readonly overrides: Overrides;
  /** How long containers may take until they are ready. */
  readonly readyTimeoutMs: number;
  /** How long to try what the file says should be true, in milliseconds; undefined is not to try it. */
  readonly checkFor: number | undefined;
  readonly json: boolean;
}

function readWait(check: boolean, wait: string | undefined): number | undefined {
  if (wait !== undefined && !check) throw new UsageError('--wait is for checks', 'add --check');
  const waitMs = wait === undefined ? 0 : readDuration(wait, '--wait');
  return check ? waitMs : undefined;
}

async function bringUp(args: UpArguments, context: CommandContext): Promise<number> {
  const { lab, overrides, checkFor, json } = args;
  const { backend, io } = context;
  const since = performance.now();
  const source = await readLabSource(lab, backend, io, overrides);
  const { lab: wanted, warnings, sources } = loadLab(source);
  io.err(formatDiagnostics(warnings, sources, { paint: io.paint.err }));
  const lock = await backend.lock(wanted.name, 'up', sayWaiting(wanted.name, io));
  try {
    const result = await upWithProgress(wanted, source, args, context);
    if (!json) io.err(upText(result, source.file, secondsSince(since)) + noteKept(result.lab, wanted));
    const checked = checkFor === undefined ? undefined : await checkAfter(result.lab.name, source, checkFor, context);
    if (json) io.out(upJson(result, checked));
    return checked ? tellChecked(checked, io, json) : EXIT.done;
  } finally {
    lock.release();
  }
}

async function checkAfter(
  name: string,
  source: LabSource,
  waitMs: number,
  context: CommandContext,
): Promise<CheckReport> {
  const running = await findRunning(context.backend, name);
  if (!running) throw new FailedError(`lab ${name} has gone before it was checked`);
  return checkLab(running, source, { only: [], waitMs }, context);
}

/** A lab that failed is there to be looked at. */
function tellChecked(checked: CheckReport, io: Io, json: boolean): number {
  const code = exitCodeOf(checked);
  if (json) return code;
  io.out(asCalled(checksText(checked, io.paint.out)));
  if (code !== EXIT.done)
    say(`lab ${checked.lab} stays up, so that you can look; netlab down ${checked.lab} takes it away`, io);
  return code;
}

async function upWithProgress(
  { name, backend: kind }: Lab,
  source: LabSource,
  { readyTimeoutMs, json }: UpArguments,
  { backend, io }: CommandContext,
): Promise<UpResult> {
  const view = json ? silentView : await createProgressView(`Check lab ${name} and this host`, io);
  try {
    const result = await up(backend, name, source, {
      kind,
      signal: io.catchSignals(),
      readyTimeoutMs,
      onPrepared: prepared => {
        noteOtherFile(prepared, source, io);
        view.onPlan(phasesOf(prepared, readyTimeoutMs > 0));
      },
      onProgress: progress => view.onProgress(progress),
    });
    await view.finish(true);
    return result;
  } catch (error) {
    await view.finish(false);
    throw error;
  }
}

/** Live with listr2 on a terminal, plain lines elsewhere. */
async function createProgressView(title: string, io: Io): Promise<ProgressView> {
  if (!io.live) return createPlainView(io);
  const { createLiveView } = await import('../views/live-progress.ts');
  return createLiveView(title);
}

/** Two files may give their labs one name by mistake. */
function noteOtherFile({ lab, before }: Prepared, { path, file }: LabSource, io: Io): void {
  if (before && before.file !== path)
    say(`note: lab ${lab.name} came up from ${before.file}; from now on it is as ${file} says`, io);
}

function phasesOf({ steps }: Prepared, waits: boolean): string[] {
  const phases = splitByPhase(steps).flatMap(([first]) => (first ? (PHASE_TITLES[turnOf(first).phase] ?? []) : []));
  return waits && startedBy(steps).length > 0 ? [...phases, READY_PHASE] : phases;
}
