/** NetworkPolicies of a lab: the `spec` of networking.k8s.io/v1 with every default filled in. */
import type { Path } from '../../language/diagnostic/diagnostic.ts';
import type { Lab } from '../../language/lab/lab.ts';
import type { LabelSelector, Labels } from '../../language/lab/label-selector.ts';

declare module '../../language/lab/lab.ts' {
  interface Lab {
    /** In natural order of their keys. */
    readonly networkPolicies: readonly NetworkPolicy[];
  }
}

export interface NetworkPolicy {
  /** `shop/db-from-back`; one in `default` goes by its name alone. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  /** Notes that nothing here reads. */
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Which pods of its namespace it isolates. */
  readonly podSelector: LabelSelector;
  /** For which directions; at least one. */
  readonly policyTypes: readonly Direction[];
  /** What it lets in; nothing else is. Empty where `policyTypes` has no `Ingress`. */
  readonly ingress: readonly PolicyRule[];
  readonly egress: readonly PolicyRule[];
  readonly source: Path;
}

export type Direction = 'Ingress' | 'Egress';

/** Lets through what comes from (or goes to) one of the peers and goes to one of the ports. */
export interface PolicyRule {
  /** Null for everybody, also outside of the cluster. Never empty. */
  readonly peers: readonly Peer[] | null;
  /** Null for every port of every protocol, also of those without ports. Never empty. */
  readonly ports: readonly PolicyPort[] | null;
  readonly source: Path;
}

export type Peer = PodPeer | BlockPeer;

export interface PodPeer {
  readonly kind: 'pods';
  /** Null for the policy's own namespace. */
  readonly namespaceSelector: LabelSelector | null;
  /** Null for all pods there. */
  readonly podSelector: LabelSelector | null;
  readonly source: Path;
}

export interface BlockPeer {
  readonly kind: 'block';
  /** Canonical, as are the exceptions, each of which lies within it. */
  readonly cidr: string;
  readonly except: readonly string[];
  readonly source: Path;
}

export interface PolicyPort {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  /** A name is that of a port of a container of the pod that is called; null for every port. */
  readonly port: number | string | null;
  /** The last port of a range; null for a single port. */
  readonly endPort: number | null;
  readonly source: Path;
}

/** The record of a lab may be older than policies. */
export const policiesOf = (lab: Lab): readonly NetworkPolicy[] => lab.networkPolicies ?? [];

export const rulesFor = (policy: NetworkPolicy, direction: Direction) =>
  direction === 'Ingress' ? policy.ingress : policy.egress;
