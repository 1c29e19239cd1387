/** `netlab up`: bring a lab up, or bring a running one to what its file now says. */
import { splitByPhase } from '../../apply/apply.ts';
import type { Backend } from '../../backend/backend.ts';
import { formatDiagnostics } from '../../diagnostic/format.ts';
import type { LabSource } from '../../lifecycle/errors.ts';
import { loadLab, type Prepared } from '../../lifecycle/prepare.ts';
import { type UpResult, up } from '../../lifecycle/up.ts';
import { turnOf } from '../../plan/step.ts';
import { PHASE_TITLES } from '../../state/kind.ts';
import { count, sizeOf } from '../count.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { noteKept } from '../kept.ts';
import { readLabSource } from '../lab-argument.ts';
import { createProgressView, seconds, silentView } from '../progress.ts';
import { sayWaiting } from '../waiting.ts';
import { printPlan } from './plan.ts';

export interface UpArguments {
  readonly lab: string | undefined;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export async function runUp({ lab, dryRun, json }: UpArguments, backend: Backend, io: Io): Promise<number> {
  if (dryRun) return printPlan({ lab, format: json ? 'json' : 'text' }, backend, io);
  const since = performance.now();
  const source = await readLabSource(lab, backend, io);
  const { lab: wanted, warnings, locate } = loadLab(source);
  io.err(formatDiagnostics(warnings, source.text, source.file, locate, { colour: io.colour.err }));
  const lock = await backend.lock(wanted.name, 'up', sayWaiting(wanted.name, io));
  try {
    const result = await upWithProgress(wanted.name, source, backend, io, json);
    report(result, source, since, io, json);
    if (!json) io.err(noteKept(result.lab, wanted));
    return EXIT.done;
  } finally {
    lock.release();
  }
}

async function upWithProgress(
  name: string,
  source: LabSource,
  backend: Backend,
  io: Io,
  json: boolean,
): Promise<UpResult> {
  const view = json ? silentView : await createProgressView(`Check lab ${name} and this host`, io);
  try {
    const result = await up(backend, name, source, {
      signal: io.catchSignals(),
      onPrepared: prepared => {
        noteOtherFile(prepared, source, io);
        view.onPlan(phasesOf(prepared));
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

function phasesOf({ steps }: Prepared): string[] {
  return splitByPhase(steps).flatMap(([first]) => (first ? (PHASE_TITLES[turnOf(first).phase] ?? []) : []));
}

function report({ lab, steps, isNew }: UpResult, source: LabSource, since: number, io: Io, json: boolean): void {
  if (json) {
    io.out(`${JSON.stringify({ lab: lab.name, new: isNew, steps: steps.length })}\n`);
    return;
  }
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
