/**
 * Running jobs: a list of them comes in, one result per job in the same order goes out. Most are commands; files and
 * processes of pods, and what is Docker's, are looked after where they are at home.
 *
 * Files and processes of pods have phases of their own, and so never come together with other jobs.
 */

import { keepMachines } from '../backends/docker/agent/keep-machines.ts';
import type { OnDone } from '../sandbox/sandbox.ts';
import { isCommand, type Job, type JobResult } from '../state/job.ts';
import { isOfPod, keepProcesses } from './keep.ts';
import { runCommands } from './run-commands.ts';

export function runJobs(jobs: readonly Job[], stopAtFailure = true, onDone: OnDone = () => undefined): JobResult[] {
  if (jobs.every(isCommand)) return runCommands(jobs, stopAtFailure);
  return jobs.every(isOfPod) ? keepProcesses(jobs) : keepMachines(jobs, stopAtFailure, onDone);
}
