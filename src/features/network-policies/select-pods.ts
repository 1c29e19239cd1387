/**
 * Which pods are meant by a policy, a peer or the name of a port. A pod in the network of its node is traffic of that node: no
 * selector means it.
 */
import { type Lab, lastingContainers, type Pod } from '../../language/lab/lab.ts';
import { isEmpty, type LabelSelector, type Labels, selectorText, selects } from '../../language/lab/label-selector.ts';
import { groupBy } from '../../resolve/group.ts';
import type { Namespace } from '../namespaces/model.ts';
import type { NetworkPolicy, PodPeer, PolicyPort } from './model.ts';

export interface SelectPods {
  /** Those that it isolates. */
  readonly of: (policy: NetworkPolicy) => readonly Pod[];
  readonly ofPeer: (peer: PodPeer, policy: NetworkPolicy) => readonly Pod[];
}

export const EVERYTHING: LabelSelector = { matchLabels: {}, matchExpressions: [] };

/** Looked up once for a lab, and once for each selector. */
export function createPodSelector({
  pods,
  namespaces = [],
}: Pick<Lab, 'pods'> & Partial<Pick<Lab, 'namespaces'>>): SelectPods {
  const ofNetwork = pods.filter(({ hostNetwork }) => !hostNetwork);
  const byNamespace = groupBy(ofNetwork, ({ namespace }) => namespace);
  const findPods = createFinder((namespace: string) => byNamespace.get(namespace) ?? []);
  const findNamespaces = createFinder((): readonly Namespace[] => namespaces);
  const across = new Map<string, readonly Pod[]>();
  return {
    of: ({ namespace, podSelector }) => findPods(namespace, podSelector),
    ofPeer: ({ namespaceSelector, podSelector }, { namespace }) => {
      const selector = podSelector ?? EVERYTHING;
      if (namespaceSelector === null) return findPods(namespace, selector);
      const key = `${selectorText(namespaceSelector)}\n${selectorText(selector)}`;
      const found =
        across.get(key) ?? findNamespaces('', namespaceSelector).flatMap(({ name }) => findPods(name, selector));
      across.set(key, found);
      return found;
    },
  };
}

/**
 * What a selector finds in a part of them, which is given back as it is by an empty one. Where it asks for the value of a label,
 * only those that have it are looked at: a thousand policies do not each look at ten thousand pods.
 */
function createFinder<T extends { readonly labels: Labels }>(partOf: (part: string) => readonly T[]) {
  const byLabel = new Map<string, ReadonlyMap<string, readonly T[]>>();
  const known = new Map<string, readonly T[]>();
  const withLabel = (part: string, { matchLabels }: LabelSelector): readonly T[] => {
    const [pair] = Object.entries(matchLabels);
    if (!pair) return partOf(part);
    const [key, value] = pair;
    const place = `${part}\n${key}`;
    const values =
      byLabel.get(place) ??
      groupBy(partOf(part), ({ labels }) => (Object.hasOwn(labels, key) ? `=${labels[key]}` : ''));
    byLabel.set(place, values);
    return values.get(`=${value}`) ?? [];
  };
  return (part: string, selector: LabelSelector): readonly T[] => {
    if (isEmpty(selector)) return partOf(part);
    const key = `${part}\n${selectorText(selector)}`;
    const found = known.get(key) ?? withLabel(part, selector).filter(({ labels }) => selects(selector, labels));
    known.set(key, found);
    return found;
  };
}

/** The numbers, from the least, that a named port has on a pod; none where it has no port of that name and protocol. */
export function namedPorts(pod: Pod, { port, protocol }: PolicyPort): number[] {
  const own = lastingContainers(pod).flatMap(({ ports }) => ports);
  const named = own.filter(other => other.name === port && other.protocol === protocol);
  return [...new Set(named.map(({ containerPort }) => containerPort))].sort((a, b) => a - b);
}
