/** `netlab up`: bring a lab up, or bring a running one to what its file now says. */
import { splitByPhase } from '../../apply/apply.ts';
import type { ProgramOptions } from '../../features/containers/resolve/programs.ts';
import { formatDiagnostics } from '../../language/diagnostic/format.ts';
import type { Lab } from '../../language/lab/lab.ts';
import { FailedError, type LabSource, UsageError } from '../../lifecycle/errors.ts';
import { findRunning } from '../../lifecycle/find.ts';
import { loadLab, type Prepared } from '../../lifecycle/prepare.ts';
import { READY_PHASE, type UpResult, up } from '../../lifecycle/up.ts';
import { startedBy } from '../../lifecycle/wait-ready.ts';
import { turnOf } from '../../plan/step.ts';
import type { Backend } from '../../sandbox/sandbox.ts';
import { PHASE_TITLES } from '../../state/kind.ts';
import { count, sizeOf } from '../count.ts';
import { readDuration } from '../duration.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { noteKept } from '../kept.ts';
import { readLabSource } from '../lab-argument.ts';
import { createProgressView, seconds, silentView } from '../progress.ts';
import { type Report, toJson, toText } from '../views/check-report.ts';
import { sayWaiting } from '../waiting.ts';
import { checkLab, exitCodeOf } from './check.ts';
import { printPlan } from './plan.ts';

export interface UpArguments {
  readonly lab: string | undefined;
  readonly overrides: ProgramOptions;
  /** How long containers may take until they are ready. */
  readonly timeout: string;
  readonly dryRun: boolean;
  /** Whether to try what the file says should be true, and how long. */
  readonly check: boolean;
  readonly wait: string | undefined;
  readonly json: boolean;
}

export async function runUp(args: UpArguments, backend: Backend, io: Io): Promise<number> {
  const { lab, overrides, dryRun, json } = args;
  const readyTimeoutMs = readDuration(args.timeout, '--timeout');
  const waitMs = readWait(args);
  if (dryRun) return printPlan({ lab, overrides, format: json ? 'json' : 'text' }, backend, io);
  const since = performance.now();
  const source = await readLabSource(lab, backend, io, overrides);
  const { lab: wanted, warnings, locate } = loadLab(source);
  io.err(formatDiagnostics(warnings, source.text, source.file, locate, { colour: io.colour.err }));
  const lock = await backend.lock(wanted.name, 'up', sayWaiting(wanted.name, io));
  try {
    const result = await upWithProgress(wanted, source, readyTimeoutMs, backend, io, json);
    if (!json) {
      report(result, source, since, io);
      io.err(noteKept(result.lab, wanted));
    }
    const checked = args.check ? await checkAfter(result.lab.name, source, waitMs, backend, io) : undefined;
    if (json) io.out(`${JSON.stringify(toSummary(result, checked))}\n`);
    return checked ? tellChecked(checked, io, json) : EXIT.done;
  } finally {
    lock.release();
  }
}

function readWait({ check, wait }: UpArguments): number {
  if (wait !== undefined && !check) throw new UsageError('--wait is for checks', 'add --check');
  return wait === undefined ? 0 : readDuration(wait, '--wait');
}

async function checkAfter(name: string, source: LabSource, waitMs: number, backend: Backend, io: Io): Promise<Report> {
  const running = await findRunning(backend, name);
  if (!running) throw new FailedError(`lab ${name} has gone before it was checked`);
  return checkLab(running, source, { only: [], waitMs }, backend, io);
}

/** What failed is there to be looked at. */
function tellChecked(checked: Report, io: Io, json: boolean): number {
  const code = exitCodeOf(checked);
  if (json) return code;
  io.out(toText(checked, io.colour.out));
  if (code !== EXIT.done)
    io.err(`lab ${checked.lab} stays up, so that you can look; netlab down ${checked.lab} takes it away\n`);
  return code;
}

async function upWithProgress(
  { name, backend: kind }: Lab,
  source: LabSource,
  readyTimeoutMs: number,
  backend: Backend,
  io: Io,
  json: boolean,
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

/** Two files may give their labs one name by mistake. */
function noteOtherFile({ lab, before }: Prepared, { path, file }: LabSource, io: Io): void {
  if (before && before.file !== path)
    io.err(`note: lab ${lab.name} came up from ${before.file}; from now on it is as ${file} says\n`);
}

function phasesOf({ steps }: Prepared, waits: boolean): string[] {
  const phases = splitByPhase(steps).flatMap(([first]) => (first ? (PHASE_TITLES[turnOf(first).phase] ?? []) : []));
  return waits && startedBy(steps).length > 0 ? [...phases, READY_PHASE] : phases;
}

function toSummary({ lab, steps, isNew }: UpResult, checked: Report | undefined) {
  return { lab: lab.name, new: isNew, steps: steps.length, ...(checked ? { check: toJson(checked) } : {}) };
}

function report({ lab, steps, isNew }: UpResult, source: LabSource, since: number, io: Io): void {
  io.err(`lab ${lab.name} ${outcome(isNew, steps.length)} (${sizeOf(lab)}, ${seconds(since)})\n`);
  if (isNew) io.err(howToGoOn(lab, source));
}

function outcome(isNew: boolean, steps: number): string {
  if (!isNew && steps === 0) return 'is up already and as its file says: nothing to change';
  return `is ${isNew ? 'up' : 'changed'}: ${count(steps, 'step')}`;
}

function howToGoOn(lab: UpResult['lab'], { file }: LabSource): string {
  const [target] = [...lab.pods, ...lab.nodes];
  const name = file === '-' ? lab.name : file;
  const look = target ? `  netlab shell ${target.key}     # a shell in ${target.key}\n` : '';
  return `${look}  netlab status ${name}     # what there is, and what has drifted\n  netlab down ${name}       # take it all away\n`;
}
