/**
 * Which tracked connections to host ports lead elsewhere than the rules do by now. As with Services, conntrack would send a
 * UDP client that goes on from the same port to where it first got for ever: to a pod that is gone, or to the node itself,
 * which has refused before there was a pod. portmap takes out all to a port of its pod when the pod gets its network
 * (containernetworking/plugins, plugins/meta/portmap/main.go); taking out those that lead elsewhere comes to the same.
 */
import { type Family, familyOf, withoutPrefix } from '../../../address/address.ts';
import { bareAddresses } from '../../../compile/pod-addresses.ts';
import type { Lab, Node } from '../../../language/lab/lab.ts';
import type { Connection } from '../../services/compile/stale.ts';
import type { Service } from '../../services/model.ts';
import { addressOf, fits, mapPods } from './host-ports.ts';

type IsStale = (connection: Connection) => boolean;

/** By the node's namespace; none for nodes without UDP host ports. */
export function findStaleHostPorts(lab: Lab, family: Family): ReadonlyMap<string, IsStale> {
  const found = new Map<string, IsStale>();
  for (const node of lab.nodes) {
    const targets = listTargets(lab, node, family);
    if (targets.size > 0) found.set(node.ns, connection => isElsewhere(connection, targets));
  }
  return found;
}

/** Where a packet to an address and port of the node has to be answered: `172.18.0.2 8080` → `10.244.0.2 80`. */
function listTargets(lab: Lab, node: Node, family: Family): Map<string, string> {
  const targets = new Map<string, string>();
  const own = localAddresses(lab, node, family);
  for (const { address: podAddress, ports } of mapPods(lab, node, family)) {
    const ip = withoutPrefix(podAddress);
    for (const port of ports) {
      if (port.protocol !== 'udp' || !fits(port, family)) continue;
      const address = addressOf(port);
      for (const destination of address === undefined ? own : [address]) {
        if (!isOfService(destination, port.hostPort, lab.services))
          targets.set(`${destination} ${port.hostPort}`, `${ip} ${port.containerPort}`);
      }
    }
  }
  return targets;
}

function localAddresses({ bridges, links }: Lab, node: Node, family: Family): string[] {
  const ofBridges = bridges.filter(bridge => bridge.node === node.key).flatMap(({ addresses }) => addresses);
  const bare = ofBridges.map(address => withoutPrefix(address));
  const all = ['127.0.0.1', '::1', ...bareAddresses(node, links), ...bare];
  return all.filter(address => familyOf(address) === family);
}

/** kube-proxy's rules come first, and so do its judgements. */
function isOfService(address: string, port: number, services: readonly Service[]): boolean {
  return services.some(({ ports, externalIPs }) =>
    ports.some(
      own => own.protocol === 'UDP' && (own.nodePort === port || (own.port === port && externalIPs.includes(address))),
    ),
  );
}

function isElsewhere(connection: Connection, targets: ReadonlyMap<string, string>): boolean {
  const { protocol, destination, port, answeredBy, answeringPort } = connection;
  const target = protocol === 'udp' ? targets.get(`${destination} ${port}`) : undefined;
  return target !== undefined && target !== `${answeredBy} ${answeringPort}`;
}
