/**
 * Which tracked connections still lead to somebody who has left a Service. A UDP client may send from one port for ever,
 * and conntrack, which never asks the rules again, would send it to the same place for ever: so kube-proxy takes such
 * entries out (kubernetes/kubernetes, pkg/proxy/conntrack/cleanup.go). TCP notices by itself.
 */
import type { ProxiedPort } from './ports.ts';

/** A connection as conntrack has it. */
export interface Connection {
  /** `udp` */
  readonly protocol: string;
  /** Where its first packet was sent to, before any translation. */
  readonly destination: string;
  readonly port: number;
  /** Where answers come from. */
  readonly answeredBy: string;
  readonly answeringPort: number;
}

/** Given all ports of a family; undefined where none of them is UDP's with somebody to move to. */
export function findStale(ports: readonly ProxiedPort[]): ((connection: Connection) => boolean) | undefined {
  const byAddress = new Map<string, ReadonlySet<string>>();
  const byNodePort = new Map<number, ReadonlySet<string>>();
  for (const port of ports) {
    const serving = new Set(port.endpoints.flatMap(endpoint => (endpoint.serving ? [endpoint.ip] : [])));
    // With nobody left the entries may stay: the Service refuses, and a new endpoint takes them over.
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
