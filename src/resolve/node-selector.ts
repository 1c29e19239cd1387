/** On which nodes a pod may be by its `nodeSelector`: those that have all of its labels, as Kubernetes' scheduler has it. */
import { ownValue } from '../language/diagnostic/own-value.ts';
import { suggestName } from '../language/diagnostic/suggest-name.ts';
import type { NodeDraft, Placement, UnplacedPod } from './model.ts';

export function placeBySelector(nodes: ReadonlyMap<string, NodeDraft>): Placement {
  const labelsOf = (key: string) => ({ ...ownLabels(key), ...nodes.get(key)?.entry.labels });
  const missingOn = (pod: UnplacedPod, node: string) =>
    wanted(pod).filter(([label, value]) => ownValue(labelsOf(node), label) !== value);
  return {
    fits: (pod, node) => missingOn(pod, node).length === 0,
    check: (pod, node, problems) => {
      const [missing] = nodes.has(node) ? missingOn(pod, node) : [];
      if (!missing) return;
      const message = `node "${node}" has no label ${missing.join('=')}, which the nodeSelector of pod "${pod.key}" asks for`;
      const hint = 'remove "node" or "nodeSelector", or give the node the label';
      problems.error([...pod.path, 'nodeSelector', missing[0]], 'conflict', message, hint);
    },
    take: () => undefined,
    reportFull: (pod, keys, problems) => {
      if (keys.some(key => missingOn(pod, key).length === 0)) return;
      const labels = wanted(pod).map(pair => pair.join('='));
      const message = `no node has the labels ${labels.join(',')}, which the nodeSelector of pod "${pod.key}" asks for`;
      const valuesOf = (label: string) => [...new Set(keys.flatMap(key => ownValue(labelsOf(key), label) ?? []))];
      const [unknown] = wanted(pod).filter(([label, value]) => !valuesOf(label).includes(value));
      const hint = unknown && suggestName(unknown[1], valuesOf(unknown[0]));
      const path = [...pod.path, 'nodeSelector', ...(unknown ? [unknown[0]] : [])];
      problems.error(
        path,
        'unknown-name',
        message,
        hint ?? 'give a node these labels: "nodes: { node1: { labels: { … } } }"',
      );
    },
  };
}

const wanted = ({ entry }: UnplacedPod) => Object.entries(entry.nodeSelector ?? {});

/** What kubelet gives every node. */
const ownLabels = (node: string) => ({ 'kubernetes.io/hostname': node, 'kubernetes.io/os': 'linux' });
