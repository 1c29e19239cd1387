/**
 * Two containers of a pod cannot have one port: where one of them fails and another listens on what it would need, they
 * are named.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { listProcesses } from '../../linux/proc.ts';
import { readRegularFile } from '../../linux/regular-file.ts';
import { logPath } from '../../memory/folders.ts';
import type { ContainerProcess } from '../../state/container.ts';
import { containerNamespaces, podNamespaces } from '../../state/pod-folder.ts';
import type { Home } from '../namespaces.ts';

interface Listener {
  /** `80/TCP` */
  readonly port: string;
  readonly inode: string;
}

/** Another container of the pod that runs. */
export interface Sibling {
  readonly name: string;
  /** The /proc, as seen in the lab, that its processes are in. */
  readonly proc: string;
}

/** Undefined where no other container is to blame. */
export function findPortConflict(
  container: ContainerProcess,
  siblings: readonly Sibling[],
  home: Home,
): string | undefined {
  if (siblings.length === 0) return undefined;
  const declared = container.container.ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`);
  if (declared.length === 0 && !saysInUse(container)) return undefined;
  const listeners = home.inside(podNamespaces(container.ns), ['net'], readListeners);
  const wanted = listeners.filter(({ port }) => declared.length === 0 || declared.includes(port));
  if (wanted.length === 0) return undefined;
  const owners = findOwners(container.ns, siblings);
  const taken = wanted.flatMap(({ port, inode }) => {
    const owner = owners.get(inode);
    return owner === undefined ? [] : [`port ${port} is taken: container ${owner} of this pod listens on it`];
  });
  return taken.length === 0 ? undefined : [...new Set(taken)].join('; ');
}

function saysInUse({ ns, container }: ContainerProcess): boolean {
  return /address (already )?in use|EADDRINUSE/i.test(
    (readRegularFile(logPath(ns, container.name)) ?? '').slice(-4096),
  );
}

const TCP_LISTEN = '0A';

/** Of the network namespace that this thread is in. */
function readListeners(): Listener[] {
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap(table => {
    const protocol = table.startsWith('tcp') ? 'TCP' : 'UDP';
    return readTable(table).flatMap(fields => {
      const [, local = '', , state] = fields;
      if (protocol === 'TCP' && state !== TCP_LISTEN) return [];
      const port = Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16);
      return [{ port: `${port}/${protocol}`, inode: fields[9] ?? '' }];
    });
  });
}

function readTable(name: string): string[][] {
  try {
    const lines = readFileSync(`/proc/thread-self/net/${name}`, 'latin1').trim().split('\n');
    return lines.slice(1).map(line => line.trim().split(/\s+/));
  } catch {
    return []; // Without IPv6 there is no such table.
  }
}

/** Which container holds each socket, by inode: a container is a PID namespace. */
function findOwners(ns: string, containers: readonly Sibling[]): Map<string, string> {
  const names = new Map(containers.map(({ name }) => [readLink(`${containerNamespaces(ns, name)}/pid`), name]));
  const owners = new Map<string, string>();
  // Where they are seen: the lab's own processes are not where those of a node's Docker are.
  for (const proc of new Set(containers.map(sibling => sibling.proc)))
    for (const pid of listProcesses(proc)) {
      const name = names.get(readLink(`${proc}/${pid}/ns/pid`));
      if (name !== undefined) for (const inode of socketsOf(`${proc}/${pid}`)) owners.set(inode, name);
    }
  return owners;
}

function socketsOf(process: string): string[] {
  try {
    const fds = readdirSync(`${process}/fd`);
    return fds.flatMap(fd => readLink(`${process}/fd/${fd}`).match(/^socket:\[(\d+)\]$/)?.[1] ?? []);
  } catch {
    return []; // It has ended.
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
