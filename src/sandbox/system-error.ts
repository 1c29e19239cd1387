/**
 * What the kernel refuses because this machine, this user or this shell has no more to give: any error comes in; where it is
 * such a one, out goes a `HostError` that names the limit and where it is set. It is no defect of netlab's.
 */
import { getSystemErrorName } from 'node:util';
import { HostError } from './host-error.ts';

interface Refusal {
  readonly words: string;
  readonly fixes: readonly string[];
}

const MORE_PROCESSES = [
  'allow more processes: "ulimit -u" in this shell, pids.max of its cgroup, kernel.threads-max and kernel.pid_max',
];
const MORE_MEMORY = ['free memory, or allow more: "ulimit -v" in this shell, memory.max of its cgroup'];

const REFUSALS: Readonly<Record<string, Refusal>> = {
  EMFILE: { words: 'too many open files', fixes: ['allow more open files: ulimit -n 1024'] },
  ENFILE: { words: 'too many open files on this machine', fixes: ['sudo sysctl -w fs.file-max=1000000'] },
  EAGAIN: { words: 'no more processes or other resources are to be had', fixes: MORE_PROCESSES },
  ENOMEM: { words: 'there is no memory left', fixes: MORE_MEMORY },
  ENOSPC: {
    words: 'no space is left, or a limit of the kernel is reached',
    fixes: ['make room: "df" shows file systems, "sysctl user" the limits of namespaces and watches'],
  },
  EDQUOT: { words: 'the quota is used up', fixes: ['make room, or have your quota raised'] },
  EFBIG: { words: 'the file would be larger than a file may be', fixes: ['allow larger files: ulimit -f unlimited'] },
  EROFS: { words: 'the file system can only be read', fixes: [] },
  EACCES: { words: 'permission denied', fixes: [] },
  EPERM: { words: 'not permitted', fixes: [] },
  EIO: { words: 'the device failed', fixes: [] },
  ELOOP: { words: 'too many symbolic links', fixes: [] },
  ENAMETOOLONG: { words: 'the name is too long', fixes: [] },
};

export function toHostError(error: unknown): HostError | undefined {
  if (error instanceof HostError) return error;
  const code = codeOf(error);
  if (code === 'ENOENT' && (error as NodeJS.ErrnoException).path === NOTHING)
    return new HostError(`${NOTHING} is not there`, [`mknod -m 666 ${NOTHING} c 1 3, as root`]);
  const refusal = code !== undefined && Object.hasOwn(REFUSALS, code) ? REFUSALS[code] : undefined;
  return refusal && new HostError(`${subjectOf(error)}: ${refusal.words} (${code})`, refusal.fixes);
}

/** Whatever is started is given it, and no host is without. */
const NOTHING = '/dev/null';

const WORDS: readonly (readonly [words: RegExp, code: string])[] = [
  [/\bEMFILE\b|Too many open files(?! in system)/, 'EMFILE'],
  [/\bENFILE\b|Too many open files in system/, 'ENFILE'],
  [/\bEAGAIN\b|Resource temporarily unavailable/, 'EAGAIN'],
  [/\bENOMEM\b|Cannot allocate memory|heap out of memory/, 'ENOMEM'],
  [/\bENOSPC\b|No space left on device/, 'ENOSPC'],
];

/** The same for what another program said when it ended; `subject` is what it was. */
export function toldHostError(subject: string, said: string): HostError | undefined {
  const [, code] = WORDS.find(([words]) => words.test(said)) ?? [];
  return code === undefined ? undefined : toHostError(Object.assign(new Error(subject), { code }));
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // Node cannot hand on a descriptor below which no other is free.
  if (error.message === 'spawn EINVAL') return 'EMFILE';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'errno' in error && typeof error.errno === 'number' ? getSystemErrorName(-Math.abs(error.errno)) : undefined;
}

/** What was tried: `spawn unshare`, `open /run/x`; of a call of the C library the first word of its message. */
function subjectOf(error: unknown): string {
  const { syscall, path, message } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return message.replace(/: E[A-Z]+$/, '');
  return path === undefined || syscall.includes(path) ? syscall : `${syscall} ${path}`;
}
