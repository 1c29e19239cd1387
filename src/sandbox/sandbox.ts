/**
 * The seam below apply and observe: where namespaces live, and how one gets into them.
 *
 * Above it nothing knows which backend runs. A backend offers sandboxes: a place that holds one lab's network
 * namespaces. A new sandbox lives only as long as the process that made it, until it is committed.
 */
import type { BackendName } from '../language/lab/lab.ts';
import type { Step } from '../plan/step.ts';
import type { CommandJob, Job, JobResult } from '../state/job.ts';
import type { Observation } from '../state/observe.ts';
import type { Topics } from '../state/question.ts';
import type { Translations } from '../state/translations.ts';
import type { LabProcesses } from './container-status.ts';
import type { HostCheck, HostFacts, MissingImage, WantedImage } from './host.ts';
import type { Bounds, Place } from './place.ts';

/** A lab whose record has another shape is not looked at: it is to be brought up again. */
export const RECORD_FORMAT = 3;

/** What a sandbox keeps about its lab, inside itself: it dies with the lab. */
export interface LabRecord {
  /** Version of this shape. */
  readonly format: typeof RECORD_FORMAT;
  readonly name: string;
  /** Absolute path of the lab file, or `-` for standard input. */
  readonly file: string;
  /** When it came up, in milliseconds since 1970. */
  readonly createdAt: number;
  /** The resolved lab and its wanted state, as JSON. */
  readonly lab: unknown;
  readonly wanted: unknown;
  /** Keys of the pods that kube-proxy's chains, as they were when this was written, took for not ready. */
  readonly unready?: readonly string[];
}

/** What tells one state of a running lab from another. */
export interface Moment {
  /** Of its record. */
  readonly version: string;
  /** Keys of the pods that the chains take for not ready; null where that is not settled. */
  readonly unready: readonly string[] | null;
  /** Whether another process has been changing it just now. */
  readonly waited: boolean;
  /** It has been doing so for too long to be waited for. */
  readonly isChanging: boolean;
}

/** What runs a command inside a lab, with the standard input and output of the process that starts it. */
export interface CommandRunner {
  readonly argv: readonly string[];
  /**
   * Gives the command a signal. `runner` is the process that was started with `argv`, which would not hand it on. False
   * where the command has not started yet.
   */
  signal(runner: number, signal: NodeJS.Signals): boolean;
  /** Whether signals of the keyboard do not reach the command by themselves, but would end what runs it. */
  readonly isRemote: boolean;
}

/** A sandbox as it can be found from outside, without entering it. */
export interface RunningLab {
  readonly name: string;
  /** Socket of the Docker that runs its nodes; null where they are namespaces and nothing else. */
  readonly docker: string | null;
  /** The pause process, and its start time in clock ticks since boot: together they name one process for ever. */
  readonly pid: number;
  readonly startTime: string;
}

/** Which backend it is a lab of. */
export const backendOf = ({ docker }: Pick<RunningLab, 'docker'>): BackendName =>
  docker === null ? 'netns' : 'docker';

/**
 * One attempt to get something from one namespace to an address, to be made for real.
 *
 * Where `to` names a namespace, netlab looks there too: it opens a listener where no server runs, and sees what
 * arrives.
 */
export interface Probe {
  /** Network namespace that it leaves from. */
  readonly from: string;
  /** Network namespace that should get it; null where no namespace of the lab is known to have the address. */
  readonly to: string | null;
  /**
   * Where others answer behind the address, and `to` is null: those of whom one should get it. Each is watched like
   * `to`.
   */
  readonly backends?: readonly ProbeBackend[];
  /** Destination address. */
  readonly address: string;
  readonly protocol: 'tcp' | 'udp' | 'sctp' | 'icmp' | 'http';
  /** Null for icmp. */
  readonly port: number | null;
  /** The longest wait for an answer. */
  readonly timeoutMs: number;
  /** Bytes of payload that must get through in one piece, never fragmented on the way; the least where it is absent. */
  readonly size?: number;
  /** How many times in a row, for latency and loss; once where it is absent. */
  readonly count?: number;
  /** Begins no further one after one that was not answered: what does not work need not be tried a hundred times. */
  readonly stopAtLoss?: boolean;
  /** Measure throughput for this long; needs tcp. */
  readonly throughputMs?: number;
  /** For http: a GET. */
  readonly path?: string;
  readonly host?: string;
}

/** One of those that answer behind an address. */
export interface ProbeBackend {
  readonly ns: string;
  readonly address: string;
  /** Null for icmp. */
  readonly port: number | null;
  /** Whether it is to get anything: where no server runs, netlab opens a listener. */
  readonly ready: boolean;
}

/**
 * - `open`: it arrived, and an answer came back.
 * - `refused`: an answer said no: a reset, ICMP port unreachable or administratively prohibited.
 * - `dropped`: no answer within the time.
 * - `unroutable`: no route, or nobody has the address: the sender's own kernel or a router on the way says so.
 */
export type Verdict = 'open' | 'refused' | 'dropped' | 'unroutable';

export interface SeenAttempt {
  /** The namespace that got it. */
  readonly ns: string;
  readonly sourceIP: string;
  /** Whether a listener of netlab's took it. */
  readonly listener: boolean;
  /** Whether an answer came back. */
  readonly open: boolean;
}

export interface ProbeResult {
  readonly verdict: Verdict;
  /** In words, for people: `no answer within 2 s`; empty where it is open. */
  readonly reason: string;
  /**
   * Why packets may have been lost or late for a reason outside of the lab; where it is blocked, `reason` has it too.
   * Else empty.
   */
  readonly inconclusive: string;
  /** Who sent the error, where one came from the network. */
  readonly by: string | null;
  /** Whether it was seen in the namespace `to`: null where nothing could look. */
  readonly arrived: boolean | null;
  /** Source address that the receiver saw; null where nothing arrived, or nothing could look. */
  readonly sourceIP: string | null;
  /** Where each attempt was seen, in order; null for one that was not. */
  readonly seen: readonly (SeenAttempt | null)[];
  /** Whether netlab opened the listener, since no server runs on that port. */
  readonly listener: boolean;
  readonly sent: number;
  readonly received: number;
  /** Why the last one was not answered that was not, where another one was; else empty. */
  readonly lostReason: string;
  /** Round trip (for tcp: until the connection stood) of each that was answered, in milliseconds. */
  readonly rttMs: readonly number[];
  /** Bits a second, where throughput was measured. */
  readonly throughput: number | null;
  readonly http: { readonly status: number; readonly body: string } | null;
}

export interface LogLine {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** As the container has written them, text or not. */
  readonly bytes: Uint8Array;
  /** False for a part of a line: the rest follows. */
  readonly whole: boolean;
}

export interface LogOptions {
  /** Only what came later, in milliseconds since 1970. */
  readonly since?: number;
  /** Of what is there already only the last lines, as many as this. */
  readonly tail?: number;
  /** Goes on with what will be written, until this is raised. */
  readonly follow?: AbortSignal;
}

/** Hears of each job that is done, by its place among those that were asked for; of quick ones perhaps only some time later. */
export type OnDone = (index: number) => void;

export interface Sandbox {
  readonly running: RunningLab;
  /** What the names of this process' own scratch namespaces begin with; they go with it at the latest. */
  readonly scratch: string;
  /** Runs jobs side by side where it helps; starts no further ones after a failure. One result per job, in order. */
  run(jobs: readonly Job[], onDone?: OnDone): Promise<JobResult[]>;
  /** A job that runs a command in a place of the lab, and keeps it in bounds. */
  jobIn(place: Place, argv: readonly string[], bounds: Bounds): CommandJob;
  /** Makes these attempts side by side, as far as they do not disturb each other; one result each, in order. */
  probe(probes: readonly Probe[]): Promise<ProbeResult[]>;
  /**
   * Reads the kernel's state of every namespace, or only of those `within` again, where the others are as they were seen last;
   * of some things only what is among the topics.
   */
  observe(topics: Topics, within?: readonly string[]): Promise<Observation>;
  /** Waits while another process changes the lab; what has become of it then. */
  settle(): Promise<Moment>;
  /**
   * No other process changes the lab until `release` or `takeBack`, or until this process ends: what is observed stays
   * true.
   */
  hold(): Promise<void>;
  /**
   * From here on, until `release`, any end of this process brings the lab back to what was seen last; these are the topics of
   * what was seen and of what is to come.
   */
  guard(topics: Topics, translations: Translations): Promise<void>;
  /** Conntrack forgets flows that go on otherwise than they could begin now. */
  forgetStale(translations: Translations): Promise<void>;
  /** The change is whole: replaces the record and ends the guard. */
  release(record: LabRecord): Promise<void>;
  /** Goes back to what is guarded, and ends the guard; the steps that could not be taken back are returned. */
  takeBack(): Promise<readonly Step[]>;
  /** Sees to it that images are there as far as they can be had; those that are not. */
  fetchImages(images: readonly WantedImage[]): Promise<MissingImage[]>;
  /** The containers of the lab and their kubelet, as they are now. */
  readProcesses(): Promise<LabProcesses>;
  readRecord(): Promise<LabRecord | undefined>;
  writeRecord(record: LabRecord): Promise<void>;
  /** The user wants an end: from now on no command is waited for that does nothing. */
  hurry(): void;
  /** Makes a new sandbox outlive this process. */
  commit(): Promise<void>;
  /** Leaves the sandbox; a new one that was not committed is destroyed. */
  close(): Promise<void>;
}

export interface LockHolder {
  readonly pid: number;
  /** Which command it runs; empty where that is not known. */
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
  /** Called for each other user who has taken its name, and does not hold it. */
  readonly onStranger?: (uid: number) => void;
  /** It rejects where one holder keeps it for longer, ten minutes without it, or is stopped. */
  readonly timeoutMs?: number;
}

/** Hears of a process of this user that was stopped and has been let go on. */
export type OnHelp = (process: { readonly pid: number; readonly command: string }) => void;

export interface Backend {
  describeHost(): HostFacts;
  /** What this backend needs of the host besides namespaces, tried for real. */
  examineHost(): Promise<HostCheck[]>;
  /** Why the plan of a new lab of this backend is no script that a shell could run; undefined where it is one. */
  whyNoScript(kind: BackendName): string | undefined;
  /** One holder per lab name and user; it is let go of when this process ends, however it ends. */
  lock(lab: string, what: string, options: LockOptions): Promise<Lock>;
  /** Who has that lock, as far as it says so itself; undefined where nobody else has. */
  findLockHolder(lab: string): Promise<LockHolder | undefined>;
  /** Labs that are up. */
  list(): Promise<RunningLab[]>;
  /**
   * Sandboxes that an `up` is working on just now, each of which goes when its `up` does unless that commits it, and those
   * that are about to end and cannot.
   */
  listUncommitted(): Promise<RunningLab[]>;
  /** Makes an empty sandbox. Rejects with `HostError` where the host does not allow it, and where `signal` is raised before. */
  create(lab: string, kind: BackendName, signal?: AbortSignal): Promise<Sandbox>;
  open(lab: RunningLab): Promise<Sandbox>;
  /**
   * Ends every process of the lab and everything it made. Harmless on one that is already gone. A process outside that the
   * lab's end waits for, and that is stopped, is let go on: `onHelp` hears of it.
   */
  destroy(lab: RunningLab, onHelp?: OnHelp): Promise<void>;
  /** The names of labs that are gone, but have left something that outlives them. */
  listLeftovers(): Promise<string[]>;
  /** Removes what was left of a lab of this name that is gone; how much that was. */
  removeLeftovers(lab: string): Promise<number>;
  /** How a command of the user's is run inside the lab; in a container in its own working directory, else in `cwd`. */
  enter(lab: RunningLab, place: Place, argv: readonly string[], cwd: string): CommandRunner;
  /** What a container has written, oldest first. */
  readLog(lab: RunningLab, ns: string, container: string, options: LogOptions): AsyncIterable<LogLine>;
}
