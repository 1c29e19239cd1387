/**
 * Reading /proc: a process id comes in, what the kernel says of that process goes out; undefined once it is gone.
 *
 * Synchronous and sparing, as finding the labs means looking at every process of the host.
 */
import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';

/** A process for ever: its number alone may become another's. */
export interface ProcessId {
  readonly pid: number;
  readonly startTime: string;
  /** The /proc, as this process sees it, in which it has this number; its own where that is absent. */
  readonly proc?: string;
}

const PROCESS_ID = /^\d+$/;

// Longer than a pause process' command line; of a longer one the rest does not matter.
const chunk = Buffer.allocUnsafe(8192);

export function listProcesses(proc = '/proc'): number[] {
  return readdirSync(proc)
    .filter(name => PROCESS_ID.test(name))
    .map(Number);
}

/** The argument vector, cut off at 8 KiB. Empty for a kernel thread and for a zombie. */
export function readArgv(pid: number, proc = '/proc'): string[] | undefined {
  const text = readProc(pid, 'cmdline', chunk.length, proc);
  return text === undefined ? undefined : text.split('\0').slice(0, -1);
}

/** Whether the command line begins with these bytes: the cheap question, for most processes are not netlab's. */
export function argvStartsWith(pid: number, start: string): boolean {
  return readProc(pid, 'cmdline', start.length) === start;
}

export interface ProcessStat {
  readonly state: string;
  readonly parent: number;
  /** In clock ticks since boot: with the pid it names one process for ever. */
  readonly startTime: string;
  readonly session: number;
  /** What it has had of the processors, and the children that it has taken note of, in clock ticks. */
  readonly ticks: number;
}

export function readStat(pid: number, proc = '/proc'): ProcessStat | undefined {
  const text = readProc(pid, 'stat', chunk.length, proc);
  return text === undefined ? undefined : parseStat(text);
}

/** The command's name is in parentheses and may itself hold spaces and parentheses, so count from the last one. */
export function parseStat(text: string): ProcessStat | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent] = fields;
  const startTime = fields[19];
  if (state === undefined || parent === undefined || startTime === undefined) return undefined;
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { state, parent: Number(parent), startTime, session: Number(fields[3]), ticks };
}

/** The children of a process. */
export function findChildren(parent: number): number[] {
  const told = readProc(parent, `task/${parent}/children`)?.trim().split(' ').filter(Boolean).map(Number);
  return told ?? listProcesses().filter(pid => readStat(pid)?.parent === parent);
}

/** A zombie has ended: only its parent has not looked yet. */
export function isAlive(pid: number, startTime: string, proc = '/proc'): boolean {
  const stat = readStat(pid, proc);
  return stat !== undefined && stat.startTime === startTime && stat.state !== 'Z' && stat.state !== 'X';
}

export const isProcessAlive = ({ pid, startTime, proc }: ProcessId) => isAlive(pid, startTime, proc);

export interface ProcessStatus {
  readonly uid: number;
  /** The process id in each nested PID namespace, outermost first. */
  readonly nestedPids: readonly number[];
  /** Who traces it; 0 where nobody does. */
  readonly tracer: number;
}

export function readStatus(pid: number): ProcessStatus | undefined {
  const text = readProc(pid, 'status');
  const uid = text?.match(/^Uid:\t(\d+)/m)?.[1];
  const pids = text?.match(/^NSpid:\t(.*)$/m)?.[1];
  if (uid === undefined || pids === undefined) return undefined;
  const tracer = text?.match(/^TracerPid:\t(\d+)/m)?.[1];
  return { uid: Number(uid), nestedPids: pids.split('\t').map(Number), tracer: Number(tracer ?? 0) };
}

/** Which namespace of this kind a process is in, such as `user:[4026531837]`. */
export function namespaceOf(pid: number | 'self', kind: 'user' | 'pid'): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch {
    return undefined;
  }
}

/** Whether this process may make namespaces without a user namespace of its own. */
export function isPrivileged(): boolean {
  const capabilities = readProc('self', 'status')?.match(/^CapEff:\t([0-9a-f]+)$/m)?.[1];
  const CAP_SYS_ADMIN = 1n << 21n;
  return capabilities !== undefined && (BigInt(`0x${capabilities}`) & CAP_SYS_ADMIN) !== 0n;
}

export function readProc(
  pid: number | 'self',
  file: string,
  limit: number = chunk.length,
  proc = '/proc',
): string | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(`${proc}/${pid}/${file}`, 'r');
    return chunk.toString('latin1', 0, readSync(fd, chunk, 0, limit, null));
  } catch {
    return undefined; // It ended meanwhile, or is not ours to look at.
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
