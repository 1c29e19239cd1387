/** Services as the lab file writes them, with every default; the pods behind a selector are found again. */
import type {
  EndpointSliceEntry,
  LabFile,
  ServiceEntry,
  ServicePortEntry,
} from '../../language/lab/generated/lab-file.ts';
import type { Lab } from '../../language/lab/lab.ts';
import type { Endpoint, Service, ServicePort } from './model.ts';

/** What kube-proxy has to know of the cluster goes without saying where there are no Services. */
export function expandServiceNetwork({ services, serviceNetwork }: Lab): Pick<LabFile, 'cluster'> {
  if (services.length === 0) return {};
  const { podCIDRs, serviceCIDRs, nodePorts } = serviceNetwork;
  return {
    cluster: {
      ...(podCIDRs.length === 0 ? {} : { podCIDR: podCIDRs }),
      serviceCIDR: serviceCIDRs,
      nodePorts: nodePorts.join('-'),
    },
  };
}

export function expandServices(services: readonly Service[]): { readonly services?: Record<string, ServiceEntry> } {
  if (services.length === 0) return {};
  return { services: Object.fromEntries(services.map(service => [service.key, expandService(service)])) };
}

function expandService(service: Service): ServiceEntry {
  const { type, selector, ports, endpoints } = service;
  const isByHand = Object.keys(selector).length === 0 && endpoints.length > 0;
  return {
    type,
    ...(Object.keys(selector).length === 0 ? {} : { selector }),
    ...(ports.length === 0 ? {} : { ports: ports.map(port => expandPort(port)) }),
    ...(type === 'ExternalName' ? { externalName: service.externalName ?? '' } : expandAddressed(service)),
    ...(isByHand ? { endpointSlices: endpoints.map(endpoint => toSlice(endpoint, ports)) } : {}),
  };
}

function expandAddressed(service: Service): ServiceEntry {
  const { type, clusterIPs, ipFamilies, ipFamilyPolicy, affinitySeconds, externalIPs } = service;
  const [clusterIP] = clusterIPs;
  const isOutside = type === 'NodePort' || type === 'LoadBalancer' || externalIPs.length > 0;
  return {
    ...(clusterIPs.length > 1 ? { clusterIPs } : clusterIP === undefined ? {} : { clusterIP }),
    ...{ ipFamilies, ipFamilyPolicy },
    sessionAffinity: affinitySeconds === null ? 'None' : 'ClientIP',
    ...(affinitySeconds === null ? {} : { sessionAffinityConfig: { clientIP: { timeoutSeconds: affinitySeconds } } }),
    internalTrafficPolicy: service.internalTrafficPolicy,
    ...(isOutside ? { externalTrafficPolicy: service.externalTrafficPolicy } : {}),
    ...(externalIPs.length === 0 ? {} : { externalIPs }),
    ...(type === 'LoadBalancer' ? expandLoadBalancer(service) : {}),
    publishNotReadyAddresses: service.publishNotReadyAddresses,
  };
}

function expandLoadBalancer(service: Service): ServiceEntry {
  const { healthCheckNodePort, loadBalancerIPs, loadBalancerSourceRanges, ports } = service;
  const [loadBalancerIP] = loadBalancerIPs;
  return {
    ...(healthCheckNodePort === null ? {} : { healthCheckNodePort }),
    ...(loadBalancerIP === undefined ? {} : { loadBalancerIP }),
    ...(loadBalancerSourceRanges.length === 0 ? {} : { loadBalancerSourceRanges }),
    allocateLoadBalancerNodePorts: ports.some(({ nodePort }) => nodePort !== null),
  };
}

function expandPort({ name, port, targetPort, nodePort, protocol }: ServicePort): ServicePortEntry {
  return { ...named(name), port, targetPort, ...(nodePort === null ? {} : { nodePort }), protocol };
}

const named = (name: string) => (name === '' ? {} : { name });

/** Each endpoint may have ports of its own, so each gets a slice. */
function toSlice(endpoint: Endpoint, ports: readonly ServicePort[]): EndpointSliceEntry {
  const { address, node, hostname, ready, serving, terminating } = endpoint;
  const own = ports.flatMap(({ name, protocol }, index) => {
    const port = endpoint.ports[index];
    return port === null || port === undefined ? [] : [{ ...named(name), port, protocol }];
  });
  const conditions = { ready, serving, terminating };
  const place = { ...(node === null ? {} : { nodeName: node }), ...(hostname === null ? {} : { hostname }) };
  return { endpoints: [{ addresses: [address], ...place, conditions }], ports: own };
}
