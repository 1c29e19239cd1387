/**
 * Lifting the kernel's limit on ICMP errors while probes are under way: a router sends each sender six of them at once
 * and then one a second, so of a hundred refused probes most would look dropped.
 *
 * What the limits were is written down first. The last of those who probe at the same time puts them back; where one is
 * killed, netlab starts another agent for that.
 */
import { closeSync, constants, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { enterNamespace, listNamespaces } from '../../linux/named-namespace.ts';
import { readProcFile } from '../../linux/proc-file.ts';
import { FOLDER } from '../../memory/folders.ts';
import { readJsonFile, writeJsonFile } from '../../memory/json-file.ts';
import type { Round } from './round.ts';

/** Which types of messages are limited: of IPv4 none, of IPv6 one that is never sent, as it takes no empty list. */
const UNLIMITED = [
  ['/proc/sys/net/ipv4/icmp_ratemask', '0'],
  ['/proc/sys/net/ipv6/icmp/ratemask', '255'],
] as const;

interface Limit {
  readonly ns: string;
  readonly path: string;
  readonly value: string;
}

const NOTE = /^icmp-limits\.(\d+)(\.left\.\d+)?\.json$/;
const notePath = (pid: number) => `${FOLDER}/icmp-limits.${pid}.json`;
/** Of an agent that has probed, and may have done so before. */
const leftPath = (pid: number) => `${FOLDER}/icmp-limits.${pid}.left.${process.hrtime.bigint()}.json`;

/** Gives what puts everything back as it was. */
export function liftRateLimits(round: Round): () => void {
  const enter = (ns: string) => round.enter(ns);
  writeJsonFile(notePath(process.pid), []);
  const before = readLimits(enter);
  writeJsonFile(notePath(process.pid), before);
  for (const { ns, path } of before) {
    const [, unlimited] = UNLIMITED.find(([known]) => known === path) ?? [];
    if (unlimited !== undefined && tryToEnter(enter, ns)) write(path, unlimited);
  }
  return () => {
    // In this order: of two that end together, the second at least sees that none is left.
    renameSync(notePath(process.pid), leftPath(process.pid));
    restoreLimits(enter);
  };
}

/** Puts back what agents have lifted that are gone. */
export function restoreAbandonedLimits(): void {
  restoreLimits(enterNamespace);
  enterNamespace(null);
}

function restoreLimits(enter: (ns: string) => void): void {
  const notes = readdirSync(FOLDER).filter(name => NOTE.test(name));
  if (notes.some(isInUse)) return;
  for (const name of notes) {
    const limits = (readJsonFile(`${FOLDER}/${name}`) as readonly Limit[] | undefined) ?? [];
    for (const { ns, path, value } of limits) if (tryToEnter(enter, ns)) write(path, value);
    rmSync(`${FOLDER}/${name}`, { force: true });
  }
}

function isInUse(name: string): boolean {
  const [, pid, left] = NOTE.exec(name) ?? [];
  return left === undefined && isAgent(Number(pid));
}

/** Its number may by now be another process'. */
function isAgent(pid: number): boolean {
  const program = process.argv[1] ?? '';
  return readProcFile(`/proc/${pid}/cmdline`)?.split('\0').includes(program) === true;
}

/** Those that are not lifted already. */
function readLimits(enter: (ns: string) => void): Limit[] {
  return listNamespaces().flatMap(ns => {
    if (!tryToEnter(enter, ns)) return [];
    return UNLIMITED.flatMap(([path, unlimited]) => {
      const value = readProcFile(path)?.trim();
      return value === undefined || value === unlimited ? [] : [{ ns, path, value }];
    });
  });
}

/** A namespace may just be being made, or taken away. */
function tryToEnter(enter: (ns: string) => void, ns: string): boolean {
  try {
    enter(ns);
    return true;
  } catch {
    return false;
  }
}

function write(path: string, value: string): boolean {
  try {
    const fd = openSync(path, constants.O_WRONLY);
    try {
      return writeSync(fd, value) > 0;
    } finally {
      closeSync(fd);
    }
  } catch {
    return false;
  }
}
