/**
 * Pods whose packets no node looks at. What passes between pods is judged by the node that hands it on: not where a pod is on
 * the network of its node, plugged into a switch, or joined by a cable to somebody else than its node.
 */
import type { CoreLab, Lab, Pod } from '../../../language/lab/lab.ts';
import { isEmpty, selects } from '../../../language/lab/label-selector.ts';
import { groupBy } from '../../../resolve/group.ts';
import type { NetworkPolicy } from '../model.ts';
import type { Known } from './who-is-meant.ts';

/** Looked up once for a lab. */
export interface Unreached {
  /** Why a pod cannot be isolated, by its key. */
  readonly gaps: ReadonlyMap<string, string>;
  readonly onHost: readonly Pod[];
}

export function findUnreached({
  pods,
  bridges,
  links,
}: Pick<CoreLab, 'bridges' | 'links'> & Pick<Lab, 'pods'>): Unreached {
  const switches = new Set(bridges.filter(({ node }) => node === null).map(({ key }) => key));
  const cables = groupBy(
    links.flatMap(({ ends: [a, b] }) => [
      { from: a.on, to: b.on },
      { from: b.on, to: a.on },
    ]),
    ({ from }) => from,
  );
  const whyNot = ({ key, node, interfaces }: Pod) => {
    const direct = interfaces.find(({ bridge }) => switches.has(bridge));
    if (direct) return `it is plugged into switch "${direct.bridge}"`;
    const other = cables.get(key)?.find(({ to }) => to !== node);
    return other && `a cable joins it to "${other.to}"`;
  };
  const gaps = pods.flatMap(pod => {
    const why = whyNot(pod);
    return why === undefined ? [] : [[pod.key, why] as const];
  });
  return { gaps: new Map(gaps), onHost: pods.filter(({ hostNetwork }) => hostNetwork) };
}

export function checkReached(policy: NetworkPolicy, { gaps, onHost }: Unreached, known: Known): void {
  const { key, namespace, podSelector, source } = policy;
  const selected = known.select.of(policy);
  const warn = (message: string, hint: string) => {
    const path = isEmpty(podSelector) ? source : [...source, 'podSelector'];
    known.problems.warn(path, 'conflict', `NetworkPolicy "${key}" ${message}`, hint);
  };
  const [first, ...others] = gaps.size === 0 ? [] : selected.filter(pod => gaps.has(pod.key));
  if (first) {
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    const hint = 'its node isolates a pod: plug it into a bridge of that node';
    warn(`cannot isolate pod "${first.key}", since ${gaps.get(first.key)}${more}`, hint);
  }
  if (selected.length === 0 || Object.keys(podSelector.matchLabels).length === 0) return;
  const missed = onHost.find(pod => pod.namespace === namespace && selects(podSelector, pod.labels));
  if (!missed) return;
  const hint = 'give it a network of its own, without "hostNetwork", or another label';
  warn(`does not isolate pod "${missed.key}": it is in the network of its node`, hint);
}
