/**
 * What a feature is: everything about one thing that a lab may have (Services, host ports, checks …), behind hooks that the
 * stages call. A stage goes through `registry.ts` and names no feature; a feature leaves out the hooks it does not need.
 *
 * Its own fields of a lab, a pod, a container's port or the cluster a feature declares in its `model.ts`, by `declare module`.
 */
import type { Family } from '../address/address.ts';
import type { CompileContext, Contribution } from '../compile/context.ts';
import type { RuleLayers } from '../compile/join-rules.ts';
import type { Directory } from '../language/lab/directory.ts';
import type { ClusterEntry, LabFile, NodeEntry, PodEntry } from '../language/lab/generated/lab-file.ts';
import type { Lab, Node, Pod } from '../language/lab/lab.ts';
import type { UnreadyPods } from '../language/lab/readiness.ts';
import type { Chains } from '../netfilter/rewrite.ts';
import type { Explainer } from '../path/explainer.ts';
import type { Foreteller } from '../path/foretell.ts';
import type { FindFrontend, NamedFrontendKind } from '../path/frontend.ts';
import type {
  Cluster,
  CoreCluster,
  LabDraft,
  LabSoFar,
  NodeDraft,
  Placement,
  PodDraft,
  PodSoFar,
} from '../resolve/model.ts';
import type { Problems } from '../resolve/problems.ts';
import type { Address } from '../state/address.ts';
import type { HostNeeds } from '../state/host-feature.ts';
import type { KernelObject } from '../state/kinds.ts';
import type { PodFile } from '../state/pod-file.ts';
import type { PodView } from '../state/pod-view.ts';
import type { Wanted, WantedState } from '../state/state.ts';
import type { ServedPorts } from '../state/translations.ts';

export interface Feature extends ResolveHooks, CompileHooks, ExpandHooks, RunningHooks {
  /** That of its folder. */
  readonly name: string;
}

/** Lab file → lab, in the order in which they are called. */
export interface ResolveHooks {
  /** Its keys of `cluster`. */
  readonly readCluster?: (
    entry: ClusterEntry | undefined,
    cluster: CoreCluster,
    problems: Problems,
  ) => Partial<Cluster>;
  /**
   * The lab file with the entries that a cluster has by itself; from there on they are entries like any others. Asked from
   * the last feature to the first.
   */
  readonly addEntries?: (file: LabFile, cluster: Cluster, problems: Problems) => LabFile;
  /** On which nodes a pod fits; made anew for each lab. */
  readonly place?: () => Placement;
  /** The kernel settings that it needs of a node; what the file sets counts more. */
  readonly needSysctls?: (draft: LabDraft) => (node: NodeDraft) => Readonly<Record<string, string>>;
  /** Its part of a pod; what it returns takes the place of what was there. */
  readonly resolvePod?: (pod: PodDraft, draft: LabDraft, soFar: PodSoFar) => Partial<Pod>;
  /** Its part of a lab whose pods are whole; what it returns takes the place of what was there. */
  readonly resolve?: (draft: LabDraft, soFar: LabSoFar) => Partial<Lab>;
}

/** Lab → wanted state. */
export interface CompileHooks {
  /** What the core's objects have to take into account. */
  readonly contribute?: (lab: Lab) => Contribution;
  /** Objects of its own. */
  readonly compile?: (lab: Lab, context: CompileContext) => Wanted[];
  /**
   * As much of a lab as shows all that the feature needs of the host: `soFar` is what those before it have left of it. A
   * thousand Services need no more than one.
   */
  readonly sample?: (lab: Lab, soFar: Lab) => Partial<Lab>;
  /** What its objects need of the host besides what their kinds do. */
  readonly needsOfHost?: HostNeeds<KernelObject>;
  /** Its iptables rules; those of the lab file stand behind them. */
  readonly compileRules?: (lab: Lab, context: CompileContext) => RuleLayers;
}

/** Lab → lab file, with every default written out. */
export interface ExpandHooks {
  /** Its own sections, and its keys of `cluster`. */
  readonly expand?: (lab: Lab) => Partial<LabFile>;
  /** Its keys of a node. */
  readonly expandNode?: (node: Node, lab: Lab) => NonNullable<NodeEntry>;
  /** Asked from the last feature to the first, so that what a pod runs stands last. */
  readonly expandPod?: (pod: Pod) => NonNullable<PodEntry>;
}

/** What a running lab asks. */
export interface RunningHooks {
  /** What of it changes with the readiness of pods. */
  readonly follow?: Follow;
  /** Addresses and ports of its own behind which others answer. */
  readonly frontends?: (lab: Lab, directory: Directory, unready: UnreadyPods) => FindFrontend;
  /** Names that it gives to such addresses. */
  readonly targets?: (lab: Lab) => NamedFrontendKind;
  /** Why it may be that something does not get through. */
  readonly explain?: (lab: Lab) => Explainer;
  /** What its rules will do with an attempt, and which of them count it. */
  readonly foretell?: (lab: Lab) => Foreteller;
  /** What a command in a pod without containers finds in place of what is the host's; null for a pod with containers. */
  readonly podView?: (pod: Pod, lab: Lab) => PodView | null;
  /** What it finds on a node or a switch, by path. */
  readonly nodeFiles?: (lab: Lab) => Readonly<Record<string, string>>;
  /** What `status` shows of it. */
  readonly overview?: Overview;
}

/** A table of all that a running lab has of one thing. */
export interface Overview {
  /** In JSON. */
  readonly name: string;
  readonly columns: readonly string[];
  /** `wanted` is what the kernel is to have while these pods are not ready. */
  readonly list: (
    lab: Lab,
    unready: UnreadyPods,
    wanted: WantedState,
  ) => {
    /** As JSON has them. */
    readonly entries: readonly object[];
    readonly rows: readonly (readonly string[])[];
  };
}

/**
 * What of a lab follows the readiness of its pods while it runs: a lab and the pods that are not ready in, what nodes and
 * pods are to have then out, as data. The kubelet carries it out and knows no feature.
 */
export interface Follow {
  /** Whether a lab has anything of it that follows. */
  readonly isIn: (lab: Lab) => boolean;
  /**
   * Kernel objects that do. A lab's record leaves them out, as they would be old at once: they are compiled anew. While the
   * lab runs, the follower alone changes them: chains by `rewrites` and `chains`, all others by `effects`.
   */
  readonly objects?: {
    readonly isFollowing: (lab: Lab) => (object: KernelObject) => boolean;
    /** As they are while these pods are not ready; those that do not follow may be among them. */
    readonly compile: (lab: Lab, unready: UnreadyPods) => readonly Wanted[];
  };
  /** To whom its chains may have sent flows of UDP: those that go elsewhere are forgotten. */
  readonly served?: (lab: Lab) => (now: UnreadyPods) => readonly ServedPorts[];
  /** Does what takes long, once for a lab that has any of it. */
  readonly prepare: (lab: Lab) => Follower;
}

export interface Follower {
  /**
   * The chains that differ between two moments: all of them, and maybe some that do not. What the kernel has is not read for
   * it, which takes seconds where rules are many.
   */
  readonly rewrites?: (was: UnreadyPods, now: UnreadyPods) => Iterable<ChainRewrite>;
  /** All its chains, those of one namespace and family at a time: for when it is not known what they are. */
  readonly chains?: (now: UnreadyPods) => Iterable<WholeChains>;
  /** What else is to be. It is the same for the same pods, so that who carries it out sees what is new in it. */
  readonly effects?: (now: UnreadyPods) => readonly FollowEffect[];
}

/** Chains of one family in one namespace, of a node or a pod. None of them is built in: those are shared. */
export interface ChainRewrite {
  readonly ns: string;
  readonly family: Family;
  readonly was: Chains;
  readonly wanted: Chains;
}

export type WholeChains = Omit<ChainRewrite, 'was'>;

export type FollowEffect = FileEffect | ReloadEffect | AddressEffect | AnswerEffect;

/** A pod's file says this. */
export interface FileEffect {
  readonly kind: 'file';
  readonly file: PodFile;
}

/** The programs of a pod get SIGHUP whenever `config` differs from the last time. */
export interface ReloadEffect {
  readonly kind: 'reload';
  readonly ns: string;
  readonly config: string;
}

/** One of the interfaces that may have an address: it has it, and its network is told so; or it has it not. */
export interface AddressEffect {
  readonly kind: 'address';
  readonly address: Address;
  readonly present: boolean;
}

/** The answer to any HTTP request to a port of a node. */
export interface AnswerEffect {
  readonly kind: 'answer';
  readonly ns: string;
  readonly port: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
