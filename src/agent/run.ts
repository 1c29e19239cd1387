/**
 * Running jobs: a list of them comes in, one result per job in the same order goes out. Most are commands; files and
 * processes of pods, and what is Docker's, are looked after where they are at home.
 *
 * Files and processes of pods have phases of their own, and so never come together with other jobs.
 */

import { isDockers, keepMachines } from '../backends/docker/agent/keep-machines.ts';
import type { Job, JobResult, OnDone } from '../sandbox/sandbox.ts';
import { isOfPod, keepProcesses } from './keep.ts';
import { runCommands } from './run-commands.ts';

export function runJobs(jobs: readonly Job[], stopAtFailure = true, onDone: OnDone = () => undefined): JobResult[] {
  if (jobs.some(isDockers)) return keepMachines(jobs, stopAtFailure, onDone);
  return jobs.some(isOfPod) ? keepProcesses(jobs) : runCommands(jobs, stopAtFailure);
}
