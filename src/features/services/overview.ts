/** Services of a running lab as `status` shows them: a lab, the pods that are not ready and who has which address come in. */
import { withoutPrefix } from '../../address/address.ts';
import type { Lab } from '../../language/lab/lab.ts';
import type { UnreadyPods } from '../../language/lab/readiness.ts';
import type { WantedState } from '../../state/state.ts';
import type { Overview } from '../feature.ts';
import { isReady } from './compile/readiness.ts';
import type { Service } from './model.ts';
import { isProxied } from './proxied.ts';

interface ShownService {
  readonly name: string;
  readonly type: Service['type'];
  readonly clusterIPs: readonly string[];
  /** The load balancer's addresses, each with the node that answers for it. */
  readonly loadBalancer: readonly { readonly ip: string; readonly node: string | null }[];
  /** Its addresses and names that no node answers for. */
  readonly loadBalancerElsewhere: readonly string[];
  readonly externalIPs: readonly string[];
  readonly ports: readonly { readonly port: number; readonly nodePort: number | null; readonly protocol: string }[];
  /** Endpoints that are ready, of how many. */
  readonly ready: number;
  readonly endpoints: number;
  /** Whether kube-proxy looks at it. */
  readonly proxied: boolean;
}

/** As `kubectl get services` shows them. */
export const serviceOverview: Overview = {
  name: 'services',
  columns: ['SERVICE', 'TYPE', 'CLUSTER-IP', 'EXTERNAL-IP', 'PORTS', 'ENDPOINTS'],
  list: (lab, unready, wanted) => {
    const shown = listServices(lab, unready, wanted);
    return { entries: shown, rows: shown.map(toRow) };
  },
};

function listServices(lab: Lab, unready: UnreadyPods, wanted: WantedState): ShownService[] {
  const nodeOf = findOwners(lab, wanted);
  return (lab.services ?? []).map(service => {
    const { key, type, clusterIPs, loadBalancerIPs, externalIPs, ports, endpoints } = service;
    return {
      ...{ name: key, type, clusterIPs, externalIPs },
      // The record of a lab may be older.
      loadBalancerElsewhere: service.loadBalancerElsewhere ?? [],
      loadBalancer: loadBalancerIPs.map(ip => ({ ip, node: nodeOf.get(ip) ?? null })),
      ports: ports.map(({ port, nodePort, protocol }) => ({ port, nodePort, protocol })),
      ready: endpoints.filter(endpoint => isReady(endpoint, service, unready)).length,
      endpoints: endpoints.length,
      proxied: isProxied(service),
    };
  });
}

/** Which node has the address of a load balancer, and so answers for it. */
function findOwners({ services, nodes }: Lab, wanted: WantedState): ReadonlyMap<string, string> {
  const ips = new Set((services ?? []).flatMap(({ loadBalancerIPs }) => loadBalancerIPs));
  const keys = new Map(nodes.map(({ ns, key }) => [ns, key]));
  const owners = new Map<string, string>();
  for (const { object } of ips.size === 0 ? [] : wanted.values()) {
    const ip = object.kind === 'address' ? withoutPrefix(object.address) : '';
    const key = ips.has(ip) && 'ns' in object ? keys.get(object.ns ?? '') : undefined;
    if (key !== undefined) owners.set(ip, key);
  }
  return owners;
}

function toRow(service: ShownService): string[] {
  return [
    service.name,
    service.type,
    service.clusterIPs.join(' ') || '-',
    externalText(service),
    service.ports.map(portText).join(' ') || '-',
    service.type === 'ExternalName' ? '-' : endpointsText(service),
  ];
}

const endpointsText = ({ ready, endpoints, proxied }: ShownService) =>
  `${ready}/${endpoints} ready${proxied ? '' : ', left alone by kube-proxy'}`;

function externalText({ type, loadBalancer, loadBalancerElsewhere, externalIPs }: ShownService): string {
  const own = loadBalancer.map(({ ip, node }) => (node === null ? ip : `${ip} on ${node}`));
  const balanced = [...own, ...loadBalancerElsewhere];
  const pending = type === 'LoadBalancer' && balanced.length === 0 ? ['none'] : [];
  return [...balanced, ...pending, ...externalIPs].join(' ') || '-';
}

function portText({ port, nodePort, protocol }: ShownService['ports'][number]): string {
  return `${port}${nodePort === null ? '' : `:${nodePort}`}/${protocol}`;
}
