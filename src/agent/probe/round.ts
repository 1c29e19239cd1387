/** What all probes of one request share: the loop, their marks, the namespace that this thread is in, and what receivers have seen. */
import { randomInt } from 'node:crypto';
import { enterNamespace } from '../../linux/named-namespace.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import { type EventLoop, makeEventLoop } from './event-loop.ts';
import type { Marks } from './nonce.ts';
import type { Steps, Task } from './task.ts';

/** What the receiver saw of an attempt. */
export interface Arrival {
  readonly source: string;
  /** What of its content has come out at a listener of ours; none where only a packet was seen. */
  readonly bytes: number;
}

/** Where an attempt may be seen. Where others answer behind an address, it counts only once it is sent on to this one. */
export interface ObservationPoint {
  readonly ns: string;
  readonly address?: string;
}

/** One packet or connection, with a mark of its own. */
export interface Attempt {
  readonly id: number;
  /** In which of these namespaces it should be seen. */
  readonly points: readonly ObservationPoint[];
  arrival: (Arrival & { readonly ns: string }) | undefined;
  /** The task that goes on when it has been seen; undefined while nothing depends on that. */
  task: Task | undefined;
}

export interface Round {
  readonly loop: EventLoop;
  readonly marks: Marks;
  /** Moves this thread into a namespace. */
  readonly enter: (ns: string) => void;
  /** The thread has been moved into another namespace without `enter`. */
  readonly forgetNamespace: () => void;
  /** Begins an attempt of the task that runs now. */
  readonly begin: (points: readonly ObservationPoint[]) => Attempt;
  /** Notes that an attempt was seen in a namespace, on its way to an address where that is known. */
  readonly noteArrival: (id: number, ns: string, arrival: Arrival, destination?: string) => void;
  readonly end: (attempt: Attempt) => void;
  /** Ends every task and closes what they hold; the thread goes home. */
  readonly close: () => void;
}

/** The answer to a packet may be read before the packet socket that saw it arrive is. */
const LATE_ARRIVAL_MS = 100;

/** Waits until an attempt has been seen where it should arrive, or cannot have been any more. */
export function* awaitArrival({ loop: { now } }: Round, attempt: Attempt): Steps<void> {
  const until = now() + LATE_ARRIVAL_MS;
  while (attempt.points.length > 0 && attempt.arrival === undefined && now() < until) yield { until };
}

export function openRound(): Round {
  const loop = makeEventLoop();
  const close = (): void => {
    loop.close();
    enterNamespace(null);
  };
  return { loop, marks: { magic: randomInt(1, 0xffffffff) }, ...followThread(), ...trackAttempts(loop), close };
}

/** Which namespace this thread is in; to enter the one where it is would cost as much as any other. */
function followThread(): Pick<Round, 'enter' | 'forgetNamespace'> {
  let current: string | null = null;
  return {
    enter: ns => {
      if (ns === current) return;
      try {
        enterNamespace(ns);
      } catch {
        throw new SandboxError(`there is no network namespace "${ns}" to probe from or to`);
      }
      current = ns;
    },
    forgetNamespace: () => {
      current = null;
    },
  };
}

function trackAttempts(loop: EventLoop): Pick<Round, 'begin' | 'noteArrival' | 'end'> {
  const attempts = new Map<number, Attempt>();
  // Never the same for long: the kernel's connection tracking takes what has the ICMP identifier or the port of an attempt
  // a moment ago for more of that, and no rule that translates addresses would be asked again.
  let lastId = randomInt(1 << 30);
  return {
    begin: points => {
      const attempt: Attempt = { id: ++lastId, points, arrival: undefined, task: loop.current() };
      attempts.set(attempt.id, attempt);
      return attempt;
    },
    noteArrival: (id, ns, { source, bytes }, destination) => {
      const attempt = attempts.get(id);
      const isPoint = (point: ObservationPoint) =>
        point.ns === ns && (point.address === undefined || destination === undefined || point.address === destination);
      if (attempt === undefined || !attempt.points.some(isPoint)) return;
      // The packet socket may be read after the listener has read what followed the first packet.
      if (bytes >= (attempt.arrival?.bytes ?? 0)) attempt.arrival = { ns, source, bytes };
      if (attempt.task !== undefined) loop.wake(attempt.task);
    },
    end: attempt => void attempts.delete(attempt.id),
  };
}
