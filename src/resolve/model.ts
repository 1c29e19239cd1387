/**
 * What `resolve` works with: types alone, so that every file below may know them and none has to know another for them.
 *
 * A *draft* is an entry of the lab file on its way to a part of the lab. A *segment* is what shares a wire, and
 * therefore subnets: a bridge with all that is plugged into it, or a link. A *port* is one interface of one node or pod
 * on a segment.
 */
import type { Family, Host, Ip, Subnet } from '../address/address.ts';
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { BridgeEntry, LabFile, LinkEntry, NodeEntry, PodEntry } from '../language/lab/generated/lab-file.ts';
import type { BackendName, CoreLab, CorePod, Lab, LabRoute, Pod, Shaping } from '../language/lab/lab.ts';
import type { Overrides } from '../language/lab/overrides.ts';
import type { Problems } from './problems.ts';

export interface ResolveOptions extends Overrides {
  /** The lab's name where the file has none. */
  readonly name: string;
  /** The lab as it already runs. */
  readonly previous?: Lab | undefined;
}

/** How nodes reach each other's pods: one file of `fabric/` each. */
export interface Fabric {
  /**
   * Whether the file says how nodes and pods are wired. If not, nodes have a place on the switch `lan`, a block of the
   * pod CIDR and a bridge `cbr0`, and know the way to each other's pods.
   */
  readonly isByHand: boolean;
  /** Routes between the nodes' blocks, as far as the file gives none. */
  routes(blocks: Blocks, given: readonly LabRoute[], topology: Topology): LabRoute[];
  /** What else it gives a lab; features put what the file has of the same behind it. */
  resolve?(draft: LabDraft): Partial<Lab>;
}

/** The cluster's own networks. */
export interface CoreCluster {
  readonly fabric: Fabric;
  readonly podNets: readonly Subnet[];
  readonly nodeNets: readonly Subnet[];
  /** Prefix length of a node's block. */
  readonly blockSize: Readonly<Record<Family, number>>;
  readonly mtu: number | undefined;
}

/** With what features read of it: each adds its own by `declare module`. */
export interface Cluster extends CoreCluster {}

interface MachineBase {
  readonly key: string;
  readonly ns: string;
  /** Path of the lab file's entry; replicas share it. */
  readonly path: Path;
  /** Whether it is one of several copies of an entry. */
  readonly replica: boolean;
}

export interface NodeDraft extends MachineBase {
  readonly kind: 'node';
  readonly entry: NonNullable<NodeEntry>;
  readonly external: boolean;
}

export interface PodDraft extends MachineBase {
  readonly kind: 'pod';
  readonly entry: NonNullable<PodEntry>;
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
}

export type MachineDraft = NodeDraft | PodDraft;

/** Before it is known where it runs. */
export type UnplacedPod = Omit<PodDraft, 'node'>;

/** Every node and pod by key, in natural order. */
export interface Machines {
  readonly nodes: ReadonlyMap<string, NodeDraft>;
  readonly pods: ReadonlyMap<string, PodDraft>;
  get(key: string): MachineDraft | undefined;
  keys(): string[];
}

/** A resource that only one pod of a node can have: it decides where pods fit, as Kubernetes' scheduler does. */
export interface Placement {
  fits(pod: UnplacedPod, node: string): boolean;
  /** Reports why a pod does not fit on the node that the file gives it. */
  check(pod: UnplacedPod, node: string, problems: Problems): void;
  take(pod: UnplacedPod, node: string): void;
  /** Reports why the pod fits on none of these. */
  reportFull(pod: UnplacedPod, nodes: readonly string[], problems: Problems): void;
}

/** Which block of the pod CIDR each node has. */
export interface Blocks {
  of(node: string): readonly Subnet[];
  /** The first address of each block, with prefix length: what `cbr0` has. */
  gateways(node: string): string[];
}

export type Texts = string | readonly string[] | undefined;

export interface BridgeSegment {
  readonly kind: 'bridge';
  /** `lan`, `node1/cbr0` */
  readonly key: string;
  readonly name: string;
  readonly ns: string;
  readonly node: string | null;
  readonly entry: NonNullable<BridgeEntry>;
  readonly subnets: readonly Subnet[] | undefined;
  readonly path: Path;
}

export interface LinkSegment {
  readonly kind: 'link';
  readonly key: string;
  readonly entry: LinkEntry;
  readonly subnets: readonly Subnet[] | undefined;
  readonly path: Path;
}

export type Segment = BridgeSegment | LinkSegment;

export interface Port {
  readonly machine: MachineDraft;
  readonly name: string;
  readonly segment: Segment;
  readonly address: Texts;
  readonly gateway: Texts;
  readonly mtu: number | undefined;
  readonly mac: string | undefined;
  readonly shaping: Shaping;
  readonly path: Path;
}

/** What is plugged into what. */
export interface Wiring {
  readonly bridges: readonly BridgeSegment[];
  readonly links: readonly LinkSegment[];
  readonly ports: readonly Port[];
}

export interface Addresses {
  ofPort(port: Port): readonly Host[];
  ofBridge(bridge: BridgeSegment): readonly Host[];
  subnetsOf(segment: Segment): readonly Subnet[];
}

/** An address of a node or pod, and the interface that has it. */
export interface LocalAddress {
  readonly dev: string;
  readonly host: Host;
}

/** What each node and pod is directly connected to. */
export interface Adjacency {
  /** Addresses of a node or pod, those of the bridges inside it included. */
  of(machine: string): readonly LocalAddress[];
  devicesOf(machine: string): ReadonlySet<string>;
  /** Through which of its addresses a node or pod reaches this one directly; the narrowest subnet wins. */
  onLink(machine: string, ip: Ip, dev?: string): LocalAddress | undefined;
}

/** Where names are looked up, and what is wrong with them reported. */
export interface Topology {
  readonly machines: Machines;
  readonly wiring: Wiring;
  readonly near: Adjacency;
  readonly problems: Problems;
}

/** Next hops of a port's default routes, at most one per family. */
export type Gateways = (port: Port) => readonly string[];

/** All that is known of a lab once it is wired and everything has its addresses. */
export interface LabDraft extends Topology {
  readonly file: LabFile;
  readonly options: ResolveOptions;
  readonly backend: BackendName;
  readonly cluster: Cluster;
  readonly blocks: Blocks;
  readonly addresses: Addresses;
  readonly routes: CoreLab['routes'];
  readonly gateways: Gateways;
  readonly portsOfMachine: ReadonlyMap<string, readonly Port[]>;
  readonly portsOfSegment: ReadonlyMap<string, readonly Port[]>;
  readonly portNames: ReadonlyMap<Port, string>;
  readonly hasIpv6: boolean;
}

/** The core of a lab or pod, with what the features asked so far have added to it. */
export type LabSoFar = CoreLab & Partial<Lab>;
export type PodSoFar = CorePod & Partial<Pod>;
