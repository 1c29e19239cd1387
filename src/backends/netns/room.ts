/**
 * Whether this user may have the processes and threads that a lab's helpers take: nothing comes in; where too few are left,
 * out goes an error that names the limit.
 *
 * Node does not say so itself: where it gets no thread it aborts, or waits for ever for one that never began.
 */
import { groupsAround } from '../../linux/control-groups.ts';
import { isPrivileged, listProcesses, readProc, readStatus } from '../../linux/proc.ts';
import { readRegularFile } from '../../linux/regular-file.ts';
import { HostError } from '../../sandbox/host-error.ts';

/** The agent and the kubelet, each with its threads, what enters the sandbox, and a few tools at once. */
const NEEDED = 40;

export function requireRoom(): void {
  const limits = [...userLimit(), ...groupLimits()];
  const tight = limits.find(({ most, used }) => most - used < NEEDED);
  if (!tight) return;
  const { name, most, used, fix } = tight;
  throw new HostError(
    `too few processes are allowed: ${name} is ${most}, ${used} are there, a lab takes ${NEEDED} more`,
    [fix(used + NEEDED)],
  );
}

interface Limit {
  readonly name: string;
  readonly most: number;
  readonly used: number;
  readonly fix: (most: number) => string;
}

/** Of all that this user runs, threads counted one by one; it does not hold for root. */
function userLimit(): Limit[] {
  const most = Number(/^Max processes +(\d+)/m.exec(readRegularFile('/proc/self/limits') ?? '')?.[1]);
  const mayBeTight = most < 1000 && !isPrivileged();
  if (!mayBeTight) return [];
  const own = listProcesses().filter(pid => readStatus(pid)?.uid === process.getuid?.());
  const used = own.map(countThreads).reduce((sum, threads) => sum + threads, 0);
  return [{ name: 'the limit "ulimit -u"', most, used, fix: needed => `ulimit -u ${needed}, or more` }];
}

const countThreads = (pid: number) => Number(/^Threads:\t(\d+)/m.exec(readProc(pid, 'status') ?? '')?.[1] ?? 1);

/** Of the control groups that this process is in. */
function groupLimits(): Limit[] {
  return groupsAround('self', 'pids').flatMap(group => {
    const [most, used] = ['max', 'current'].map(name => Number(readRegularFile(`${group}/pids.${name}`) || Number.NaN));
    if (most === undefined || used === undefined || !(most >= 0)) return [];
    return [{ name: `${group}/pids.max`, most, used, fix: (needed: number) => `raise ${group}/pids.max to ${needed}` }];
  });
}
