/**
 * Which pods are meant by a policy, a peer or the name of a port. A pod in the network of its node is traffic of that node: no
 * selector means it.
 */
import { type Lab, lastingContainers, type Pod } from '../../language/lab/lab.ts';
import { isEmpty, type LabelSelector, selects } from '../../language/lab/label-selector.ts';
import { groupBy } from '../../resolve/group.ts';
import { namespacesOf } from '../namespaces/model.ts';
import type { NetworkPolicy, PodPeer, PolicyPort } from './model.ts';

export interface SelectPods {
  /** Those that it isolates. */
  readonly of: (policy: NetworkPolicy) => readonly Pod[];
  readonly ofPeer: (peer: PodPeer, policy: NetworkPolicy) => readonly Pod[];
}

const EVERYTHING: LabelSelector = { matchLabels: {}, matchExpressions: [] };

/** Looked up once for a lab. */
export function createPodSelector(lab: Lab): SelectPods {
  const pods = lab.pods.filter(({ hostNetwork }) => !hostNetwork);
  const byNamespace = groupBy(pods, ({ namespace }) => namespace);
  const inNamespace = (namespace: string, selector: LabelSelector) => {
    const own = byNamespace.get(namespace) ?? [];
    return isEmpty(selector) ? own : own.filter(({ labels }) => selects(selector, labels));
  };
  const namespaces = (selector: LabelSelector) => namespacesOf(lab).filter(({ labels }) => selects(selector, labels));
  return {
    of: ({ namespace, podSelector }) => inNamespace(namespace, podSelector),
    ofPeer: ({ namespaceSelector, podSelector }, { namespace }) => {
      const selector = podSelector ?? EVERYTHING;
      if (namespaceSelector === null) return inNamespace(namespace, selector);
      return namespaces(namespaceSelector).flatMap(({ name }) => inNamespace(name, selector));
    },
  };
}

/** The numbers that a named port has on a pod; none where it has no port of that name and protocol. */
export function namedPorts(pod: Pod, { port, protocol }: PolicyPort): number[] {
  const own = lastingContainers(pod).flatMap(({ ports }) => ports);
  const named = own.filter(other => other.name === port && other.protocol === protocol);
  return [...new Set(named.map(({ containerPort }) => containerPort))];
}
