/**
 * Pods whose packets no node looks at. What passes between pods is judged by the node that hands it on: not where a pod is on
 * the network of its node, plugged into a switch, or joined by a cable to somebody else than its node.
 */
import type { LabBridge, Link, Pod } from '../../../language/lab/lab.ts';
import { isEmpty, selects } from '../../../language/lab/label-selector.ts';
import type { NetworkPolicy } from '../model.ts';
import type { Known } from './who-is-meant.ts';

export interface Wires {
  readonly bridges: readonly LabBridge[];
  readonly links: readonly Link[];
}

/** Why a pod cannot be isolated; undefined for one that can. */
export type FindGap = (pod: Pod) => string | undefined;

export function createGapFinder({ bridges, links }: Wires): FindGap {
  const switches = new Set(bridges.filter(({ node }) => node === null).map(({ key }) => key));
  const cables = new Map<string, string[]>();
  for (const { ends } of links) {
    for (const [from, to] of [ends, ends.toReversed()])
      if (from && to) cables.set(from.on, [...(cables.get(from.on) ?? []), to.on]);
  }
  return ({ key, node, interfaces }) => {
    const direct = interfaces.find(({ bridge }) => switches.has(bridge));
    if (direct) return `it is plugged into switch "${direct.bridge}"`;
    const other = cables.get(key)?.find(end => end !== node);
    return other === undefined ? undefined : `a cable joins it to "${other}"`;
  };
}

export function checkReached(policy: NetworkPolicy, findGap: FindGap, known: Known): void {
  const { key, namespace, podSelector, source } = policy;
  const selected = known.select.of(policy);
  const path = isEmpty(podSelector) ? source : [...source, 'podSelector'];
  const gaps = selected.flatMap(pod => {
    const gap = findGap(pod);
    return gap === undefined ? [] : [`pod "${pod.key}", since ${gap}`];
  });
  if (gaps[0] !== undefined) {
    const others = gaps.length === 1 ? '' : ` (and ${gaps.length - 1} more)`;
    const message = `NetworkPolicy "${key}" cannot isolate ${gaps[0]}${others}`;
    known.problems.warn(path, 'conflict', message, 'its node isolates a pod: plug it into a bridge of that node');
  }
  if (selected.length === 0 || Object.keys(podSelector.matchLabels).length === 0) return;
  const onHost = known.pods.find(
    pod => pod.hostNetwork && pod.namespace === namespace && selects(podSelector, pod.labels),
  );
  if (!onHost) return;
  const message = `NetworkPolicy "${key}" does not isolate pod "${onHost.key}": it is in the network of its node`;
  known.problems.warn(
    path,
    'conflict',
    message,
    'give it a network of its own, without "hostNetwork", or another label',
  );
}
