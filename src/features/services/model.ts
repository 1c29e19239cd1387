/** Services of a lab: a Kubernetes Service's `spec` with every default filled in, and who answers for it. */
import type { Subnet } from '../../address/address.ts';
import type { Path } from '../../language/diagnostic/diagnostic.ts';
import type { Lab } from '../../language/lab/lab.ts';

declare module '../../language/lab/lab.ts' {
  interface Lab {
    readonly serviceNetwork: ServiceNetwork;
    readonly kubeProxy: KubeProxy;
    readonly services: readonly Service[];
  }
}

declare module '../../resolve/model.ts' {
  interface Cluster {
    /** Where cluster IPs come from: one subnet per family. */
    readonly serviceNets: readonly Subnet[];
    /** The first and the last node port. */
    readonly nodePorts: readonly [number, number];
    readonly kubeProxy: KubeProxy;
  }
}

/** What the cluster's networks look like. */
export interface ServiceNetwork {
  /** Empty where pods are wired by hand and nobody says where they are. */
  readonly podCIDRs: readonly string[];
  /** One per family, in the order in which Services take them. */
  readonly serviceCIDRs: readonly string[];
  /** First and last port. */
  readonly nodePorts: readonly [number, number];
}

/** What of kube-proxy's configuration changes its rules (k8s.io/kube-proxy, config/v1alpha1, KubeProxyConfiguration). */
export interface KubeProxy {
  readonly masqueradeAll: boolean;
  readonly masqueradeBit: number;
  readonly localhostNodePorts: boolean;
  /** Subnets and the words `primary`, `localhost` and `all`; none means all. */
  readonly nodePortAddresses: readonly string[];
  readonly detectLocal: DetectLocal;
  /** Seconds, and 0 for what the kernel has by itself. */
  readonly conntrack: {
    readonly tcpEstablished: number;
    readonly tcpCloseWait: number;
    readonly tcpBeLiberal: boolean;
    readonly udp: number;
    readonly udpStream: number;
  };
}

/** How it tells that pods of its node have sent a packet. */
export type DetectLocal =
  /** One of each family at most; without one of a family it cannot tell. */
  | { readonly mode: 'ClusterCIDR'; readonly cidrs: readonly string[] }
  | { readonly mode: 'NodeCIDR' }
  | { readonly mode: 'BridgeInterface'; readonly bridge: string }
  | { readonly mode: 'InterfaceNamePrefix'; readonly prefix: string };

export type ServiceType = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
export type IpFamily = 'IPv4' | 'IPv6';
export type IpFamilyPolicy = 'SingleStack' | 'PreferDualStack' | 'RequireDualStack';
export type TrafficPolicy = 'Cluster' | 'Local';
export type TrafficDistribution = 'PreferSameZone' | 'PreferSameNode';
export type Protocol = 'TCP' | 'UDP' | 'SCTP';

export interface Service {
  /** `web`, `team-a/web` */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly type: ServiceType;
  /** Empty for a Service whose endpoints are given by hand. */
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
  /** One per family; `None` alone for a headless Service; empty for `ExternalName`. */
  readonly clusterIPs: readonly string[];
  readonly ipFamilies: readonly IpFamily[];
  readonly ipFamilyPolicy: IpFamilyPolicy;
  /** Seconds for which a client stays with its endpoint; null without affinity. */
  readonly affinitySeconds: number | null;
  readonly internalTrafficPolicy: TrafficPolicy;
  readonly externalTrafficPolicy: TrafficPolicy;
  /** Which endpoints are asked first; null for none. */
  readonly trafficDistribution: TrafficDistribution | null;
  readonly healthCheckNodePort: number | null;
  readonly externalIPs: readonly string[];
  readonly externalName: string | null;
  /** The load balancer's addresses outside that nodes take for the Service's; who hands them out is a feature of its own. */
  readonly loadBalancerIPs: readonly string[];
  /** Addresses (`ipMode: Proxy`) and names of its load balancer that nodes know nothing of. */
  readonly loadBalancerElsewhere: readonly string[];
  /** Whose load balancer it is; null for the lab's own. */
  readonly loadBalancerClass: string | null;
  readonly loadBalancerSourceRanges: readonly string[];
  readonly publishNotReadyAddresses: boolean;
  /** Every pod that is selected, ready or not; or those given by hand. */
  readonly endpoints: readonly Endpoint[];
  readonly source: Path;
}

export interface ServicePort {
  /** Empty for the only port of a Service, which needs no name. */
  readonly name: string;
  readonly port: number;
  readonly targetPort: number | string;
  readonly nodePort: number | null;
  readonly protocol: Protocol;
}

export interface Endpoint {
  readonly address: string;
  /** The port behind each of the Service's ports, in their order; null where there is none. */
  readonly ports: readonly (number | null)[];
  /** Key of the pod; null for one given by hand. */
  readonly pod: string | null;
  /** Key of the node it is on; null where that is not known. */
  readonly node: string | null;
  readonly hostname: string | null;
  /** Whose clients it is for; absent where that is not given by hand. */
  readonly hints?: EndpointHints;
  /** As given by hand; a pod's readiness is not known before it runs, and counts as true here. */
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

export interface EndpointHints {
  readonly zones: readonly string[];
  readonly nodes: readonly string[];
}

/** Whether some endpoints are asked before others, as the client's node or zone has it. */
export const isChoosy = ({ trafficDistribution, selector, endpoints }: Service): boolean =>
  trafficDistribution != null ||
  (Object.keys(selector).length === 0 && endpoints.some(({ hints }) => hints !== undefined));

const TARGET = 'service:';

/** What the checks of a lab call it. */
export const toServiceTarget = (key: string) => `${TARGET}${key}`;

/** The key of the Service that a target of a check is; undefined for any other. */
export function serviceOf(target: string): string | undefined {
  return target.startsWith(TARGET) ? target.slice(TARGET.length) : undefined;
}

/** The record of a lab may be older than kube-proxy's options. */
export function kubeProxyOf({ kubeProxy, serviceNetwork }: Lab): Omit<KubeProxy, 'conntrack'> {
  return kubeProxy ?? { ...DEFAULTS, detectLocal: { mode: 'ClusterCIDR', cidrs: serviceNetwork.podCIDRs } };
}

const DEFAULTS = { masqueradeAll: false, masqueradeBit: 14, localhostNodePorts: true, nodePortAddresses: [] } as const;
