/**
 * The lab: the file with every default filled in and every name resolved to an address.
 *
 * Made by `resolve`, read by `compile`, printed by `expand`. Nothing in it is optional sugar: what is absent does not
 * exist. It is plain data, so that it can be stored with a running lab. Addresses are in canonical text form
 * (`10.244.0.2/24`, `fd00::2/64`); every item carries the path of the lab-file entry it comes from.
 */
import type { Path } from '../diagnostic/diagnostic.ts';

/** What every lab has. */
export interface CoreLab {
  readonly name: string;
  readonly description?: string;
  readonly backend: BackendName;
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
  readonly bridges: readonly LabBridge[];
  readonly links: readonly Link[];
  readonly routes: readonly LabRoute[];
}

/** With what features add: each declares its own part, by `declare module`, in its own folder. */
export interface Lab extends CoreLab {}

/** Where a lab lives: in namespaces and nothing else, or in containers of Docker. */
export type BackendName = 'netns' | 'docker';

/** What nodes and pods have in common: a network namespace with things in it. */
export interface Machine {
  /** Name as people write it: `node1`, `web`, `team-a/web`. Unique in the lab. */
  readonly key: string;
  /** Name of the network namespace: `node1`, `web`, `team-a_web`; a pod's files and processes are found by it, too. */
  readonly ns: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly interfaces: readonly Interface[];
  readonly sysctls: Readonly<Record<string, string>>;
  /** Rules in the user's spelling, in order, each what follows the command's name. */
  readonly iptables: readonly IptablesRule[];
  readonly ip6tables: readonly IptablesRule[];
  readonly source: Path;
}

export interface Node extends Machine {
  readonly external: boolean;
  /** The node's blocks of the pod CIDR; none where it has no pods' network. */
  readonly podCIDRs: readonly string[];
}

export interface CorePod extends Machine {
  readonly namespace: string;
  readonly name: string;
  /** Key of the node it runs on. */
  readonly node: string;
  /** Whether it is in the network of that node, and so has none by the name of `ns`. */
  readonly hostNetwork: boolean;
}

/** The network namespace that a node or pod is in; a node's is called as the node is. */
export function networkOf(machine: Node | CorePod): string {
  return 'node' in machine && machine.hostNetwork ? machine.node : machine.ns;
}

/** The machines that have a network namespace of their own. */
export const withOwnNetwork = ({ nodes, pods }: Pick<CoreLab, 'nodes' | 'pods'>): (Node | Pod)[] => [
  ...nodes,
  ...pods.filter(({ hostNetwork }) => !hostNetwork),
];

/** As with a lab, features add to it. */
export interface Pod extends CorePod {
  /** What it calls itself; null where that is its name. */
  readonly hostname: string | null;
  /** Its full name, where it calls itself by that; else null. */
  readonly fqdn: string | null;
  /** Between SIGTERM and SIGKILL; null for Kubernetes' own. */
  readonly terminationGracePeriodSeconds: number | null;
  /** One after the other: each ends, or as a sidecar has started, before the next begins. Then the others start, all at once. */
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
}

export type PodContainers = Pick<Pod, 'initContainers' | 'containers'>;

/** An init container that keeps running beside the others, and ends after them. */
export const isSidecar = ({ restart }: Pick<Container, 'restart'>) => restart === 'always';

/** Those that run while the pod does, by which it is ready: the others have ended before. */
export const lastingContainers = ({ initContainers, containers }: PodContainers) => [
  ...initContainers.filter(isSidecar),
  ...containers,
];

/** What the kernel says it is called: on its node's network as the node is. */
export const hostnameOf = ({ fqdn, hostNetwork, node, ...pod }: Pod) =>
  hostNetwork ? node : (fqdn ?? shortHostnameOf(pod));

export const shortHostnameOf = ({ hostname, name }: Pick<Pod, 'hostname' | 'name'>) => hostname ?? name;

/** One process of a pod, with what it starts: it shares the pod's network, hostname and IPC with the others. */
export interface Container {
  /** Unique in its pod, init containers included. */
  readonly name: string;
  /** What it runs from; absent for a program of the host's own. */
  readonly image?: string;
  readonly imagePullPolicy?: ImagePullPolicy;
  /** Argument vector; empty for the image's own. */
  readonly command: readonly string[];
  /** What follows it, for an image; a program of the host's has all in its command. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Absolute; where the file does not say, `/`, or empty for the image's own. */
  readonly workingDir: string;
  readonly ports: readonly ContainerPort[];
  readonly restart: RestartPolicy;
  readonly readiness?: ContainerProbe;
  readonly liveness?: ContainerProbe;
  /** Until it succeeds, nobody asks the others. */
  readonly startup?: ContainerProbe;
  readonly source: Path;
}

/** When this host's Docker asks a registry. */
export type ImagePullPolicy = 'Always' | 'IfNotPresent' | 'Never';

export type RestartPolicy = 'always' | 'on-failure' | 'never';

export interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

/** How to find out whether a container works; names and defaults are Kubernetes' own, times are in seconds. */
export interface ContainerProbe {
  readonly action: ProbeAction;
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
  /** How long the container has to end when this has failed; as long as any of its pod where it is absent. */
  readonly terminationGracePeriodSeconds?: number;
}

export type ProbeAction =
  | { readonly kind: 'tcp'; readonly port: number; readonly host?: string }
  | {
      readonly kind: 'http';
      readonly port: number;
      readonly path: string;
      /** Absent for HTTP. A certificate may be any. */
      readonly scheme?: 'HTTPS';
      readonly host?: string;
      readonly httpHeaders: readonly { readonly name: string; readonly value: string }[];
    }
  /** The server as a whole where the service is empty. */
  | { readonly kind: 'grpc'; readonly port: number; readonly service: string }
  | { readonly kind: 'exec'; readonly command: readonly string[] };

export interface IptablesRule {
  readonly text: string;
  readonly source: Path;
}

/** An interface plugged into a bridge: a veth pair whose other end is a port of the bridge. */
export interface Interface {
  readonly name: string;
  /** Key of the bridge. */
  readonly bridge: string;
  /** Name of the other end, in the bridge's namespace. */
  readonly port: string;
  readonly addresses: readonly string[];
  /** Next hops of default routes, at most one per family. */
  readonly gateways: readonly string[];
  readonly mtu?: number;
  readonly mac?: string;
  readonly shaping: Shaping;
  readonly source: Path;
}

/** What tc does to packets that leave; empty for nothing. Texts in tc's units. */
export interface Shaping {
  readonly rate?: string;
  readonly delay?: string;
  readonly jitter?: string;
  readonly loss?: string;
}

export interface LabBridge {
  /** `lan` for a switch, `node1/cbr0` inside a node. */
  readonly key: string;
  /** The kernel's name of the bridge: `lan`, `cbr0`. */
  readonly name: string;
  /** Namespace it lives in: its node's, or one of its own for a switch. */
  readonly ns: string;
  /** Key of its node; null for a switch. */
  readonly node: string | null;
  readonly addresses: readonly string[];
  readonly subnets: readonly string[];
  readonly mtu?: number;
  readonly mac: string;
  readonly source: Path;
}

export interface Link {
  readonly ends: readonly [LinkEnd, LinkEnd];
  readonly mtu?: number;
  readonly shaping: Shaping;
  readonly source: Path;
}

export interface LinkEnd {
  /** Key of the node or pod. */
  readonly on: string;
  readonly interface: string;
  readonly addresses: readonly string[];
  readonly mac?: string;
}

export interface LabRoute {
  /** Key of the node or pod. */
  readonly on: string;
  /** Canonical subnet; `0.0.0.0/0` and `::/0` for default. */
  readonly to: string;
  readonly via?: string;
  readonly dev?: string;
  readonly src?: string;
  readonly metric?: number;
  readonly mtu?: number;
  /** Absent for the main one. */
  readonly table?: number;
  readonly type: 'unicast' | 'blackhole' | 'unreachable' | 'prohibit';
  readonly source: Path;
}
