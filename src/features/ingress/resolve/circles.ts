/**
 * Backends that lead an Ingress' controller to itself: by a name of its own, by an address of its Service, or by an endpoint
 * that is its pod or a node port of it. In: a Service and what is known of the lab. Out: whether it does so.
 */
import type { ClusterDns } from '../../dns/model.ts';
import { aliasesOf } from '../../dns/resolve/aliases.ts';
import type { Service } from '../../services/model.ts';
import { CONTROLLER } from '../model.ts';

export interface Around {
  readonly services: ReadonlyMap<string, Service>;
  readonly dns: ClusterDns | null;
  /** Addresses of nodes, where its node ports are. */
  readonly nodeAddresses: readonly string[];
}

/** By its name or by one of its addresses. */
export function isNameOfController(from: Service, { services, dns }: Around): boolean {
  const end = services.get(CONTROLLER);
  if (!end) return false;
  return addressesOf(end).includes(from.externalName ?? '') || aliasesOf(from, services, dns).end === end;
}

/** Whether one of the endpoints behind a port of the Service is where the controller takes requests. */
export function hasEndpointOfController(from: Service, index: number, around: Around): boolean {
  const controller = around.services.get(CONTROLLER);
  if (!controller) return false;
  const places = placesOf(controller, around);
  return from.endpoints.some(({ address, ports }) => places.has(`${address} ${ports[index]}`));
}

const addressesOf = ({ clusterIPs, externalIPs, loadBalancerIPs }: Service) => [
  ...clusterIPs,
  ...externalIPs,
  ...loadBalancerIPs,
];

/** What it serves by HTTPS it answers there by itself, to requests that come without it. */
function placesOf(controller: Service, { nodeAddresses }: Around): ReadonlySet<string> {
  const own = addressesOf(controller);
  const plain = controller.ports.map((port, index) => ({ port, index })).filter(({ port }) => port.name !== 'https');
  return new Set(
    plain.flatMap(({ port, index }) => [
      ...controller.endpoints.map(({ address, ports }) => `${address} ${ports[index]}`),
      ...own.map(address => `${address} ${port.port}`),
      ...nodeAddresses.map(address => `${address} ${port.nodePort}`),
    ]),
  );
}
