/** Who should be asked about whom in, probes out; and what came of the probes of a pair in one word. */

import type { Directory, DirectoryEntry } from '../language/lab/directory.ts';
import type { Lab } from '../language/lab/lab.ts';
import { type Sending, transportOf } from '../language/lab/sending.ts';
import type { FindFrontend } from '../path/frontend.ts';
import type { Probe, ProbeResult } from '../sandbox/sandbox.ts';
import { type Addressing, destinations, through } from './attempts.ts';

/** What `netlab reach` calls a machine: a pod always with its namespace. */
export function fullName(key: string, lab: Lab): string {
  const pod = lab.pods.find(one => one.key === key);
  return pod ? `${pod.namespace}/${pod.name}` : key;
}

export interface ReachPair {
  readonly from: DirectoryEntry;
  /** A node, a pod, another name of the lab or an address. */
  readonly to: string;
  readonly probe: Probe;
}

/** Each pair once for every family that both have; no machine is asked about itself. */
export function pairsOf(
  from: readonly string[],
  to: readonly string[],
  sending: Sending & { readonly timeoutMs: number },
  addressing: Addressing,
  findFrontend: FindFrontend,
): ReachPair[] {
  const { protocol, port, timeoutMs } = sending;
  return from.flatMap(key => {
    const entry = addressing.directory.get(key);
    if (!entry) return [];
    return to.flatMap(target => {
      if (target === key) return [];
      return destinations(entry, target, sending, addressing).flatMap(destination => {
        if (!destination) return [];
        const { address, ns } = destination;
        const probe = { from: entry.ns, to: ns, address, protocol, port, timeoutMs };
        return [
          { from: entry, to: target, probe: through(probe, findFrontend(entry, address, port, transportOf(sending))) },
        ];
      });
    });
  });
}

/** What came of a pair's probes. */
export type Mark =
  | 'reachable'
  | 'translated'
  | 'elsewhere'
  | 'partly'
  | 'refused'
  | 'dropped'
  | 'unroutable'
  | 'not asked';

/** Whether it got through, and to whom it was meant for. */
export const isReached = ({ verdict, arrived }: ProbeResult) => verdict === 'open' && arrived !== false;

/** All results of one pair; one for each family. */
export function markOf(results: readonly ProbeResult[], from: DirectoryEntry, directory: Directory): Mark {
  const [first] = results;
  if (!first) return 'not asked';
  const open = results.filter(({ verdict }) => verdict === 'open');
  if (open.length === 0) return first.verdict === 'open' ? 'reachable' : first.verdict;
  if (open.length < results.length) return 'partly';
  if (!open.every(isReached)) return 'elsewhere';
  const isOwn = ({ sourceIP }: ProbeResult) => sourceIP === null || directory.ownerOf(sourceIP)?.entry.ns === from.ns;
  return open.every(isOwn) ? 'reachable' : 'translated';
}
