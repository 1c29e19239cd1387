/**
 * Checks: what should be true of a lab. Plain data, a part of the lab, made by `resolve` and asked by `check`.
 *
 * Names are text: the key of a node or pod (`web`, `team-a/web`), an address in canonical form, a
 * host name, or a Service (`service:web`). They never look alike: keys have neither dots nor colons, host names have
 * dots, and no address begins with a word.
 */

import type { Path } from '../../language/diagnostic/diagnostic.ts';
import type { Reaching, Sending } from '../../language/lab/sending.ts';

declare module '../../language/lab/lab.ts' {
  interface Lab {
    /** In the order of the file. They add nothing to the kernel's state. */
    readonly checks: readonly Check[];
  }
}

interface CheckBase {
  /** The sentence that should be true; unique in the lab. */
  readonly name: string;
  /** The longest wait for one answer. */
  readonly timeoutMs: number;
  readonly source: Path;
}

export type Check =
  | ReachCheck
  | MatrixCheck
  | RouteCheck
  | NeighbourCheck
  | ForwardingCheck
  | ConntrackCheck
  | NameCheck
  | CommandCheck;

export type CheckKind = Check['kind'];

/** The endpoints that have to answer for a Service. */
export type Backends =
  /** The same every time, or each ready endpoint as often as the others. */
  | { readonly kind: 'one' | 'even' }
  /** Each of these, and no other. */
  | { readonly kind: 'exactly'; readonly pods: readonly string[] }
  /** In percent. */
  | { readonly kind: 'shares'; readonly shares: Readonly<Record<string, number>> };

/** Each machine in `from` tries to reach each target in `to`. */
export interface ReachCheck extends CheckBase, Sending {
  readonly kind: 'reach';
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly expect: Reaching;
  /** Whether netlab may open a listener where no server runs. */
  readonly listen: boolean;
  /** `preserved`, `masqueraded`, or an address. */
  readonly sourceIP?: string;
  readonly backends?: Backends;
  readonly status?: number;
  readonly body?: string;
  readonly path?: string;
  readonly host?: string;
  readonly size?: number;
  readonly count: number;
  /** In milliseconds. */
  readonly latency?: MeasureBounds;
  /** In percent. */
  readonly loss?: MeasureBounds;
  /** In bits a second. */
  readonly throughput?: MeasureBounds;
}

export interface MeasureBounds {
  readonly min?: number;
  readonly max?: number;
}

/** Who reaches whom, pair by pair. */
export interface MatrixCheck extends CheckBase, Sending {
  readonly kind: 'matrix';
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** A text for each of `from`, with a letter for each of `to`: `y` reachable, `n` blocked, `-` not asked. */
  readonly cells: readonly string[];
}

export type Presence = 'present' | 'absent';

export interface RouteCheck extends CheckBase {
  readonly kind: 'route';
  readonly on: readonly string[];
  /** The destination to look up, as the kernel does it; or a subnet that has to be in the table. */
  readonly route: string;
  /** A next hop, or `none` for a destination that is reached directly. */
  readonly via?: string;
  readonly dev?: string;
  readonly src?: string;
  readonly expect: Presence;
}

export interface NeighbourCheck extends CheckBase {
  readonly kind: 'neighbour';
  readonly on: readonly string[];
  readonly neighbour: string;
  readonly mac?: string;
  readonly dev?: string;
  readonly state?: 'permanent' | 'noarp' | 'reachable' | 'stale' | 'delay' | 'probe' | 'failed' | 'incomplete';
  readonly expect: Presence;
}

export interface ForwardingCheck extends CheckBase {
  readonly kind: 'forwarding';
  /** Nodes, pods and switches. */
  readonly on: readonly string[];
  /** A MAC address, or the node or pod that has it. */
  readonly forwarding: string;
  readonly dev?: string;
  readonly expect: Presence;
}

export interface ConntrackCheck extends CheckBase {
  readonly kind: 'conntrack';
  readonly on: readonly string[];
  readonly conntrack: ConntrackPattern;
  readonly expect: Presence;
}

export interface ConntrackPattern {
  readonly source?: string;
  readonly destination?: string;
  readonly protocol?: 'tcp' | 'udp' | 'icmp';
  readonly port?: number;
  readonly replySource?: string;
  readonly replyDestination?: string;
  /** As conntrack prints it. */
  readonly state?:
    | ('SYN_SENT' | 'SYN_RECV' | 'ESTABLISHED' | 'FIN_WAIT' | 'CLOSE_WAIT' | 'LAST_ACK' | 'TIME_WAIT' | 'CLOSE')
    | ('UNREPLIED' | 'ASSURED');
}

export interface NameCheck extends CheckBase {
  readonly kind: 'name';
  readonly from: readonly string[];
  readonly hostName: string;
  /** All of its addresses; absent where any will do. */
  readonly answers?: readonly string[];
  readonly expect: Presence;
}

export interface CommandCheck extends CheckBase {
  readonly kind: 'command';
  readonly on: readonly string[];
  /** Null for the pod itself. */
  readonly container: string | null;
  readonly command: readonly string[];
  readonly exitCode: number;
  readonly output?: string;
  readonly matches?: string;
}
