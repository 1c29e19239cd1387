/**
 * The seam below apply and observe: where namespaces live, and how one gets into them.
 *
 * Above it nothing knows which backend runs. A backend offers sandboxes: a place that holds one lab's network
 * namespaces. A new sandbox lives only as long as the process that made it, until it is committed.
 */
import type { Step } from '../plan/step.ts';
import type { KernelObject } from '../state/objects.ts';
import type { NamespaceDump } from './observation.ts';

/** A command to run in a network namespace of the sandbox. */
export interface Job {
  /** Name of the network namespace; null for the sandbox's own. */
  readonly ns: string | null;
  readonly argv: readonly string[];
  /** What the command reads on standard input. */
  readonly input?: string;
}

export interface JobResult {
  /** Exit code; 128 + n for a signal, 127 where the command is not installed. Null where the job was not started. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a sandbox keeps about its lab, inside itself: it dies with the lab. */
export interface LabRecord {
  /** Version of this shape. */
  readonly format: 1;
  readonly name: string;
  /** Absolute path of the lab file, or `-` for standard input. */
  readonly file: string;
  /** When it came up, in milliseconds since 1970. */
  readonly createdAt: number;
  /** The resolved lab and its wanted state, as JSON. */
  readonly lab: unknown;
  readonly wanted: unknown;
}

/** A sandbox as it can be found from outside, without entering it. */
export interface RunningLab {
  readonly name: string;
  /** The pause process, and its start time in clock ticks since boot: together they name one process for ever. */
  readonly pid: number;
  readonly startTime: string;
}

export interface Observation {
  readonly namespaces: Readonly<Record<string, NamespaceDump>>;
}

export interface Sandbox {
  readonly running: RunningLab;
  /** What the names of this process' own scratch namespaces begin with; they go with it at the latest. */
  readonly scratch: string;
  /** Runs jobs side by side where it helps; starts no further ones after a failure. One result per job, in order. */
  run(jobs: readonly Job[]): Promise<JobResult[]>;
  /** Reads the kernel's state of every namespace, and of the named sysctls (by namespace). */
  observe(sysctls: Readonly<Record<string, readonly string[]>>): Promise<Observation>;
  /** From here on, until `release`, whatever ends this process brings the lab back to these objects. */
  guard(before: readonly KernelObject[], sysctls: Readonly<Record<string, readonly string[]>>): Promise<void>;
  /** The change is whole: replaces the record and ends the guard. */
  release(record: LabRecord): Promise<void>;
  /** Goes back to what is guarded, and ends the guard; the steps that could not be taken back are returned. */
  takeBack(): Promise<readonly Step[]>;
  readRecord(): Promise<LabRecord | undefined>;
  writeRecord(record: LabRecord): Promise<void>;
  /** Makes a new sandbox outlive this process. */
  commit(): Promise<void>;
  /** Leaves the sandbox; a new one that was not committed is destroyed. */
  close(): Promise<void>;
}

export interface LockHolder {
  readonly pid: number;
  /** Which command it runs. */
  readonly what: string;
}

export interface Lock {
  release(): void;
}

export interface LockOptions {
  /** Called once with each holder that is waited for. */
  readonly onWait?: (holder: LockHolder) => void;
  /** Called once where a holder does not answer, as when Ctrl-Z has stopped it. */
  readonly onSilence?: () => void;
  /** After this long it rejects; without it, it waits for ever. */
  readonly timeoutMs?: number;
}

export interface Backend {
  readonly name: 'netns';
  /** One holder per lab name and user; it is let go of when this process ends, however it ends. */
  lock(lab: string, what: string, options: LockOptions): Promise<Lock>;
  /** Labs that are up. */
  list(): Promise<RunningLab[]>;
  /** Sandboxes that an `up` is working on just now. Each goes when its `up` does, unless that commits it. */
  listUncommitted(): Promise<RunningLab[]>;
  /** Makes an empty sandbox. Rejects with `HostError` where the host does not allow it. */
  create(lab: string): Promise<Sandbox>;
  open(lab: RunningLab): Promise<Sandbox>;
  /** Ends every process of the lab and everything it made. Harmless on one that is already gone. */
  destroy(lab: RunningLab): Promise<void>;
  /** The argument vector that runs a command of the user's inside a namespace of the lab, from `cwd`. */
  enter(lab: RunningLab, ns: string, argv: readonly string[], cwd: string): string[];
}
