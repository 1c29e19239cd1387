/**
 * A world is a case: namespaces, pods and policies that know nothing of any other. A cluster holds many of them beside each
 * other, each under names and at addresses of its own, so that one lab shows many cases at once.
 */
import type { Addresses, Cluster, ClusterPod, Family, LabelMap, PolicyObject } from './evaluate.ts';

export interface World {
  readonly namespaces: Readonly<Record<string, LabelMap | null>>;
  readonly pods: readonly Omit<ClusterPod, 'addresses'>[];
  readonly policies: readonly PolicyObject[];
}

/** The blocks of nodes, their own addresses and those of the machines outside are where netlab puts them. */
const NODES = ['node1', 'node2'];
export const OUTSIDE: Readonly<Record<string, Addresses>> = {
  office: ['172.18.0.20', 'fd00:172:18::20'],
  guest: ['172.18.0.200', 'fd00:172:18::200'],
};
export const NODE_ADDRESSES: Readonly<Record<string, Addresses>> = {
  node1: ['172.18.0.2', 'fd00:172:18::2'],
  node2: ['172.18.0.3', 'fd00:172:18::3'],
};

/** The cluster of some worlds, whose namespaces have their number before their names. */
export function placeTogether(worlds: readonly World[], families: readonly Family[]): Cluster {
  const ofFamilies = (addresses: Addresses) =>
    addresses.filter(address => families.includes(address.includes(':') ? 6 : 4));
  const pick = (all: Readonly<Record<string, Addresses>>) =>
    Object.fromEntries(Object.entries(all).map(([name, addresses]) => [name, ofFamilies(addresses)]));
  const placed = worlds.map((world, index) => place(world, index));
  return {
    namespaces: Object.assign({}, ...placed.map(({ namespaces }) => namespaces)),
    pods: placed.flatMap(({ pods }) => pods.map(pod => ({ ...pod, addresses: ofFamilies(pod.addresses) }))),
    policies: placed.flatMap(({ policies }) => policies),
    nodes: pick(NODE_ADDRESSES),
    outside: pick(OUTSIDE),
  };
}

/** Of a namespace, or of something in it. Only one can have `default`. */
export const placedName = (name: string, world: number) =>
  name in OUTSIDE || name in NODE_ADDRESSES || (name.startsWith('default') && world === 0) ? name : `w${world}-${name}`;

function place({ namespaces, pods, policies }: World, world: number) {
  const rename = <T extends { readonly namespace: string }>(one: T): T => ({
    ...one,
    namespace: placedName(one.namespace, world),
  });
  return {
    namespaces: Object.fromEntries(
      Object.entries(namespaces).map(([name, labels]) => [placedName(name, world), labels]),
    ),
    pods: pods.map((pod, index) => ({ ...rename(pod), addresses: podAddresses(pod, world, index) })),
    policies: policies.map(rename),
  };
}

/** Ten to a world. */
export function podAddresses(
  { node, hostNetwork }: Omit<ClusterPod, 'addresses'>,
  world: number,
  index: number,
): Addresses {
  if (hostNetwork) return NODE_ADDRESSES[node] ?? [];
  const block = NODES.indexOf(node);
  const host = 10 + 10 * world + index;
  return [
    `10.244.${block}.${host}`,
    `fd00:10:244:${block === 0 ? '' : block}::${host.toString(16)}`.replace(':::', '::'),
  ];
}
