/** Services of a running lab as `status` shows them: a lab and which pods are not ready come in. */
import { chooseAnnouncers } from '../../features/load-balancer/compile/announce.ts';
import type { Service } from '../../features/services/model.ts';
import type { Lab } from '../../language/lab/lab.ts';
import { table } from './table.ts';

interface ShownService {
  readonly name: string;
  readonly type: Service['type'];
  readonly clusterIPs: readonly string[];
  /** The load balancer's addresses, each with the node that answers for it. */
  readonly loadBalancer: readonly { readonly ip: string; readonly node: string | null }[];
  readonly externalIPs: readonly string[];
  readonly ports: readonly { readonly port: number; readonly nodePort: number | null; readonly protocol: string }[];
  /** Endpoints that are ready, of how many. */
  readonly ready: number;
  readonly endpoints: number;
}

export function listServices(lab: Lab, unready: ReadonlySet<string>): ShownService[] {
  const announced = chooseAnnouncers(lab, pod => unready.has(pod));
  const nodeOf = new Map(announced.map(({ ip, node }) => [ip, node.key]));
  return (lab.services ?? []).map(service => {
    const { key, type, clusterIPs, loadBalancerIPs, externalIPs, ports, endpoints, publishNotReadyAddresses } = service;
    const isUp = (pod: string | null, ready: boolean) =>
      publishNotReadyAddresses || (ready && !(pod !== null && unready.has(pod)));
    return {
      ...{ name: key, type, clusterIPs, externalIPs },
      loadBalancer: loadBalancerIPs.map(ip => ({ ip, node: nodeOf.get(ip) ?? null })),
      ports: ports.map(({ port, nodePort, protocol }) => ({ port, nodePort, protocol })),
      ready: endpoints.filter(({ pod, ready }) => isUp(pod, ready)).length,
      endpoints: endpoints.length,
    };
  });
}

/** As `kubectl get services` shows them. */
export function servicesText(services: readonly ShownService[]): string[] {
  if (services.length === 0) return [];
  const rows = services.map(service => [
    service.name,
    service.type,
    service.clusterIPs.join(' ') || '-',
    externalText(service),
    service.ports.map(portText).join(' ') || '-',
    service.type === 'ExternalName' ? '-' : `${service.ready}/${service.endpoints} ready`,
  ]);
  return [table(['SERVICE', 'TYPE', 'CLUSTER-IP', 'EXTERNAL-IP', 'PORTS', 'ENDPOINTS'], rows), '\n'];
}

function externalText({ type, loadBalancer, externalIPs }: ShownService): string {
  const balanced = loadBalancer.map(({ ip, node }) => (node === null ? ip : `${ip} on ${node}`));
  const pending = type === 'LoadBalancer' && balanced.length === 0 ? ['none'] : [];
  return [...balanced, ...pending, ...externalIPs].join(' ') || '-';
}

function portText({ port, nodePort, protocol }: ShownService['ports'][number]): string {
  return `${port}${nodePort === null ? '' : `:${nodePort}`}/${protocol}`;
}
