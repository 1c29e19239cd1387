/**
 * Who keeps a process from running: its id comes in; out goes whether it was stopped, is held by who traces it, or is frozen
 * with its control group; undefined where it runs, or could. Such a process answers nobody, and says so to nobody.
 */
import { writeFileSync } from 'node:fs';
import { groupsAround } from './control-groups.ts';
import { parseStat, readArgv } from './proc.ts';
import { readRegularFile } from './regular-file.ts';

export type Hold =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'traced'; readonly tracer: number }
  | { readonly kind: 'frozen'; readonly group: string; readonly thaw: string };

/** `proc` is where the process has this number, maybe within a lab. */
export function findHold(pid: number, proc = '/proc'): Hold | undefined {
  const state = parseStat(readRegularFile(`${proc}/${pid}/stat`) ?? '')?.state;
  if (state === 'T') return { kind: 'stopped' };
  if (state !== 't') return findFrost(pid, proc);
  const [, tracer] = /^TracerPid:\t(\d+)/m.exec(readRegularFile(`${proc}/${pid}/status`) ?? '') ?? [];
  return { kind: 'traced', tracer: Number(tracer ?? 0) };
}

/** By the outermost group that was told to freeze: within it nothing else helps. */
function findFrost(pid: number, proc = '/proc'): Hold | undefined {
  for (const group of groupsAround(pid, 'freezer', proc)) {
    if (isSet(`${group}/cgroup.freeze`)) return { kind: 'frozen', group, thaw: `echo 0 >${group}/cgroup.freeze` };
    if (isSet(`${group}/freezer.self_freezing`))
      return { kind: 'frozen', group, thaw: `echo THAWED >${group}/freezer.state` };
  }
  return undefined;
}

const isSet = (file: string) => readRegularFile(file)?.trim() === '1';

/** Takes one process out of a frozen group, for whom its end does not wait there: the first version lets none of it die. */
export function leaveFrozenGroup(pid: number): void {
  const own = groupsAround('self', 'freezer').findLast(group => group.startsWith('/sys/fs/cgroup/freezer'));
  if (own === undefined || findFrost(pid) === undefined) return;
  try {
    writeFileSync(`${own}/cgroup.procs`, String(pid));
  } catch {
    // It has ended, or is not ours to move: then its group has to be thawed.
  }
}

/** `process 12 (sleep 1000)` */
export const describeProcess = (pid: number) => `process ${pid} (${(readArgv(pid) ?? []).join(' ').slice(0, 60)})`;

/** Goes on from the name of the process: what is the matter, and what lets it go on. */
export function describeHold(pid: number, hold: Hold): string {
  switch (hold.kind) {
    case 'stopped':
      return `is stopped: let it go on (kill -CONT ${pid})`;
    case 'traced':
      return `is held by ${describeProcess(hold.tracer)}, which traces it: let it go on there, or end that one`;
    case 'frozen':
      return `is frozen with the control group ${hold.group}: thaw it (${hold.thaw})`;
  }
}
