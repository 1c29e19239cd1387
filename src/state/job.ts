/**
 * A job: what a sandbox is asked to do at once. Either a command comes in, or an object that the sandbox makes or removes
 * by itself, without a process for it: a pod's file, a process that its kubelet keeps, what a Docker has.
 */
import type { KernelObject } from './kinds.ts';

export interface CommandJob {
  /** Name of the network namespace; null for the sandbox's own. */
  readonly ns: string | null;
  readonly argv: readonly string[];
  /** What the command reads on standard input. */
  readonly input?: string;
}

/** Done when a process that is to be kept is written down for the kubelet, or one that is not has ended. */
export interface ObjectJob<T extends KernelObject = KernelObject> {
  readonly operation: 'add' | 'delete';
  readonly object: T;
}

export type Job = CommandJob | ObjectJob;

export const isCommand = (job: Job): job is CommandJob => 'argv' in job;

/** Whether a job is about an object of this kind. */
export function isAbout<K extends KernelObject['kind']>(
  job: Job,
  kind: K,
): job is ObjectJob<Extract<KernelObject, { kind: K }>> {
  return 'object' in job && job.object.kind === kind;
}

export interface JobResult {
  /** Exit code; 128 + n for a signal, 127 where the command is not installed. Null where the job was not started. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
