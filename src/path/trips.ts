/**
 * The ways that an attempt may take, there and back: one, or where others answer behind the address one to each of those
 * who may.
 */

import type { ExplainContext } from './explainer.ts';
import type { FailedAttempt } from './failed-attempt.ts';
import { gotThroughAgainstWish } from './failed-attempt.ts';
import type { FrontendBackend } from './frontend.ts';
import { type Departure, type Walk, walk } from './walk.ts';

export interface Trip {
  /** Who is to answer, where it is not the owner of the address. */
  readonly backend: FrontendBackend | undefined;
  readonly there: Walk;
  readonly back: Walk | undefined;
}

export const walksOf = ({ there, back }: Trip): Walk[] => (back ? [there, back] : [there]);

/** More are not walked to: what is wrong with one that is not among them shows where it is on a common part of the way. */
const MOST_BACKENDS = 12;

/** To a frontend: as far as the first node, whose rules send it on, and from there to each of those behind it. */
export async function findTrips(attempt: FailedAttempt, context: ExplainContext): Promise<Trip[]> {
  const { probe, frontend } = attempt;
  const nodes = new Set(context.lab.nodes.flatMap(({ external, ns }) => (external ? [] : [ns])));
  const isThere = (ns: string) => frontend !== undefined && nodes.has(ns);
  const first = await walk({ ns: probe.from, source: undefined, destination: probe.address, isThere }, context);
  const backends = first.end.kind === 'arrived' ? backendsOf(attempt) : [];
  // What no endpoint is there for ends at the node, and is answered by it.
  const isRefused = frontend !== undefined && backends.length === 0;
  if (backends.length === 0)
    return [
      { backend: undefined, there: first, back: isRefused ? undefined : await walkBack(first, attempt, context) },
    ];
  return Promise.all(
    backends.map(async backend => {
      const rest = await walk({ ...entering(first, attempt, context), destination: backend.address }, context);
      const there = { ...rest, source: first.source, hops: [...first.hops, ...rest.hops], lead: first.hops.length };
      return { backend, there, back: await walkBack(there, attempt, context) };
    }),
  );
}

/** What the first node takes for another one: its rules and settings know where it came in, and under which source. */
function entering(first: Walk, { probe }: FailedAttempt, { lab }: ExplainContext): Omit<Departure, 'destination'> {
  const inDev = first.hops.at(-1)?.cable.at(-1)?.dev;
  const { ns } = first.end;
  if (inDev === undefined) return { ns, source: undefined };
  // What pods send to each other keeps its source.
  return { ns, source: first.source, inDev, isMasqueraded: !lab.pods.some(pod => pod.ns === probe.from) };
}

/** Those that were seen to get it, and not to answer, come first. */
function backendsOf(attempt: FailedAttempt): FrontendBackend[] {
  const { frontend, result } = attempt;
  const wanted = gotThroughAgainstWish(attempt);
  const seen = new Set(result.seen.flatMap(one => (one && one.open === wanted ? [one.ns] : [])));
  const meant = frontend?.backends.filter(({ ready, meant: isMeant }) => ready && isMeant !== false) ?? [];
  const rank = ({ ns }: FrontendBackend) => (seen.has(ns) ? 0 : 1);
  return [...meant].sort((a, b) => rank(a) - rank(b)).slice(0, MOST_BACKENDS);
}

/** Nothing comes back where nothing arrives, but a lab without a way back needs no second look to be understood. */
async function walkBack(
  there: Walk,
  { probe, result }: FailedAttempt,
  context: ExplainContext,
): Promise<Walk | undefined> {
  const end = there.end.kind === 'arrived' ? there.end.ns : probe.to;
  const seen = result.seen.find(one => one?.ns === end)?.sourceIP;
  const source = seen ?? result.sourceIP ?? there.source;
  if (end === null || source === undefined) return undefined;
  return walk({ ns: end, source: there.destination, destination: source }, context);
}
