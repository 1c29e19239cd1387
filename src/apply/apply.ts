/**
 * Plan in, kernel changed: runs the steps phase by phase, the namespaces of a phase side by side.
 *
 * Stops at the first failure and says which command of which step it was; taking things back is the caller's choice.
 */

import { type Batch, toBatches, type Unit } from '../plan/batch.ts';
import { render, type Step, turnOf } from '../plan/step.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { JobResult } from '../state/job.ts';
import { PHASE_TITLES } from '../state/kind.ts';

export interface ApplyProgress {
  readonly phase: string;
  /** Steps of this phase that are done, of how many. */
  readonly done: number;
  readonly total: number;
}

export interface Failure {
  readonly unit: Unit;
  readonly stderr: string;
}

export interface ApplyOptions {
  onProgress(progress: ApplyProgress): void;
  readonly signal?: AbortSignal;
}

/** Jobs of one round trip to the sandbox: few enough that progress is seen to move. */
const JOBS_AT_ONCE = 250;

/** Undefined where all went well. Rejects where `signal` was raised. */
export async function apply(
  steps: readonly Step[],
  sandbox: Sandbox,
  options: ApplyOptions,
): Promise<Failure | undefined> {
  for (const phase of splitByPhase(steps)) {
    const failure = await applyPhase(phase, sandbox, options);
    if (failure) return failure;
  }
  return undefined;
}

export function splitByPhase(steps: readonly Step[]): Step[][] {
  const phases: Step[][] = [];
  let current: number | undefined;
  for (const step of steps) {
    const { phase } = turnOf(step);
    if (phase !== current) phases.push([]);
    phases.at(-1)?.push(step);
    current = phase;
  }
  return phases;
}

async function applyPhase(
  steps: readonly Step[],
  sandbox: Sandbox,
  options: ApplyOptions,
): Promise<Failure | undefined> {
  const [first] = steps;
  const phase = first ? (PHASE_TITLES[turnOf(first).phase] ?? '') : '';
  const batches = toBatches(steps);
  const total = steps.length;
  let done = 0;
  options.onProgress({ phase, done, total });
  for (let start = 0; start < batches.length; start += JOBS_AT_ONCE) {
    options.signal?.throwIfAborted();
    const slice = batches.slice(start, start + JOBS_AT_ONCE);
    const seen = new Set<Step>();
    const see = (batches: readonly Batch[]) => {
      const before = seen.size;
      for (const { steps: own } of batches) for (const step of own) seen.add(step);
      if (seen.size > before) options.onProgress({ phase, done: done + seen.size, total });
    };
    const results = await sandbox.run(
      slice.map(({ job }) => job),
      index => see(slice.slice(index, index + 1)),
    );
    const failure = findFailure(slice, results);
    if (failure) return failure;
    see(slice);
    done += seen.size;
  }
  options.signal?.throwIfAborted();
  return undefined;
}

function findFailure(batches: readonly Batch[], results: readonly JobResult[]): Failure | undefined {
  for (const [index, batch] of batches.entries()) {
    const result = results[index];
    if (!result || result.code === null || result.code === 0) continue;
    const unit = batch.blame(result.stderr) ?? firstUnit(batch);
    if (unit) return { unit, stderr: result.stderr.trim() };
  }
  return undefined;
}

function firstUnit({ steps: [step] }: Batch): Unit | undefined {
  const [command] = step ? render(step) : [];
  return step && command && { step, command };
}
