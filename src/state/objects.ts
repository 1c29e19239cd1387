/**
 * The kernel objects that a lab is made of, as plain data.
 *
 * Wanted and observed state have the same shape: sets of these. An optional field that is absent in a wanted object
 * means that the lab does not care; in an observed one that the kernel has no such value.
 */
import type { Family } from '../address/address.ts';
import type { Container, ImagePullPolicy } from '../language/lab/lab.ts';

/**
 * A node of the `docker` backend: a container of this host's Docker, with a Docker of its own in it. It and all below it
 * are named by the network namespace that they hold.
 */
export interface NodeContainer {
  readonly kind: 'node-container';
  readonly ns: string;
  readonly lab: string;
  /** Who brought the lab up: other users and other PID namespaces are somebody else. */
  readonly owner: string;
  readonly image: string;
  /** What a Docker in a container takes of privileges, as this host can give it. */
  readonly flags: readonly string[];
}

/** The container that keeps a pod's network namespace open, run by the Docker of its node. */
export interface PodContainer {
  readonly kind: 'pod-container';
  readonly ns: string;
  /** Namespace of its node. */
  readonly node: string;
  /** Name of that node among this host's containers. */
  readonly host: string;
  readonly hostname: string;
}

/** An image that the Docker of a node has. */
export interface NodeImage {
  readonly kind: 'image';
  /** Namespace of the node. */
  readonly ns: string;
  readonly host: string;
  readonly image: string;
  readonly pull: ImagePullPolicy;
}

/** A network namespace, named under /run/netns. */
export interface Namespace {
  readonly kind: 'namespace';
  readonly ns: string;
  /** Whether it is that of a container, and gets only its name here. */
  readonly contained?: true;
}

export interface Bridge {
  readonly kind: 'bridge';
  readonly ns: string;
  readonly name: string;
}

export interface VethEnd {
  readonly ns: string;
  readonly name: string;
}

/** A pair of virtual Ethernet interfaces: what goes in at one comes out at the other. */
export interface Veth {
  readonly kind: 'veth';
  /** The end whose namespace the pair is made from. */
  readonly a: VethEnd;
  /** Null for an observed pair whose other end is in no namespace of the lab. */
  readonly b: VethEnd | null;
}

/** A link of a kind netlab does not make; only ever observed. */
export interface ForeignLink {
  readonly kind: 'foreign-link';
  readonly ns: string;
  readonly name: string;
  readonly type: string;
}

/** The settings of one network interface. */
export interface Device {
  readonly kind: 'device';
  readonly ns: string;
  readonly name: string;
  readonly up: boolean;
  readonly mtu?: number;
  readonly mac?: string;
  /** The bridge that the interface is a port of; null for none. */
  readonly master: string | null;
  /** `none` keeps the kernel from giving the interface an IPv6 link-local address. */
  readonly addrGenMode?: string;
  /** For a port of a bridge: whether a frame may leave it again where it came in. */
  readonly hairpin?: boolean;
}

export interface Address {
  readonly kind: 'address';
  readonly ns: string;
  readonly dev: string;
  /** With prefix length: `10.244.0.2/24`. */
  readonly address: string;
  /** Only ever observed: the route to its subnet is gone, or it expires. It has to be made anew. */
  readonly stale?: true;
}

export interface Route {
  readonly kind: 'route';
  readonly ns: string;
  readonly to: string;
  readonly type: string;
  readonly via?: string;
  readonly dev?: string;
  readonly src?: string;
  readonly metric?: number;
  readonly mtu?: number;
}

export interface Sysctl {
  readonly kind: 'sysctl';
  readonly ns: string;
  readonly name: string;
  readonly value: string;
}

/** An iptables chain: that it exists and, for a built-in one, its policy. */
export interface Chain {
  readonly kind: 'chain';
  readonly ns: string;
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  /** `ACCEPT`, `DROP`; null for a user chain, which has none. */
  readonly policy: string | null;
}

/** The rules of one iptables chain, in order. */
export interface Rules {
  readonly kind: 'rules';
  readonly ns: string;
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  /** Each the words after `-A CHAIN`. */
  readonly rules: readonly (readonly string[])[];
}

/** Traffic control at the root of one interface: what happens to packets that leave. */
export interface Qdisc {
  readonly kind: 'qdisc';
  readonly ns: string;
  readonly dev: string;
  readonly type: 'netem' | 'tbf';
  /** Bits a second. */
  readonly rate?: number;
  /** Microseconds. */
  readonly delay?: number;
  /** Microseconds. */
  readonly jitter?: number;
  /** Percent. */
  readonly loss?: number;
}

/** A qdisc of a kind netlab does not make; only ever observed. */
export interface ForeignQdisc {
  readonly kind: 'foreign-qdisc';
  readonly ns: string;
  readonly dev: string;
  readonly type: string;
}

/** A file that the containers of one pod see in place of the host's own. */
export interface PodFile {
  readonly kind: 'file';
  readonly ns: string;
  /** `/etc/hosts` */
  readonly path: string;
  readonly text: string;
}

/** The process that keeps a pod's hostname (UTS), IPC and mount namespaces open. */
export interface Pause {
  readonly kind: 'pause';
  readonly ns: string;
  readonly hostname: string;
  /** Paths of the pod's own files. */
  readonly files: readonly string[];
}

/** The Docker that runs a container. */
export interface DockerPlace {
  /** Namespace of the node, and its name among this host's containers. */
  readonly node: string;
  readonly host: string;
  /** The pod's own files, which are mounted over the image's. */
  readonly files: readonly string[];
}

/** A process in the namespaces of a pod, started again as `restart` says. */
export interface ContainerProcess {
  readonly kind: 'container';
  readonly ns: string;
  readonly container: Omit<Container, 'source'>;
  /** Place among the init containers, from 0; null for one that starts when they have ended. */
  readonly init: number | null;
  readonly hostname: string;
  /** Who runs its image; absent where it is a program of this host's. */
  readonly docker?: DockerPlace;
  /** Where its probes look for it: the pod's first address, without prefix length. */
  readonly address: string;
}

export type KernelObject =
  | NodeContainer
  | PodContainer
  | NodeImage
  | Namespace
  | Bridge
  | Veth
  | ForeignLink
  | Device
  | Address
  | Route
  | Sysctl
  | Chain
  | Rules
  | Qdisc
  | ForeignQdisc
  | PodFile
  | Pause
  | ContainerProcess;

export type Kind = KernelObject['kind'];
