/**
 * The names under which a lab is locked, as the kernel's list of sockets has them: a user and a lab's name come in.
 *
 * Anybody on this machine may take any name of the abstract namespace, and so be there before its owner. So a lock has one
 * name by which it is usually found, and as many others as it takes, which nobody can guess. Who listens under one is
 * asked of the kernel, and only processes of this user count.
 */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { listProcesses, readStatus } from '../../linux/proc.ts';

export const usualName = (lab: string) => fill(stemOf(lab));

export const anotherName = (lab: string) => fill(`${stemOf(lab)}/${randomBytes(8).toString('hex')}`);

const stemOf = (lab: string) => `netlab/${process.getuid?.() ?? 0}/${lab}`;

const NAME_BYTES = 108;

/**
 * The zero byte at its beginning makes a name abstract. Those at its end count as well, and some versions of Node add them:
 * they would otherwise not see each other. A lab's name has at most 63 bytes.
 */
const fill = (stem: string) => `\0${stem}`.padEnd(NAME_BYTES, '\0');

interface NamedSocket {
  readonly name: string;
  readonly inode: string;
}

/** The names of this lab's lock that somebody has just now. Whoever chose one may have put anything into the list. */
export function listNames(lab: string): string[] {
  return [...new Set(listSockets(lab).map(({ name }) => name))];
}

function listSockets(lab: string): NamedSocket[] {
  const stem = stemOf(lab);
  return readSocketList().flatMap(line => {
    // The kernel shows a zero byte as @.
    const [, inode = '', name = ''] = /^[0-9a-f]+: (?:[0-9A-F]+ ){5} *(\d+) @(.*?)@*$/.exec(line) ?? [];
    const isOurs = name.startsWith(stem) && /^(\/[0-9a-f]{16})?$/.test(name.slice(stem.length));
    return isOurs ? [{ name: fill(name), inode }] : [];
  });
}

function readSocketList(): string[] {
  try {
    return readFileSync('/proc/net/unix', 'latin1').split('\n');
  } catch {
    return []; // A /proc without it: then the usual name is all there is.
  }
}

/** Whether a process of this user has the socket of this name: for where the kernel cannot be asked by connecting. */
export function isOwnName(name: string, lab: string): boolean {
  const links = new Set(listSockets(lab).flatMap(found => (found.name === name ? [`socket:[${found.inode}]`] : [])));
  const own = listProcesses().filter(pid => readStatus(pid)?.uid === process.getuid?.());
  return own.some(pid => listLinks(pid).some(link => links.has(link)));
}

function listLinks(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map(fd => readlinkSync(`/proc/${pid}/fd/${fd}`));
  } catch {
    return []; // It has ended, or closed one meanwhile.
  }
}
