/** Services of a lab: a Kubernetes Service's `spec` with every default filled in, and who answers for it. */
import type { Subnet } from '../../address/address.ts';
import type { Path } from '../../language/diagnostic/diagnostic.ts';

declare module '../../language/lab/lab.ts' {
  interface Lab {
    readonly serviceNetwork: ServiceNetwork;
    readonly services: readonly Service[];
  }
}

declare module '../../resolve/model.ts' {
  interface Cluster {
    /** Where cluster IPs come from: one subnet per family. */
    readonly serviceNets: readonly Subnet[];
    /** The first and the last node port. */
    readonly nodePorts: readonly [number, number];
  }
}

/** What the cluster's networks look like to kube-proxy. */
export interface ServiceNetwork {
  /** Sources in it are pods', which kube-proxy need not masquerade; empty where it cannot know. */
  readonly podCIDRs: readonly string[];
  /** One per family, in the order in which Services take them. */
  readonly serviceCIDRs: readonly string[];
  /** First and last port. */
  readonly nodePorts: readonly [number, number];
}

export type ServiceType = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
export type IpFamily = 'IPv4' | 'IPv6';
export type IpFamilyPolicy = 'SingleStack' | 'PreferDualStack' | 'RequireDualStack';
export type TrafficPolicy = 'Cluster' | 'Local';
export type Protocol = 'TCP' | 'UDP' | 'SCTP';

export interface Service {
  /** `web`, `team-a/web` */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
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
  readonly healthCheckNodePort: number | null;
  readonly externalIPs: readonly string[];
  readonly externalName: string | null;
  /** The load balancer's addresses outside; who hands them out is a feature of its own. */
  readonly loadBalancerIPs: readonly string[];
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
  /** As given by hand; a pod's readiness is not known before it runs, and counts as true here. */
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

const TARGET = 'service:';

/** What the checks of a lab call it. */
export const toServiceTarget = (key: string) => `${TARGET}${key}`;

/** The key of the Service that a target of a check is; undefined for any other. */
export function serviceOf(target: string): string | undefined {
  return target.startsWith(TARGET) ? target.slice(TARGET.length) : undefined;
}
