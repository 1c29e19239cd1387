/**
 * `up`: brings a lab from whatever the kernel has to what its file wants, wholly or not at all.
 *
 * A new lab is built in a sandbox that dies with this process until it is committed. A running lab is changed by the
 * steps that differ, and brought back to what it was where one of them fails.
 */
import { apply, type Failure, type Progress } from '../apply/apply.ts';
import type { Backend, Sandbox } from '../backend/backend.ts';
import { diff } from '../plan/diff.ts';
import type { Step } from '../plan/step.ts';
import type { State, WantedState } from '../state/state.ts';
import { FailedError, InterruptedError, type LabSource } from './errors.ts';
import { explainFailure } from './explain-failure.ts';
import { findRunning } from './find.ts';
import { observeSandbox, type Prepared, prepare } from './prepare.ts';
import { toRecord } from './record.ts';

export interface UpOptions {
  /** Raised by Ctrl-C. */
  readonly signal: AbortSignal;
  onPrepared(prepared: Prepared, isNew: boolean): void;
  onProgress(progress: Progress): void;
}

export interface UpResult extends Prepared {
  readonly isNew: boolean;
}

/** Throws `LabFileError`, `HostError`, `FailedError` or `InterruptedError`; the host is then as it was before. */
export async function up(backend: Backend, name: string, source: LabSource, options: UpOptions): Promise<UpResult> {
  const running = await findRunning(backend, name);
  const isNew = running === undefined;
  const sandbox = isNew ? await backend.create(name) : await backend.open(running);
  const endAtOnce = () => void sandbox.close().catch(() => undefined);
  if (isNew) options.signal.addEventListener('abort', endAtOnce);
  try {
    const prepared = await prepare(source, sandbox, isNew);
    options.signal.throwIfAborted();
    options.onPrepared(prepared, isNew);
    if (isNew) await build(prepared, sandbox, source, options);
    else await change(prepared, sandbox, source, options);
    await remember(prepared, sandbox, source);
    options.signal.removeEventListener('abort', endAtOnce);
    options.signal.throwIfAborted();
    await sandbox.commit();
    return { ...prepared, isNew };
  } catch (error) {
    throw options.signal.aborted ? new InterruptedError(isNew ? 'nothing is left of the lab' : 'the lab is as it was before') : error;
  } finally {
    await sandbox.close();
  }
}

async function build({ steps, locate }: Prepared, sandbox: Sandbox, source: LabSource, options: UpOptions): Promise<void> {
  const failure = await apply(steps, sandbox, options);
  if (failure) throw new FailedError(...explainFailure(failure, source, locate, ['undone: everything, nothing is left of the lab']));
}

async function change(prepared: Prepared, sandbox: Sandbox, source: LabSource, options: UpOptions): Promise<void> {
  const { steps, observed, wanted, locate } = prepared;
  if (steps.length === 0) return;
  let failure: Failure | undefined;
  try {
    failure = await apply(steps, sandbox, options);
  } catch (error) {
    if (options.signal.aborted) await takeBack(observed, wanted, sandbox);
    throw error;
  }
  if (!failure) return;
  const left = await takeBack(observed, wanted, sandbox);
  const outcome =
    left.length === 0
      ? ['undone: the steps before it; the lab is as it was']
      : ['undone: in part. Still different from before:', ...left.map(step => `  ${step.operation} ${step.object.kind}`)];
  throw new FailedError(...explainFailure(failure, source, locate, outcome));
}

/** Goes back to what was observed before, and returns what could not be brought back. */
async function takeBack(before: State, wanted: WantedState, sandbox: Sandbox): Promise<readonly Step[]> {
  const target = new Map([...before].map(([key, object]) => [key, { object, why: 'it was like this before', source: [] }]));
  const remaining = async () => diff(await observeSandbox(sandbox, wanted), target);
  await apply(await remaining(), sandbox, { onProgress: () => undefined });
  return remaining();
}

async function remember({ lab, wanted, before }: Prepared, sandbox: Sandbox, { file }: LabSource): Promise<void> {
  await sandbox.writeRecord(toRecord({ file, lab, wanted, createdAt: before?.createdAt ?? Date.now() }));
}
