/** The lab that a cluster is in: everything at the address that it has there. */
import { type Cluster, type ClusterPod, type Family, keyOf } from './evaluate.ts';

export function labFileOf(name: string, cluster: Cluster, families: readonly Family[]): string {
  const outside = Object.entries(cluster.outside);
  const isDual = families.length === 2;
  return JSON.stringify({
    name,
    cluster: { ipFamily: isDual ? 'dual' : `ipv${families[0]}` },
    nodes: {
      ...Object.fromEntries(Object.keys(cluster.nodes).map(node => [node, {}])),
      ...Object.fromEntries(outside.map(([key, addresses]) => [key, outsideEntry(addresses)])),
    },
    routes: families.flatMap(family =>
      Object.keys(cluster.nodes).map((node, index) => ({
        on: outside.map(([key]) => key),
        to: family === 4 ? `10.244.${index}.0/24` : `fd00:10:244:${index}::/64`,
        via: node,
      })),
    ),
    namespaces: Object.fromEntries(
      Object.entries(cluster.namespaces).flatMap(([key, labels]) => (labels ? [[key, { labels }]] : [])),
    ),
    pods: Object.fromEntries(cluster.pods.map(pod => [keyOf(pod), podEntry(pod)])),
    networkPolicies: Object.fromEntries(cluster.policies.map(policy => [keyOf(policy), policy.spec])),
  });
}

const withPrefix = (address: string, ipv4 = 24) => `${address}/${address.includes(':') ? 64 : ipv4}`;

const outsideEntry = (addresses: readonly string[]) => ({
  external: true,
  interfaces: { eth0: { bridge: 'lan', address: addresses.map(address => withPrefix(address, 16)) } },
});

function podEntry({ labels, node, addresses, hostNetwork, ports = [] }: ClusterPod) {
  if (hostNetwork) return { node, labels, hostNetwork };
  const containerPorts = ports.map(({ port, ...rest }) => ({ ...rest, containerPort: port }));
  return {
    ...{ node, labels, address: addresses.map(address => withPrefix(address)) },
    ...(ports.length > 0 && { containers: { idle: { command: ['sleep', '1d'], ports: containerPorts } } }),
  };
}
