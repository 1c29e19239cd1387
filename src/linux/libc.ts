/**
 * The calls of the C library that Node does not offer: entering namespaces, spawning, and netlink sockets.
 *
 * Everything here is a direct, blocking system call on the main thread: setns(2) changes the calling thread only, and
 * what that thread then opens or spawns is in the namespace it has entered.
 */
import { getSystemErrorName } from 'node:util';
import koffi from 'koffi';

// The C library that Node itself is linked to: its name differs between glibc, musl and machines.
const libc = koffi.load(null);

type Call<A extends readonly unknown[]> = (...args: A) => number;
/** What a call reads from or writes into. */
export type Memory = Uint8Array | Int32Array;

export function bind<A extends readonly unknown[]>(declaration: string): Call<A> {
  return libc.func(declaration) as Call<A>;
}

export const setns = bind<[fd: number, type: number]>('int setns(int, int)');
export const unshare = bind<[flags: number]>('int unshare(int)');
export const mount = bind<
  [source: string | null, target: string, type: string | null, flags: number, data: string | null]
>('int mount(const char *, const char *, const char *, unsigned long, const char *)');
export const umount2 = bind<[target: string, flags: number]>('int umount2(const char *, int)');
export const flock = bind<[fd: number, operation: number]>('int flock(int, int)');
export const sethostname = bind<[name: string, length: number]>('int sethostname(const char *, size_t)');
export const mkfifo = bind<[path: string, mode: number]>('int mkfifo(const char *, uint32_t)');
export const pipe2 = bind<[ends: Memory, flags: number]>('int pipe2(void *, int)');
export const socket = bind<[family: number, type: number, protocol: number]>('int socket(int, int, int)');
export const send = bind<[fd: number, bytes: Memory, length: number, flags: number]>(
  'long send(int, const void *, size_t, int)',
);
export const recv = bind<[fd: number, bytes: Memory, length: number, flags: number]>(
  'long recv(int, void *, size_t, int)',
);
export const waitpid = bind<[pid: number, status: Memory, options: number]>('int waitpid(int, void *, int)');
export const posixSpawn = bind<
  [
    pid: Memory,
    file: string,
    actions: Memory,
    attributes: Memory,
    argv: readonly (string | null)[],
    envp: readonly (string | null)[],
  ]
>('int posix_spawn(void *, const char *, void *, void *, const char **, const char **)');
export const fileActionsInit = bind<[actions: Memory]>('int posix_spawn_file_actions_init(void *)');
export const fileActionsDestroy = bind<[actions: Memory]>('int posix_spawn_file_actions_destroy(void *)');
export const fileActionsAddOpen = bind<[actions: Memory, fd: number, path: string, flags: number, mode: number]>(
  'int posix_spawn_file_actions_addopen(void *, int, const char *, int, uint32_t)',
);
export const fileActionsAddDup2 = bind<[actions: Memory, fd: number, target: number]>(
  'int posix_spawn_file_actions_adddup2(void *, int, int)',
);
export const attributesInit = bind<[attributes: Memory]>('int posix_spawnattr_init(void *)');
export const attributesSetFlags = bind<[attributes: Memory, flags: number]>(
  'int posix_spawnattr_setflags(void *, short)',
);
export const attributesSetSigDefault = bind<[attributes: Memory, signals: Memory]>(
  'int posix_spawnattr_setsigdefault(void *, const void *)',
);
export const attributesSetSigMask = bind<[attributes: Memory, signals: Memory]>(
  'int posix_spawnattr_setsigmask(void *, const void *)',
);
export const sigEmptySet = bind<[signals: Memory]>('int sigemptyset(void *)');
export const sigFillSet = bind<[signals: Memory]>('int sigfillset(void *)');

/** The error of the call just made on this thread. */
export function errno(): number {
  return koffi.errno();
}

/** Throws where a call says that it failed; returns what it returned. */
export function check(call: string, result: number): number {
  if (result < 0) throw new SystemError(call, errno());
  return result;
}

/** A call failed: `call` says which and on what, `errno` the kernel's reason. */
export class SystemError extends Error {
  override readonly name = 'SystemError';
  readonly errno: number;
  constructor(call: string, code: number) {
    super(`${call}: ${getSystemErrorName(-code)}`);
    this.errno = code;
  }
}
