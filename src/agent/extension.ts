/**
 * What a backend adds to the agent: jobs that are none of the agent's own, and what there is besides network namespaces.
 * Programs that are made of several parts compose them; the agent knows of none.
 */
import type { OnDone } from '../sandbox/sandbox.ts';
import type { Job, JobResult } from '../state/job.ts';
import type { Observation } from '../state/observe.ts';

export interface Extension {
  /** Does jobs of which some are neither commands nor about a pod's files and processes: one result each, in order. */
  run(jobs: readonly Job[], stopAtFailure: boolean, onDone: OnDone): JobResult[];
  /** The containers that hold namespaces open, and the namespaces of those that have died. */
  observe(): { readonly containers: Observation['kept']; readonly dead: ReadonlySet<string> };
  /** A file of a pod has been written anew. */
  onPodFile(ns: string, path: string): void;
}
