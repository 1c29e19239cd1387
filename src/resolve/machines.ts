/** Nodes and pods: replicas written out, names checked, pods put on nodes. */

import { createHostPorts, type HostPorts } from '../features/host-ports/resolve/host-ports.ts';
import type { Path } from '../language/diagnostic/diagnostic.ts';
import { findNearest } from '../language/diagnostic/nearest.ts';
import type { LabFile, NodeEntry, PodEntry } from '../language/lab/generated/lab-file.ts';
import type { Lab } from '../language/lab/lab.ts';
import { namespacedKey, naturalKey, sortNaturally, splitNamespaced, systemLast } from './names.ts';
import type { Problems } from './problems.ts';

interface Entry {
  readonly key: string;
  readonly ns: string;
  /** Path of the lab file's entry; replicas share it. */
  readonly path: Path;
  /** Whether it is one of several copies of an entry. */
  readonly replica: boolean;
}

export interface NodeMachine extends Entry {
  readonly kind: 'node';
  readonly entry: NonNullable<NodeEntry>;
  readonly external: boolean;
}

export interface PodMachine extends Entry {
  readonly kind: 'pod';
  readonly entry: NonNullable<PodEntry>;
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
}

export type MachineEntry = NodeMachine | PodMachine;

/** Every node and pod by key, in natural order. */
export interface Machines {
  readonly nodes: ReadonlyMap<string, NodeMachine>;
  readonly pods: ReadonlyMap<string, PodMachine>;
  get(key: string): MachineEntry | undefined;
  keys(): string[];
}

type UnplacedPod = Omit<PodMachine, 'node'>;

export function resolveMachines(file: LabFile, previous: Lab | undefined, problems: Problems): Machines {
  const nodes = new Map(listNodes(file, problems).map(node => [node.key, node]));
  const unplaced = listPods(file, problems);
  for (const pod of unplaced) {
    if (!nodes.has(pod.key)) continue;
    const hint = 'nodes and the pods of namespace "default" share one set of names';
    problems.errorAtKey(pod.path, 'name-taken', `"${pod.key}" is the name of a node and of a pod`, hint);
  }
  const pods = new Map(placePods(unplaced, nodes, previous, problems).map(pod => [pod.key, pod]));
  return {
    nodes,
    pods,
    get: key => nodes.get(key) ?? pods.get(key) ?? pods.get(key.replace(/^default\//, '')),
    keys: () => [...nodes.keys(), ...pods.keys()],
  };
}

function listNodes(file: LabFile, problems: Problems): NodeMachine[] {
  const nodes = Object.entries(file.nodes ?? {}).flatMap(([name, value]) => {
    const entry = value ?? {};
    const path: Path = ['nodes', name];
    return copies(name, entry.replicas).map(key => ({
      kind: 'node' as const,
      ...{ key, ns: key, path, replica: (entry.replicas ?? 1) > 1 },
      ...{ entry, external: entry.external ?? false },
    }));
  });
  return sortNaturally(withoutDoubles(nodes, problems), node => node.key);
}

function listPods(file: LabFile, problems: Problems): UnplacedPod[] {
  const pods = Object.entries(file.pods ?? {}).flatMap(([written, value]) => {
    const entry = value ?? {};
    const { namespace, name } = splitNamespaced(written);
    const path: Path = ['pods', written];
    return copies(name, entry.replicas).map(copy => ({
      kind: 'pod' as const,
      key: namespacedKey(namespace, copy),
      ns: namespace === 'default' ? copy : `${namespace}_${copy}`,
      ...{ path, replica: (entry.replicas ?? 1) > 1, entry, namespace, name: copy },
    }));
  });
  return sortNaturally(withoutDoubles(pods, problems), pod => systemLast(pod.key));
}

/** Copies are counted from 0, as a StatefulSet's pods are. */
function copies(name: string, replicas: number | undefined): string[] {
  if (replicas === undefined || replicas === 1) return [name];
  return Array.from({ length: replicas }, (_, index) => `${name}-${index}`);
}

function withoutDoubles<T extends Entry>(entries: readonly T[], problems: Problems): T[] {
  const first = new Map<string, T>();
  const tooLong = new Set<Path>();
  for (const entry of entries) {
    const other = first.get(entry.key);
    if (!other) {
      first.set(entry.key, entry);
      if (entry.key.length - entry.key.indexOf('/') - 1 <= 63 || tooLong.has(entry.path)) continue;
      tooLong.add(entry.path);
      const hint = 'names are at most 63 characters long, the number of the replica included';
      problems.errorAtKey(entry.path, 'name-not-allowed', `"${entry.key}" is too long for a name`, hint);
    } else {
      const hint = `replicas of "${(entry.replica ? entry : other).path.at(-1)}" take this name too`;
      problems.errorAtKey(
        entry.path,
        'name-taken',
        `"${entry.key}" is there twice`,
        entry.replica || other.replica ? hint : undefined,
      );
    }
  }
  return [...first.values()];
}

/** A pod without a node goes where the fewest pods are; one that is already running stays where it is. */
function placePods(
  pods: readonly UnplacedPod[],
  nodes: ReadonlyMap<string, NodeMachine>,
  previous: Lab | undefined,
  problems: Problems,
): PodMachine[] {
  const load = new Map([...nodes.values()].filter(node => !node.external).map(node => [node.key, 0]));
  const running = new Map(previous?.pods.map(pod => [pod.key, pod.node]));
  const hostPorts = createHostPorts();
  const placed = new Map<string, string>();
  const place = (pod: UnplacedPod, node: string) => {
    placed.set(pod.key, node);
    load.set(node, (load.get(node) ?? 0) + 1);
    hostPorts.take(pod, node);
  };
  for (const pod of pods) {
    const { node } = pod.entry;
    if (node === undefined) continue;
    checkNode(pod, node, nodes, problems);
    hostPorts.check(pod, node, problems);
    place(pod, node);
  }
  const open = pods.filter(({ entry }) => entry.node === undefined);
  for (const pod of open) {
    const earlier = running.get(pod.key);
    if (earlier !== undefined && load.has(earlier) && hostPorts.fits(pod, earlier)) place(pod, earlier);
  }
  const left = open.filter(({ key }) => !placed.has(key));
  if (load.size === 0 && left.length > 0) reportNoNode(pods, problems);
  for (const pod of left) place(pod, findNode(pod, load, hostPorts, problems));
  return pods.map(pod => ({ ...pod, node: placed.get(pod.key) ?? '' }));
}

function findNode(
  pod: UnplacedPod,
  load: ReadonlyMap<string, number>,
  hostPorts: HostPorts,
  problems: Problems,
): string {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [node, count] of load) if (count < least && hostPorts.fits(pod, node)) [best, least] = [node, count];
  if (best === undefined && load.size > 0) hostPorts.reportFull(pod, [...load.keys()], problems);
  return best ?? [...load.keys()][0] ?? '';
}

function checkNode(pod: UnplacedPod, node: string, nodes: ReadonlyMap<string, NodeMachine>, problems: Problems): void {
  const found = nodes.get(node);
  const path = [...pod.path, 'node'];
  if (!found) problems.error(path, 'unknown-name', `there is no node "${node}"`, suggestName(node, [...nodes.keys()]));
  else if (found.external) {
    problems.error(
      path,
      'conflict',
      `"${node}" stands outside the cluster and runs no pods`,
      'remove its "external: true"',
    );
  }
}

function reportNoNode(pods: readonly UnplacedPod[], problems: Problems): void {
  const pod = pods.find(({ entry }) => entry.node === undefined);
  if (!pod) return;
  problems.errorAtKey(
    pod.path,
    'missing-key',
    'there is no node for the pods to run on',
    'add one: nodes: { node1: {} }',
  );
}

/** "did you mean …", or what there is. */
export function suggestName(name: string, known: readonly string[]): string | undefined {
  const guess = findNearest(name, known);
  if (guess !== undefined) return `did you mean "${guess}"?`;
  if (known.length === 0) return undefined;
  const shown = [...known].sort((a, b) => (naturalKey(a) < naturalKey(b) ? -1 : 1)).slice(0, 8);
  return `there ${known.length === 1 ? 'is' : 'are'} ${shown.map(key => `"${key}"`).join(', ')}${known.length > 8 ? ', …' : ''}`;
}
