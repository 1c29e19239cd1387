/**
 * Why a sandbox cannot be made here: what failed comes in, an error that names the obstacle and its cure goes out.
 */
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { findCommand, searchPath } from '../../linux/find-command.ts';
import { HostError } from '../../sandbox/host-error.ts';

/** Which of Debian's packages holds each command that making and entering a sandbox takes. */
const NEEDED: Readonly<Record<string, string>> = {
  unshare: 'util-linux',
  nsenter: 'util-linux',
  mount: 'mount',
  ip: 'iproute2',
};

/** A setting that forbids user namespaces to ordinary users, and the value which allows them. */
interface Gate {
  readonly sysctl: string;
  readonly isShut: (value: number) => boolean;
  readonly open: number;
}

const GATES: readonly Gate[] = [
  { sysctl: 'kernel.unprivileged_userns_clone', isShut: value => value === 0, open: 1 },
  { sysctl: 'user.max_user_namespaces', isShut: value => value === 0, open: 15000 },
  { sysctl: 'user.max_net_namespaces', isShut: value => value === 0, open: 15000 },
  { sysctl: 'kernel.apparmor_restrict_unprivileged_userns', isShut: value => value !== 0, open: 0 },
];

/** Throws a `HostError` that names every missing command at once. */
export function requireCommands(path: string = searchPath(process.env.PATH)): void {
  const missing = Object.keys(NEEDED).filter(name => findCommand(name, path) === undefined);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(name => NEEDED[name]))].join(' ');
  throw new HostError(`netlab needs the ${missing.length === 1 ? 'command' : 'commands'} ${missing.join(', ')}`, [
    `sudo apt install ${packages}`,
  ]);
}

const MOUNT_PROC = 'mount -t proc proc /proc, as root';

/** Processes are found in /proc, under the numbers by which they are signalled. Throws a `HostError`. */
export function requireOwnProc(): void {
  const self = readLink('/proc/self');
  if (self === String(process.pid)) return;
  const why = self === undefined ? 'is not there' : 'shows another PID namespace';
  throw new HostError(`netlab finds labs in /proc, which ${why}`, [MOUNT_PROC]);
}

/** All that a lab is made with. Throws a `HostError`. */
export function requireProc(): void {
  requireOwnProc();
  if (!existsSync('/proc/sys/kernel'))
    throw new HostError('netlab reads settings in /proc/sys, which is not there: /proc shows processes alone', [
      MOUNT_PROC,
    ]);
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** `said` is what the failed attempt wrote to its standard error. */
export function explainFailure(
  said: string,
  privileged: boolean,
  readSysctl: (name: string) => number | undefined = readSysctlNumber,
): HostError {
  const reason = said.trim().split('\n').at(-1) ?? '';
  if (privileged) return new HostError(`cannot make a sandbox: ${reason}`, ROOT_HINTS);
  const shut = GATES.filter(gate => isShut(gate, readSysctl(gate.sysctl)));
  if (shut.length === 0) return new HostError(`cannot make a sandbox: ${reason}`, USER_HINTS);
  const settings = shut.map(gate => `${gate.sysctl} = ${readSysctl(gate.sysctl)}`).join(', ');
  return new HostError(`this host does not let ordinary users make namespaces: ${settings} (${reason})`, [
    ...shut.map(gate => `sudo sysctl -w ${gate.sysctl}=${gate.open}`),
    'or run netlab as root',
  ]);
}

const ROOT_HINTS = ['in a container, give it --privileged, or --cap-add SYS_ADMIN --cap-add NET_ADMIN and no seccomp'];
const USER_HINTS = ['run netlab as root', 'in a container, allow user namespaces: --security-opt seccomp=unconfined'];

function isShut(gate: Gate, value: number | undefined): boolean {
  return value !== undefined && gate.isShut(value);
}

/** Undefined where the kernel has no such setting. */
function readSysctlNumber(name: string): number | undefined {
  try {
    return Number(readFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, 'utf8'));
  } catch {
    return undefined;
  }
}
