/**
 * What a feature is: everything about one thing that a lab may have (Services, host ports, checks …), behind hooks that the
 * stages call. A stage goes through `registry.ts` and names no feature; a feature leaves out the hooks it does not need.
 *
 * Its own fields of a lab, a pod, a container's port or the cluster a feature declares in its `model.ts`, by `declare module`.
 */
import type { Context, Contribution } from '../compile/context.ts';
import type { RuleLayers } from '../compile/join-rules.ts';
import type { ClusterEntry, LabFile, PodEntry } from '../language/lab/generated/lab-file.ts';
import type { Lab, Pod } from '../language/lab/lab.ts';
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
import type { Wanted } from '../state/state.ts';

export interface Feature extends ResolveHooks, CompileHooks, ExpandHooks {
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
  readonly resolvePod?: (pod: PodDraft, draft: LabDraft, sofar: PodSoFar) => Partial<Pod>;
  /** Its part of a lab whose pods are whole; what it returns takes the place of what was there. */
  readonly resolve?: (draft: LabDraft, sofar: LabSoFar) => Partial<Lab>;
}

/** Lab → wanted state. */
export interface CompileHooks {
  /** What the core's objects have to take into account. */
  readonly contribute?: (lab: Lab) => Contribution;
  /** Objects of its own. */
  readonly compile?: (lab: Lab, context: Context) => Wanted[];
  /**
   * As much of a lab as shows all that the feature needs of the host: `sofar` is what those before it have left of it. A
   * thousand Services need no more than one.
   */
  readonly sample?: (lab: Lab, sofar: Lab) => Partial<Lab>;
  /** Its iptables rules; those of the lab file stand behind them. */
  readonly compileRules?: (lab: Lab, context: Context) => RuleLayers;
}

/** Lab → lab file, with every default written out. */
export interface ExpandHooks {
  /** Its own sections, and its keys of `cluster`. */
  readonly expand?: (lab: Lab) => Partial<LabFile>;
  /** Asked from the last feature to the first, so that what a pod runs stands last. */
  readonly expandPod?: (pod: Pod) => NonNullable<PodEntry>;
}
