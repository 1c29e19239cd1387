/**
 * Containers of a pod: defaults filled in, and what does not fit together.
 *
 * The order of the file is kept: init containers run in it, and a pod's first container is the one that is meant where
 * none is named.
 */

import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { ContainerEntry, ContainerPortEntry } from '../../../language/lab/generated/lab-file.ts';
import {
  type Container,
  type ContainerPort,
  isSidecar,
  lastingContainers,
  type PodContainers,
} from '../../../language/lab/lab.ts';
import type { PodDraft } from '../../../resolve/model.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { PROBES, resolveProbes } from './probes.ts';
import { type AnyContainerEntry, checkProgram, type Programs, toProgram } from './programs.ts';
import { type Role, readRestart } from './restart.ts';

export function resolveContainers(pod: PodDraft, programs: Programs, problems: Problems): PodContainers {
  const { initContainers: inits, containers: others } = pod.entry;
  if (inits === undefined && others === undefined) return { initContainers: [], containers: [] };
  const list = <T>(key: keyof PodContainers, entries: Readonly<Record<string, T>> = {}) =>
    Object.entries(entries).map(([name, entry]): Written<T> => ({ name, entry, source: [...pod.path, key, name] }));
  const make = (role: Role) => (written: Written<AnyContainerEntry>) =>
    toContainer(written, { role, policy: pod.entry.restartPolicy }, programs, problems);
  const initContainers = list('initContainers', inits).map(make('init'));
  const containers = list('containers', others).map(make('main'));
  for (const container of initContainers) refuseProbes(container, problems);
  checkNames([...initContainers, ...containers], problems);
  checkPortNames([...initContainers, ...containers], problems);
  warnSharedPorts(lastingContainers({ initContainers, containers }), problems);
  return { initContainers, containers };
}

interface Written<T> {
  readonly name: string;
  readonly entry: T;
  readonly source: Path;
}

function toContainer(
  { name, entry, source }: Written<AnyContainerEntry>,
  as: { readonly role: Role; readonly policy: string | undefined },
  programs: Programs,
  problems: Problems,
): Container {
  checkProgram(name, entry, source, programs, problems);
  return {
    name,
    ...toProgram(entry, programs),
    env: toEnv(entry.env ?? {}),
    ports: (entry.ports ?? []).map(toPort),
    restart: readRestart(entry, as, source, problems),
    ...resolveProbes(entry, source, { name, ports: entry.ports ?? [], problems }),
    source,
  };
}

/** In the order of names, so that it is the same environment however the file orders it. */
function toEnv(env: NonNullable<ContainerEntry['env']>): Record<string, string> {
  const variables = Object.entries(env).map(([name, value]) => [name, String(value)] as const);
  return Object.fromEntries(variables.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function toPort({ name, containerPort, protocol = 'TCP' }: ContainerPortEntry): ContainerPort {
  return { ...(name === undefined ? {} : { name }), containerPort, protocol };
}

/** What runs to its end is not asked whether it works. */
function refuseProbes(container: Container, problems: Problems): void {
  const kind = PROBES.find(one => container[one] !== undefined);
  if (isSidecar(container) || kind === undefined) return;
  const message = `init container "${container.name}" has a ${kind} probe, and runs once, to its end: nobody asks whether it works`;
  const hint = 'remove the probe, or write "restart: always" if it is a sidecar, which keeps running';
  problems.errorAtKey([...container.source, kind], 'conflict', message, hint);
}

/** JavaScript puts names that are numbers before all others, in any order of the file. */
function checkNames(containers: readonly Container[], problems: Problems): void {
  const taken = new Set<string>();
  for (const { name, source } of containers) {
    if (/^(0|[1-9][0-9]*)$/.test(name)) {
      const hint = `begin it with a letter, such as "step-${name}"`;
      problems.errorAtKey(source, 'name-not-allowed', `"${name}" is a number, not a name for a container`, hint);
    }
    if (taken.has(name)) {
      const hint = 'init containers and containers of a pod share one set of names';
      problems.errorAtKey(source, 'name-taken', `"${name}" is the name of an init container too`, hint);
    }
    taken.add(name);
  }
}

/** Within a container Kubernetes refuses it (validateContainerPorts), and of several containers it warns. */
function checkPortNames(containers: readonly Container[], problems: Problems): void {
  const owners = new Map<string, string>();
  for (const { name: container, ports, source } of containers) {
    for (const [index, { name }] of ports.entries()) {
      if (name === undefined) continue;
      const owner = owners.get(name);
      if (owner !== undefined) reportNamedTwice(name, owner, container, [...source, 'ports', index, 'name'], problems);
      else owners.set(name, container);
    }
  }
}

function reportNamedTwice(port: string, owner: string, container: string, path: Path, problems: Problems): void {
  const message = `port "${port}" is there twice: in container "${owner}"`;
  const hint = 'give one of them another name';
  if (owner === container) problems.error(path, 'name-taken', message, hint);
  else problems.warn(path, 'name-taken', `${message} and in "${container}"`, `Services take the first; ${hint}`);
}

/** Kubernetes lets this pass too: nothing forces a container to open the ports that it lists. */
function warnSharedPorts(containers: readonly Container[], problems: Problems): void {
  const owners = new Map<string, string>();
  for (const { name: container, ports, source } of containers) {
    for (const [index, { containerPort, protocol }] of ports.entries()) {
      const port = `${protocol} port ${containerPort}`;
      const owner = owners.get(port);
      if (owner === undefined) owners.set(port, container);
      else warnShared(port, owner, container, [...source, 'ports', index], problems);
    }
  }
}

function warnShared(port: string, owner: string, container: string, path: Path, problems: Problems): void {
  if (owner === container) {
    problems.warn(path, 'conflict', `container "${container}" lists ${port} twice`, 'delete one of them');
    return;
  }
  const message = `containers "${owner}" and "${container}" both list ${port}`;
  const hint = 'they share one network namespace, in which only one of them can have it';
  problems.warn(path, 'conflict', message, hint);
}
