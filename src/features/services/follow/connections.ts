/**
 * Which tracked connections still lead to an endpoint that left its Service. A UDP client may send from one port for ever,
 * and conntrack, which never asks the rules again, would send it to the same place for ever: so kube-proxy takes such
 * entries out (kubernetes/kubernetes, pkg/proxy/conntrack/cleanup.go). TCP notices by itself.
 */
import type { Lab } from '../../../language/lab/lab.ts';
import type { UnreadyPods } from '../../../language/lab/readiness.ts';
import type { ConnectionsEffect, TrackedConnection } from '../../feature.ts';
import { judgeAgain, listPorts, type ProxiedPort } from '../compile/ports.ts';

/** What takes long, such as the names of chains, is done here, once for a lab. */
export function prepareConnections({ services, nodes }: Lab): (unready: UnreadyPods) => ConnectionsEffect[] {
  const udp = services.filter(({ ports }) => ports.some(({ protocol }) => protocol === 'UDP'));
  const families = ([4, 6] as const).map(family => ({ family, ports: listPorts(udp, family, new Set()) }));
  const inside = nodes.filter(({ external }) => !external);
  return unready =>
    families.flatMap(({ family, ports }) => {
      const isStale = findStale(ports.map(port => judgeAgain(port, unready)));
      return isStale ? inside.map(({ ns }) => ({ kind: 'connections', ns, family, isStale })) : [];
    });
}

/** Given all ports of a family; undefined where none of them is UDP's with an endpoint to move to. */
function findStale(ports: readonly ProxiedPort[]): ((connection: TrackedConnection) => boolean) | undefined {
  const byAddress = new Map<string, ReadonlySet<string>>();
  const byNodePort = new Map<number, ReadonlySet<string>>();
  for (const port of ports) {
    const serving = new Set(port.endpoints.flatMap(endpoint => (endpoint.serving ? [endpoint.ip] : [])));
    // With no endpoint left the entries may stay: the Service refuses, and a new endpoint takes them over.
    if (port.protocol !== 'udp' || serving.size === 0) continue;
    for (const ip of [port.clusterIP, ...port.loadBalancerIPs, ...port.externalIPs])
      byAddress.set(`${ip} ${port.port}`, serving);
    if (port.nodePort !== null) byNodePort.set(port.nodePort, serving);
  }
  if (byAddress.size === 0) return undefined;
  return ({ protocol, destination, port, answeredBy }) => {
    if (protocol !== 'udp') return false;
    const lists = [byAddress.get(`${destination} ${port}`), byNodePort.get(port)];
    return lists.some(serving => serving !== undefined && !serving.has(answeredBy));
  };
}
