/** Services as the lab file writes them, with every default; the pods behind a selector are found again. */
import { parseIp } from '../../address/address.ts';
import type {
  EndpointSliceEntry,
  KubeProxyEntry,
  LabFile,
  LoadBalancerIngressEntry,
  NodeEntry,
  ServiceEntry,
  ServicePortEntry,
} from '../../language/lab/generated/lab-file.ts';
import type { Lab, Node } from '../../language/lab/lab.ts';
import type { DetectLocal, Endpoint, EndpointHints, KubeProxy, Service, ServicePort } from './model.ts';

/** What kube-proxy has to know of the cluster goes without saying where there are no Services. */
export function expandServiceNetwork({ services, serviceNetwork, kubeProxy }: Lab): Pick<LabFile, 'cluster'> {
  if (services.length === 0) return {};
  const { podCIDRs, serviceCIDRs, nodePorts } = serviceNetwork;
  return {
    cluster: {
      ...(podCIDRs.length === 0 ? {} : { podCIDR: podCIDRs }),
      serviceCIDR: serviceCIDRs,
      nodePorts: nodePorts.join('-'),
      kubeProxy: expandKubeProxy(kubeProxy),
    },
  };
}

function expandKubeProxy({ detectLocal, nodePortAddresses, conntrack, ...iptables }: KubeProxy): KubeProxyEntry {
  return {
    mode: 'iptables',
    iptables,
    nodePortAddresses: nodePortAddresses.length === 0 ? ['all'] : nodePortAddresses,
    detectLocalMode: detectLocal.mode,
    ...expandDetectLocal(detectLocal),
    conntrack: expandConntrack(conntrack),
  };
}

/** A node's block is written only where rules depend on it. */
export function expandNodeBlock({ podCIDRs }: Node, { services, kubeProxy }: Lab): NonNullable<NodeEntry> {
  const isAsked = services.length > 0 && kubeProxy.detectLocal.mode === 'NodeCIDR';
  return isAsked && podCIDRs.length > 0 ? { podCIDR: podCIDRs } : {};
}

function expandConntrack(conntrack: KubeProxy['conntrack']): KubeProxyEntry['conntrack'] & object {
  const { tcpEstablished, tcpCloseWait, tcpBeLiberal, udp, udpStream } = conntrack;
  return {
    ...{ tcpEstablishedTimeout: `${tcpEstablished}s`, tcpCloseWaitTimeout: `${tcpCloseWait}s`, tcpBeLiberal },
    ...(udp === 0 ? {} : { udpTimeout: `${udp}s` }),
    ...(udpStream === 0 ? {} : { udpStreamTimeout: `${udpStream}s` }),
  };
}

function expandDetectLocal(detectLocal: DetectLocal): KubeProxyEntry {
  switch (detectLocal.mode) {
    case 'ClusterCIDR':
      return detectLocal.cidrs.length === 0 ? {} : { clusterCIDR: detectLocal.cidrs.join() };
    case 'NodeCIDR':
      return {};
    case 'BridgeInterface':
      return { detectLocal: { bridgeInterface: detectLocal.bridge } };
    case 'InterfaceNamePrefix':
      return { detectLocal: { interfaceNamePrefix: detectLocal.prefix } };
  }
}

export function expandServices(services: readonly Service[]): { readonly services?: Record<string, ServiceEntry> } {
  if (services.length === 0) return {};
  return { services: Object.fromEntries(services.map(service => [service.key, expandService(service)])) };
}

function expandService(service: Service): ServiceEntry {
  const { type, selector, ports, endpoints, labels, annotations } = service;
  const isByHand = isEmpty(selector) && endpoints.length > 0;
  return {
    ...(isEmpty(labels) ? {} : { labels }),
    ...(isEmpty(annotations) ? {} : { annotations }),
    type,
    ...(isEmpty(selector) ? {} : { selector }),
    ...(ports.length === 0 ? {} : { ports: ports.map(port => expandPort(port)) }),
    ...(type === 'ExternalName' ? { externalName: service.externalName ?? '' } : expandAddressed(service)),
    ...(isByHand ? { endpointSlices: endpoints.map(endpoint => toSlice(endpoint, ports)) } : {}),
  };
}

const isEmpty = (map: object) => Object.keys(map).length === 0;

function expandAddressed(service: Service): ServiceEntry {
  const { type, clusterIPs, ipFamilies, ipFamilyPolicy, affinitySeconds, externalIPs, trafficDistribution } = service;
  const [clusterIP] = clusterIPs;
  const isOutside = type === 'NodePort' || type === 'LoadBalancer' || externalIPs.length > 0;
  return {
    ...(clusterIPs.length > 1 ? { clusterIPs } : clusterIP === undefined ? {} : { clusterIP }),
    ...{ ipFamilies, ipFamilyPolicy },
    sessionAffinity: affinitySeconds === null ? 'None' : 'ClientIP',
    ...(affinitySeconds === null ? {} : { sessionAffinityConfig: { clientIP: { timeoutSeconds: affinitySeconds } } }),
    internalTrafficPolicy: service.internalTrafficPolicy,
    ...(isOutside ? { externalTrafficPolicy: service.externalTrafficPolicy } : {}),
    ...(trafficDistribution === null ? {} : { trafficDistribution }),
    ...(externalIPs.length === 0 ? {} : { externalIPs }),
    ...(type === 'LoadBalancer' ? expandLoadBalancer(service) : {}),
    publishNotReadyAddresses: service.publishNotReadyAddresses,
  };
}

function expandLoadBalancer(service: Service): ServiceEntry {
  const { healthCheckNodePort, loadBalancerClass, loadBalancerSourceRanges, ports } = service;
  return {
    ...(healthCheckNodePort === null ? {} : { healthCheckNodePort }),
    ...(loadBalancerClass === null ? {} : { loadBalancerClass }),
    ...expandIngress(service),
    ...(loadBalancerSourceRanges.length === 0 ? {} : { loadBalancerSourceRanges }),
    allocateLoadBalancerNodePorts: ports.some(({ nodePort }) => nodePort !== null),
  };
}

/** One address is asked for; of more than one only the status can tell. */
function expandIngress({ loadBalancerIPs, loadBalancerElsewhere }: Service): ServiceEntry {
  const [loadBalancerIP, ...others] = loadBalancerIPs;
  if (loadBalancerIP !== undefined && others.length + loadBalancerElsewhere.length === 0) return { loadBalancerIP };
  const elsewhere = loadBalancerElsewhere.map(
    (text): LoadBalancerIngressEntry => (parseIp(text) ? { ip: text, ipMode: 'Proxy' } : { hostname: text }),
  );
  const ingress = [...loadBalancerIPs.map(ip => ({ ip })), ...elsewhere];
  return ingress.length === 0 ? {} : { status: { loadBalancer: { ingress } } };
}

function expandPort({ name, port, targetPort, nodePort, protocol }: ServicePort): ServicePortEntry {
  return { ...named(name), port, targetPort, ...(nodePort === null ? {} : { nodePort }), protocol };
}

const named = (name: string) => (name === '' ? {} : { name });

/** Each endpoint may have ports of its own, so each gets a slice. */
function toSlice(endpoint: Endpoint, ports: readonly ServicePort[]): EndpointSliceEntry {
  const { address, node, hostname, hints, ready, serving, terminating } = endpoint;
  const own = ports.flatMap(({ name, protocol }, index) => {
    const port = endpoint.ports[index];
    return port === null || port === undefined ? [] : [{ ...named(name), port, protocol }];
  });
  const conditions = { ready, serving, terminating };
  const place = { ...(node === null ? {} : { nodeName: node }), ...(hostname === null ? {} : { hostname }) };
  const asked = hints === undefined ? {} : { hints: expandHints(hints) };
  return { endpoints: [{ addresses: [address], ...place, conditions, ...asked }], ports: own };
}

const expandHints = ({ zones, nodes }: EndpointHints) => ({
  ...(zones.length === 0 ? {} : { forZones: zones.map(name => ({ name })) }),
  ...(nodes.length === 0 ? {} : { forNodes: nodes.map(name => ({ name })) }),
});
