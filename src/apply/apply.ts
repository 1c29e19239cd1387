/**
 * Plan in, kernel changed: runs the steps phase by phase, the namespaces of a phase side by side.
 *
 * Stops at the first failure and says which command of which step it was; taking things back is the caller's choice.
 */

import { type Batch, toRounds, type Unit } from '../plan/batch.ts';
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
  const total = steps.length;
  const rounds = toRounds(steps).flatMap(splitRound);
  const finish = countLeft(rounds.flat(), left => options.onProgress({ phase, done: total - left, total }));
  options.onProgress({ phase, done: 0, total });
  for (const batches of rounds) {
    options.signal?.throwIfAborted();
    const results = await sandbox.run(
      batches.map(({ job }) => job),
      index => finish(batches.slice(index, index + 1)),
    );
    const failure = findFailure(batches, results);
    if (failure) return failure;
    finish(batches);
  }
  options.signal?.throwIfAborted();
  return undefined;
}

function splitRound(batches: readonly Batch[]): Batch[][] {
  const length = Math.ceil(batches.length / JOBS_AT_ONCE);
  return Array.from({ length }, (_, index) => batches.slice(index * JOBS_AT_ONCE, (index + 1) * JOBS_AT_ONCE));
}

/** A step is done with the last batch that has a command of it. What it returns may hear of a batch twice. */
function countLeft(batches: readonly Batch[], tell: (stepsLeft: number) => void): (done: readonly Batch[]) => void {
  const left = new Map<Step, number>();
  for (const step of batches.flatMap(({ steps }) => steps)) left.set(step, (left.get(step) ?? 0) + 1);
  const open = new Set(batches);
  return done => {
    const before = left.size;
    for (const batch of done.filter(one => open.delete(one)))
      for (const step of batch.steps) {
        const more = (left.get(step) ?? 1) - 1;
        if (more === 0) left.delete(step);
        else left.set(step, more);
      }
    if (left.size < before) tell(left.size);
  };
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
