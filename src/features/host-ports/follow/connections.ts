/**
 * Which tracked connections to host ports lead elsewhere than the rules do by now. As with Services, conntrack would send a
 * UDP client that goes on from the same port to where it first got for ever: to a pod that is gone, or to the node itself,
 * which has refused before there was a pod. portmap takes out all to a port of its pod when the pod gets its network
 * (containernetworking/plugins, plugins/meta/portmap/main.go); taking out those that lead elsewhere comes to the same.
 */
import { type Family, familyOf, withoutPrefix } from '../../../address/address.ts';
import { bareAddresses } from '../../../compile/pod-addresses.ts';
import type { Lab, Node } from '../../../language/lab/lab.ts';
import type { ConnectionsEffect, TrackedConnection } from '../../feature.ts';
import type { Service } from '../../services/model.ts';
import { addressOf, fits, mapPods } from '../compile/host-ports.ts';

/** None for nodes without UDP host ports. */
export function listStaleHostPorts(lab: Lab): ConnectionsEffect[] {
  return ([4, 6] as const).flatMap(family =>
    lab.nodes.flatMap(node => {
      const targets = listTargets(lab, node, family);
      if (node.external || targets.size === 0) return [];
      return [{ kind: 'connections', ns: node.ns, family, isStale: connection => isElsewhere(connection, targets) }];
    }),
  );
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

function isElsewhere(connection: TrackedConnection, targets: ReadonlyMap<string, string>): boolean {
  const { protocol, destination, port, answeredBy, answeringPort } = connection;
  const target = protocol === 'udp' ? targets.get(`${destination} ${port}`) : undefined;
  return target !== undefined && target !== `${answeredBy} ${answeringPort}`;
}
