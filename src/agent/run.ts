/**
 * Running jobs: a list of them comes in, one result per job in the same order goes out. Most are commands; files and
 * processes of pods, and what a backend adds, are looked after where they are at home.
 *
 * Files and processes of pods have phases of their own, and so never come together with other jobs.
 */

import type { OnDone } from '../sandbox/sandbox.ts';
import { isCommand, type Job, type JobResult } from '../state/job.ts';
import type { Extension } from './extension.ts';
import { isOfPod, keepProcesses } from './keep.ts';
import { runCommands } from './run-commands.ts';

export function runJobs(
  jobs: readonly Job[],
  extension: Extension,
  stopAtFailure = true,
  onDone: OnDone = () => undefined,
): JobResult[] {
  if (jobs.every(isCommand)) return runCommands(jobs, stopAtFailure, onDone);
  return jobs.every(isOfPod) ? keepProcesses(jobs, extension, onDone) : extension.run(jobs, stopAtFailure, onDone);
}
