/**
 * `up`: brings a lab from the kernel's present state to what its file wants, wholly or not at all.
 *
 * A new lab is built in a sandbox that dies with this process until it is committed. A running lab is changed by the
 * steps that differ, and brought back to what it was where one of them fails.
 */

import { type ApplyProgress, apply, type Failure } from '../apply/apply.ts';
import type { BackendName } from '../language/lab/lab.ts';
import { toShell } from '../plan/shell.ts';
import { render, type Step } from '../plan/step.ts';
import { type Backend, backendOf, type LabRecord, type Sandbox } from '../sandbox/sandbox.ts';
import { topicsOf } from '../state/observe.ts';
import { converge, describeUnmended, type Unmended } from './converge.ts';
import { FailedError, InterruptedError } from './errors.ts';
import { explainFailure } from './explain-failure.ts';
import { explainUnready } from './explain-unready.ts';
import { findRunning } from './find.ts';
import { forgetTranslations, translationsBefore } from './forget-translations.ts';
import type { LabSource } from './load-lab.ts';
import { type Prepared, prepare } from './prepare.ts';
import { toRecord } from './record.ts';
import { startedBy, type UnreadyContainer, waitUntilReady } from './wait-ready.ts';

export interface UpOptions {
  /** Where a new lab is to live. */
  readonly kind: BackendName;
  /** Raised by Ctrl-C. */
  readonly signal: AbortSignal;
  /** How long containers may take until they are ready, in milliseconds; 0 is not to wait for them. */
  readonly readyTimeoutMs: number;
  onPrepared(prepared: Prepared, isNew: boolean): void;
  onProgress(progress: ApplyProgress): void;
}

export interface UpResult extends Prepared {
  readonly isNew: boolean;
}

/** Throws `LabFileError`, `HostError`, `FailedError` or `InterruptedError`; the host is then as it was before. */
export async function up(backend: Backend, name: string, source: LabSource, options: UpOptions): Promise<UpResult> {
  const running = await findRunning(backend, name);
  const isNew = running === undefined;
  const sandbox = await (isNew ? backend.create(name, options.kind, options.signal) : backend.open(running)).catch(
    error => {
      throw orInterrupted(error, isNew, options);
    },
  );
  const endAtOnce = () => void sandbox.close().catch(() => undefined);
  options.signal.addEventListener('abort', isNew ? endAtOnce : sandbox.hurry);
  try {
    const prepared = await prepare(source, backend, sandbox, isNew ? 'build' : 'change');
    checkKind(prepared, sandbox);
    options.signal.throwIfAborted();
    options.onPrepared(prepared, isNew);
    if (isNew) await build(prepared, backend, sandbox, source, options);
    else await change(prepared, backend, sandbox, source, options);
    options.signal.removeEventListener('abort', endAtOnce);
    return { ...prepared, isNew };
  } catch (error) {
    throw orInterrupted(error, isNew, options);
  } finally {
    await sandbox.close();
  }
}

/** What runs cannot become something else step by step. */
function checkKind({ lab }: Prepared, { running }: Sandbox): void {
  const kind = backendOf(running);
  if (lab.backend === kind) return;
  const message = `lab ${lab.name} runs on "${kind}", and is to be on "${lab.backend}" now`;
  throw new FailedError(message, [`take it down first: netlab down ${lab.name}`]);
}

/** After Ctrl-C every failure is due to it. */
function orInterrupted(error: unknown, isNew: boolean, { signal }: UpOptions): unknown {
  if (!signal.aborted) return error;
  return new InterruptedError(isNew ? 'nothing is left of the lab' : 'the lab is as it was before');
}

const NOTHING_LEFT = 'undone: everything, nothing is left of the lab';

async function build(
  prepared: Prepared,
  backend: Backend,
  sandbox: Sandbox,
  source: LabSource,
  options: UpOptions,
): Promise<void> {
  const failure = await apply(prepared.steps, sandbox, options);
  if (failure) throw explain(failure, prepared, [NOTHING_LEFT]);
  const unready = await waitForContainers(prepared, sandbox, options).catch(error => {
    throw withOutcome(error, [NOTHING_LEFT]);
  });
  if (unready.length > 0) throw await explainUnready(unready, prepared, backend, sandbox, [NOTHING_LEFT]);
  await sandbox.writeRecord(recordOf(prepared, source));
  options.signal.throwIfAborted();
  await sandbox.commit();
}

/** The guard takes the change back also where this process is killed. */
async function change(
  prepared: Prepared,
  backend: Backend,
  sandbox: Sandbox,
  source: LabSource,
  options: UpOptions,
): Promise<void> {
  const { steps } = prepared;
  // Objects that are no longer wanted are looked at when the change is taken back, and so are those that are new.
  const looked = [...prepared.observed.values(), ...[...prepared.target.values()].map(({ object }) => object)];
  if (steps.length > 0) await sandbox.guard(topicsOf(looked), translationsBefore(prepared));
  const converged = await converge(prepared, sandbox, options).catch(async error => {
    await sandbox.takeBack();
    throw error;
  });
  if ('failure' in converged) throw explain(converged.failure, prepared, outcome(await sandbox.takeBack()));
  if ('ineffective' in converged)
    throw new FailedError('the kernel did not become what the lab wants', [
      ...stillNeeded(converged.ineffective),
      ...outcome(await sandbox.takeBack()),
    ]);
  await forgetTranslations(prepared, sandbox);
  const unready = await waitForContainers(prepared, sandbox, options).catch(async error => {
    throw withOutcome(error, outcome(await sandbox.takeBack()));
  });
  if (unready.length > 0) {
    const error = await explainUnready(unready, prepared, backend, sandbox, []);
    throw withOutcome(error, outcome(await sandbox.takeBack()));
  }
  await sandbox.release(recordOf(prepared, source));
  if (converged.unmended.length > 0) throw cannotMend(prepared.lab.name, converged.unmended);
}

function cannotMend(lab: string, unmended: readonly Unmended[]): FailedError {
  const objects = unmended.length === 1 ? '1 object' : `${unmended.length} objects`;
  return new FailedError(`${objects} of lab ${lab} cannot be mended; all else is as its file says`, [
    ...describeUnmended(unmended),
  ]);
}

export const READY_PHASE = 'Wait until containers are ready';

async function waitForContainers(
  { steps }: Prepared,
  sandbox: Sandbox,
  options: UpOptions,
): Promise<UnreadyContainer[]> {
  const started = startedBy(steps);
  const { signal, readyTimeoutMs } = options;
  if (started.length === 0 || readyTimeoutMs === 0) return [];
  const onProgress = (done: number, total: number) => options.onProgress({ phase: READY_PHASE, done, total });
  onProgress(0, started.length);
  return waitUntilReady(started, sandbox, { timeoutMs: readyTimeoutMs, signal, onProgress });
}

function outcome(left: readonly Step[]): string[] {
  if (left.length === 0) return ['undone: every step of this change; the lab is as it was'];
  return ['undone in part; still different from before:', ...stillNeeded(left)];
}

const withOutcome = (error: unknown, lines: readonly string[]) =>
  error instanceof FailedError ? new FailedError(error.message, [...error.details, ...lines]) : error;

const stillNeeded = (steps: readonly Step[]) => steps.flatMap(render).map(command => `  needs: ${toShell(command)}`);

function explain(failure: Failure, { sources }: Prepared, undone: readonly string[]): FailedError {
  return new FailedError(...explainFailure(failure, sources, undone));
}

function recordOf({ lab, wanted, before, unready }: Prepared, { path }: LabSource): LabRecord {
  return toRecord({ file: path, lab, wanted, createdAt: before?.createdAt ?? Date.now() }, unready);
}
