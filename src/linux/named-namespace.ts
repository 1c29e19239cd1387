/**
 * Entering the network namespaces of the sandbox: names come in, this thread's namespace changes.
 *
 * A namespace is opened anew each time, as its name may by now belong to another one.
 */
import { closeSync, openSync, readdirSync } from 'node:fs';
import { errno, SystemError, setns } from './libc.ts';

const FOLDER = '/run/netns';
const CLONE_NEWNET = 0x40000000;

/** The namespace that the agent started in: the sandbox's own. Node opens every file close-on-exec. */
const home = openSync('/proc/self/ns/net', 'r');

export function listNamespaces(): string[] {
  try {
    return readdirSync(FOLDER).sort();
  } catch {
    return []; // Without the folder there is none.
  }
}

export function openNamespace(ns: string): number {
  return openSync(`${FOLDER}/${ns}`, 'r');
}

/** Moves this thread into a named namespace, or home for null. Throws where there is no such namespace. */
export function enterNamespace(ns: string | null): void {
  const fd = ns === null ? home : openNamespace(ns);
  try {
    enterFd(fd);
  } finally {
    if (fd !== home) closeSync(fd);
  }
}

function enterFd(fd: number): void {
  if (setns(fd, CLONE_NEWNET) !== 0) throw new SystemError('setns', errno());
}
