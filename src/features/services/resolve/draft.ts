/** A Service of the lab file on its way to a Service of the lab. */
import type { Family } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { ServiceEntry, ServicePortEntry } from '../../../language/lab/generated/lab-file.ts';
import type { IpFamily, Protocol, ServiceType } from '../model.ts';

export interface ServiceDraft {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly entry: ServiceEntry;
  readonly path: Path;
  readonly type: ServiceType;
  /** `clusterIP: None`: only names, no address. */
  readonly headless: boolean;
  readonly ports: readonly PortDraft[];
}

export interface PortDraft {
  readonly name: string;
  readonly port: number;
  readonly targetPort: number | string;
  readonly protocol: Protocol;
  readonly entry: ServicePortEntry;
  readonly path: Path;
}

export const toFamily = (name: 'IPv4' | 'IPv6'): Family => (name === 'IPv4' ? 4 : 6);
export const fromFamily = (family: Family) => (family === 4 ? 'IPv4' : 'IPv6');
export const ipFamilyOf = (ip: string): IpFamily => (ip.includes(':') ? 'IPv6' : 'IPv4');

/** How a port is told from the others of its Service, also when the file orders them otherwise. */
export const portKey = ({ name, port, protocol }: Pick<PortDraft, 'name' | 'port' | 'protocol'>) =>
  `${name} ${port} ${protocol}`;

/** Whether it has a port on every node. */
export function hasNodePorts({ type, entry }: ServiceDraft): boolean {
  return type === 'NodePort' || (type === 'LoadBalancer' && entry.allocateLoadBalancerNodePorts !== false);
}

/** A load balancer that sends only to nodes with endpoints has to be told which those are. */
export function needsHealthCheck({ type, entry }: ServiceDraft): boolean {
  return type === 'LoadBalancer' && entry.externalTrafficPolicy === 'Local';
}
