/** Names in a lab: what the cluster's own DNS answers, and which servers pods ask. */

declare module '../../language/lab/lab.ts' {
  interface Lab {
    /** Null where the lab has none. */
    readonly dns: ClusterDns | null;
  }

  interface Pod {
    /** The headless Service that its hostname is a name of; null for none. */
    readonly subdomain: string | null;
    readonly dnsPolicy: DnsPolicy;
    readonly dnsConfig: DnsConfig;
    /** Further lines of its /etc/hosts. */
    readonly hostAliases: readonly HostAlias[];
  }
}

/** The cluster's DNS: a Service and pods of the lab like any other; here is what its zone says. */
export interface ClusterDns {
  /** `cluster.local` */
  readonly domain: string;
  /** Seconds for which clients may keep an answer. */
  readonly ttl: number;
  /** Addresses of the name servers that are asked for everything else. */
  readonly upstream: readonly string[];
}

export const DNS_SERVICE = 'kube-system/kube-dns';
export const DNS_POD = 'kube-system/coredns';

/** Where the DNS server finds its zone: in the /run of its pod. */
export const ZONE_FILE = '/run/dns/zone';

/** Where it answers whether it is well. */
export const DNS_HEALTH_PORT = 8181;

export type DnsPolicy = 'ClusterFirst' | 'ClusterFirstWithHostNet' | 'Default' | 'None';

export interface DnsConfig {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly DnsOption[];
}

export interface HostAlias {
  /** As it is written. */
  readonly ip: string;
  readonly hostnames: readonly string[];
}

/** `ndots:2`, or a name alone. */
export interface DnsOption {
  readonly name: string;
  readonly value?: string;
}
