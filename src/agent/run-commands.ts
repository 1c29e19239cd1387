/**
 * Running commands: a list of them with their namespaces comes in, one result per job in the same order goes out.
 *
 * Two run side by side: more gain nothing, as the kernel changes networks under one lock. After the first failure no
 * further one is started, and those that run are waited for; the same where the machine has no room for another one, which
 * is thrown.
 */
import os from 'node:os';
import { SystemError } from '../linux/libc.ts';
import { enterNamespace } from '../linux/named-namespace.ts';
import { isShortage, throwShortage } from '../linux/shortage.ts';
import { closeSlot, openSlot, type Slot, startCommand, takeOutput, waitForChild } from '../linux/spawn.ts';
import { piecesAfter } from '../netfilter/split-restore.ts';
import type { OnDone } from '../sandbox/sandbox.ts';
import type { CommandJob, JobResult } from '../state/job.ts';

const SLOT_FOLDER = '/run/netlab';
const NOT_STARTED: JobResult = { code: null, stdout: '', stderr: '' };
const WORKERS = Math.min(2, os.availableParallelism());

interface Running {
  readonly slot: Slot;
  readonly index: number;
  readonly job: CommandJob;
  /** What is to be done after it in its place: rules that were too many for one transaction. */
  readonly rest: readonly CommandJob[];
}

export function runCommands(
  jobs: readonly CommandJob[],
  stopAtFailure = true,
  onDone: OnDone = () => undefined,
): JobResult[] {
  const slots = Array.from({ length: Math.min(WORKERS, jobs.length) }, () => openSlot(SLOT_FOLDER));
  try {
    return runAll(jobs, slots, stopAtFailure, onDone);
  } finally {
    enterNamespace(null);
    slots.forEach(closeSlot);
  }
}

function runAll(
  jobs: readonly CommandJob[],
  slots: readonly Slot[],
  stopAtFailure: boolean,
  onDone: OnDone,
): JobResult[] {
  const results: JobResult[] = jobs.map(() => NOT_STARTED);
  const idle = [...slots];
  const running = new Map<number, Running>();
  let next = 0;
  let stopped = false;
  const finish = (index: number, result: JobResult): void => {
    results[index] = result;
    stopped ||= stopAtFailure && result.code !== 0;
    if (result.code === 0) onDone(index);
  };
  const begin = (slot: Slot, job: CommandJob): void => {
    const started = startJob(slot, job, stopAtFailure);
    if ('pid' in started) running.set(started.pid, { slot, index: next, job, rest: [] });
    else {
      idle.push(slot);
      finish(next, started);
    }
    next++;
  };
  try {
    for (;;) {
      const job = stopped ? undefined : jobs[next];
      const slot = job === undefined ? undefined : idle.pop();
      if (job !== undefined && slot !== undefined) begin(slot, job);
      else if (running.size > 0) finishNext(running, idle, finish);
      else return results;
    }
  } finally {
    while (running.size > 0) running.delete(waitForChild().pid);
  }
}

function startJob(slot: Slot, job: CommandJob, throwsShortage: boolean): { readonly pid: number } | JobResult {
  try {
    enterNamespace(job.ns);
  } catch (error) {
    if (throwsShortage) throwShortage(error);
    return { code: 1, stdout: '', stderr: `Cannot enter network namespace "${job.ns}": ${messageOf(error)}\n` };
  }
  const started = startCommand(slot, job.argv, job.input);
  if (throwsShortage && 'errno' in started && isShortage(started.errno))
    throw new SystemError(`start ${job.argv[0]}`, started.errno);
  return 'pid' in started ? started : { code: 127, stdout: '', stderr: `${started.error}\n` };
}

function finishNext(
  running: Map<number, Running>,
  idle: Slot[],
  finish: (index: number, result: JobResult) => void,
): void {
  const { pid, code } = waitForChild();
  const ended = running.get(pid);
  if (ended === undefined) return;
  running.delete(pid);
  const { slot, index } = ended;
  const result = { code, stdout: takeOutput(slot.stdout), stderr: takeOutput(slot.stderr) };
  const [job, ...rest] = code === 0 ? ended.rest : inPieces(ended, result);
  const started = job && startJob(slot, job, false);
  if (job && started && 'pid' in started) return void running.set(started.pid, { slot, index, job, rest });
  idle.push(slot);
  finish(index, started && 'code' in started ? started : result);
}

/** For a transaction that was too large, and has done nothing. */
function inPieces({ job }: Running, { stderr }: JobResult): CommandJob[] {
  if (job.input === undefined) return [];
  const argv = [...job.argv.filter(word => word !== '--noflush'), '--noflush'];
  return piecesAfter(job.input, stderr).map(input => ({ ...job, argv, input }));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
