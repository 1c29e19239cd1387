/**
 * Entering the namespaces of pods: this thread goes in, something is started there, and the thread comes home.
 *
 * setns(2) and unshare(2) change the calling thread only, and what it then spawns or opens is where it is. Nothing
 * between going and coming home may wait, as everything else on this thread would then happen in the wrong place.
 */
import { closeSync, openSync } from 'node:fs';
import * as libc from '../linux/libc.ts';

export const CLONE = {
  NEWNS: 0x00020000,
  NEWUTS: 0x04000000,
  NEWIPC: 0x08000000,
  NEWPID: 0x20000000,
} as const;

export interface Home {
  /** Runs `work` in the namespaces of these names in a folder such as `/proc/PID/ns`. */
  inside<T>(folder: string, names: readonly string[], work: () => T): T;
}

/** Home is where this thread is now. */
export function makeHome(): Home {
  const fds = ['mnt', 'net', 'uts', 'ipc', 'pid'].map(kind => openSync(`/proc/self/ns/${kind}`, 'r'));
  const goHome = () => {
    for (const fd of fds) libc.check('setns', libc.setns(fd, 0));
  };
  const andBack = <T>(work: () => T): T => {
    try {
      return work();
    } finally {
      goHome();
    }
  };
  return { inside: (folder, names, work) => andBack(() => goInto(folder, names, work)) };
}

/** All are opened before the first is entered: in another mount namespace the folder is not there. */
function goInto<T>(folder: string, names: readonly string[], work: () => T): T {
  const fds: number[] = [];
  try {
    for (const name of names) fds.push(openSync(`${folder}/${name}`, 'r'));
    for (const fd of fds) libc.check('setns', libc.setns(fd, 0));
    return work();
  } finally {
    for (const fd of fds) closeSync(fd);
  }
}

export function unshare(flags: number): void {
  libc.check('unshare', libc.unshare(flags));
}
