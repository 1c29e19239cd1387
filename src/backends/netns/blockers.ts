/**
 * Why a lab's PID namespace does not end: its PID 1 comes in, out go the processes that are left in it, and the processes
 * outside that have to take note of the end of some of them.
 *
 * The kernel lets PID 1 go only when every other process of the namespace, and of those within it, is gone, and one is gone
 * only when its parent has taken note, and whoever traces it. Of a process that has entered the lab, as by `exec`, that is
 * somebody outside: while that one is stopped, as by Ctrl-Z, nothing ends.
 */
import { listProcesses, namespaceOf, type ProcessId, readStat, readStatus } from '../../linux/proc.ts';

export interface SeenProcess extends ProcessId {
  readonly uid: number;
  readonly state: string;
  readonly parent: number;
  /** Who traces it; 0 where nobody does. */
  readonly tracer: number;
  /** Its PID namespace, as /proc calls it. */
  readonly space: string | undefined;
  /** Whether it is PID 1 of that. */
  readonly isInit: boolean;
}

export interface Blockers {
  readonly left: readonly SeenProcess[];
  /** Those outside that are waited for. */
  readonly awaited: readonly SeenProcess[];
}

/** `space` is the PID namespace of the lab. */
export function findBlockers(space: string, processes: readonly SeenProcess[] = seeProcesses()): Blockers {
  const byPid = new Map(processes.map(process => [process.pid, process]));
  const spaces = spacesIn(space, processes, byPid);
  const isInside = (process: SeenProcess) => process.space !== undefined && spaces.has(process.space);
  const left = processes.filter(isInside);
  const around = new Set(left.flatMap(({ parent, tracer }) => [parent, tracer]));
  return { left, awaited: [...around].flatMap(pid => byPid.get(pid) ?? []).filter(process => !isInside(process)) };
}

/** A namespace within another: its PID 1 was started by a process of that. */
function spacesIn(
  space: string,
  processes: readonly SeenProcess[],
  byPid: ReadonlyMap<number, SeenProcess>,
): ReadonlySet<string> {
  const found = new Set([space]);
  const inits = processes.filter(({ isInit, parent }) => isInit && byPid.has(parent));
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const init of inits) {
      const parentSpace = byPid.get(init.parent)?.space;
      if (init.space !== undefined && parentSpace !== undefined && found.has(parentSpace)) found.add(init.space);
    }
  }
  return found;
}

function seeProcesses(): SeenProcess[] {
  return listProcesses().flatMap(pid => {
    const stat = readStat(pid);
    const status = readStatus(pid);
    if (stat === undefined || status === undefined) return [];
    const isInit = status.nestedPids.length > 1 && status.nestedPids.at(-1) === 1;
    return [{ pid, ...stat, uid: status.uid, tracer: status.tracer, space: namespaceOf(pid, 'pid'), isInit }];
  });
}
