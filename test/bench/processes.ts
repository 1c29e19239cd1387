/** What the processes of a lab take, asked of /proc: a lab's name comes in, kilobytes and seconds of processor time go out. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface LabProcesses {
  readonly kubelet: number;
  readonly pauses: readonly number[];
  readonly containers: readonly number[];
}

/** The kubelet is the child of the lab's pause process; a container has a PID namespace of its own, a pause has not. */
export function findProcesses(lab: string): LabProcesses {
  const [kubelet = 0] = childrenOf(findSandbox(lab));
  const children = childrenOf(kubelet);
  const space = (pid: number) => readlinkSync(`/proc/${pid}/ns/pid`);
  const own = space(kubelet);
  return {
    kubelet,
    pauses: children.filter(pid => space(pid) === own),
    containers: children.filter(pid => space(pid) !== own),
  };
}

/** The lab's pause process; 0 where it does not run. */
export function findSandbox(lab: string): number {
  const isPause = (pid: number) => /^sh\0-c\0.*\0netlab-pause\0/s.test(read(pid, 'cmdline'));
  return listPids().find(pid => isPause(pid) && isOf(pid, lab)) ?? 0;
}

const listPids = () =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number);

const read = (pid: number, file: string) => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
};

const isOf = (pid: number, lab: string) => read(pid, 'cmdline').endsWith(`\0${lab}\0`);

const childrenOf = (pid: number) =>
  read(pid, `task/${pid}/children`)
    .trim()
    .split(' ')
    .filter(word => word !== '')
    .map(Number);

/** Memory that would be free without these processes, what they share divided among all who share it: PSS, in KiB. */
export function memoryOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + Number(/^Pss:\s+(\d+)/m.exec(read(pid, 'smaps_rollup'))?.[1] ?? 0), 0);
}

/** A process and all that it has started, as far as they still run. */
export function listTree(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(listTree)];
}

export const isNode = (pid: number) => read(pid, 'comm').trim() === 'node';

const TICKS_PER_SECOND = 100;

/** Seconds of processor time so far. */
export function processorTimeOf(pid: number): number {
  const fields = read(pid, 'stat').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
