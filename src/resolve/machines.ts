/** Nodes and pods: replicas written out, names checked, pods put on nodes. */

import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { LabFile } from '../language/lab/generated/lab-file.ts';
import { identifier } from '../language/lab/identifier.ts';
import type { Lab } from '../language/lab/lab.ts';
import type { Machines, NodeDraft, Placement, PodDraft, UnplacedPod } from './model.ts';
import { namespacedKey, sortNaturally, splitNamespaced, systemLast } from './names.ts';
import { placeBySelector } from './node-selector.ts';
import { joinPlacements } from './placement.ts';
import type { Problems } from './problems.ts';

export function resolveMachines(
  file: LabFile,
  previous: Lab | undefined,
  placement: Placement,
  problems: Problems,
): Machines {
  const nodes = new Map(listNodes(file, problems).map(node => [node.key, node]));
  const unplaced = listPods(file, problems);
  for (const pod of unplaced) {
    if (!nodes.has(pod.key)) continue;
    const hint = 'nodes and the pods of namespace "default" share one set of names';
    problems.errorAtKey(pod.path, 'name-taken', `"${pod.key}" is the name of a node and of a pod`, hint);
  }
  const pods = new Map(
    placePods(unplaced, nodes, previous, joinPlacements([placeBySelector(nodes), placement]), problems).map(pod => [
      pod.key,
      pod,
    ]),
  );
  return {
    nodes,
    pods,
    get: key => nodes.get(key) ?? pods.get(key) ?? pods.get(key.replace(/^default\//, '')),
    keys: () => [...nodes.keys(), ...pods.keys()],
  };
}

function listNodes(file: LabFile, problems: Problems): NodeDraft[] {
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
      ns: identifier(namespace === 'default' ? [copy] : [namespace, copy], { separator: '_' }),
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

function withoutDoubles<T extends NodeDraft | UnplacedPod>(entries: readonly T[], problems: Problems): T[] {
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
  nodes: ReadonlyMap<string, NodeDraft>,
  previous: Lab | undefined,
  placement: Placement,
  problems: Problems,
): PodDraft[] {
  const load = new Map([...nodes.values()].filter(node => !node.external).map(node => [node.key, 0]));
  const running = new Map(previous?.pods.map(pod => [pod.key, pod.node]));
  const placed = new Map<string, string>();
  const place = (pod: UnplacedPod, node: string) => {
    placed.set(pod.key, node);
    load.set(node, (load.get(node) ?? 0) + 1);
    placement.take(pod, node);
  };
  for (const pod of pods) {
    const { node } = pod.entry;
    if (node === undefined) continue;
    checkNode(pod, node, nodes, problems);
    placement.check(pod, node, problems);
    place(pod, node);
  }
  const open = pods.filter(({ entry }) => entry.node === undefined);
  for (const pod of open) {
    const earlier = running.get(pod.key);
    if (earlier !== undefined && load.has(earlier) && placement.fits(pod, earlier)) place(pod, earlier);
  }
  const left = open.filter(({ key }) => !placed.has(key));
  if (load.size === 0 && left.length > 0) reportNoNode(pods, problems);
  const emptiest = createEmptiestFinder(load);
  for (const pod of left) {
    const node = emptiest();
    place(pod, node !== undefined && placement.fits(pod, node) ? node : findNode(pod, load, placement, problems));
  }
  return pods.map(pod => ({ ...pod, node: placed.get(pod.key) ?? '' }));
}

/**
 * The first node with the fewest pods, without asking all nodes for each pod. Pods only come: a node that has more than the
 * fewest has so until all have.
 */
function createEmptiestFinder(load: ReadonlyMap<string, number>): () => string | undefined {
  const nodes = [...load.keys()];
  const findFewest = () => [...load.values()].reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  let fewest = findFewest();
  let index = 0;
  const isFewest = (node: string) => load.get(node) === fewest;
  return () => {
    while (index < nodes.length && !isFewest(nodes[index] ?? '')) index += 1;
    if (index < nodes.length) return nodes[index];
    fewest = findFewest();
    index = nodes.findIndex(isFewest);
    return nodes[index];
  };
}

function findNode(
  pod: UnplacedPod,
  load: ReadonlyMap<string, number>,
  placement: Placement,
  problems: Problems,
): string {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [node, count] of load) if (count < least && placement.fits(pod, node)) [best, least] = [node, count];
  if (best === undefined && load.size > 0) placement.reportFull(pod, [...load.keys()], problems);
  return best ?? [...load.keys()][0] ?? '';
}

function checkNode(pod: UnplacedPod, node: string, nodes: ReadonlyMap<string, NodeDraft>, problems: Problems): void {
  const found = nodes.get(node);
  const path = [...pod.path, 'node'];
  if (!found) problems.unknownName(path, { what: 'node', known: () => [...nodes.keys()] }, node);
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
