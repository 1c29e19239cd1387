/**
 * Lab file in, lab out: every default filled in, every name turned into an address, every mistake found.
 *
 * Pure. `previous` is the lab as it already runs, if it does: what it allocated stays, so that adding a pod moves no
 * other. The order of entries in the file does not matter. First the core of the lab is made, then the fabric and
 * each feature add their part to it.
 */
import { findFabric } from '../fabric/fabrics.ts';
import { FEATURES } from '../features/registry.ts';
import { type Diagnostic, hasErrors } from '../language/diagnostic/diagnostic.ts';
import type { LabFile } from '../language/lab/generated/lab-file.ts';
import type { CoreLab, Lab, Pod } from '../language/lab/lab.ts';
import { resolveCluster } from '../resolve/cluster.ts';
import { draftLab } from '../resolve/draft.ts';
import type {
  Cluster,
  Fabric,
  LabDraft,
  LabSoFar,
  NodeDraft,
  PodDraft,
  PodSoFar,
  ResolveOptions,
} from '../resolve/model.ts';
import { createNameFinder } from '../resolve/name-kinds.ts';
import { toBridge, toLink, toNode, toPod } from '../resolve/parts.ts';
import { joinPlacements } from '../resolve/placement.ts';
import { collectProblems, type Problems } from '../resolve/problems.ts';

export interface Resolved {
  /** Undefined where there are errors. */
  readonly lab: Lab | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export function resolve(
  written: LabFile,
  options: ResolveOptions,
  fabric: Fabric = findFabric(written.cluster),
): Resolved {
  const problems = collectProblems(createNameFinder(written));
  const cluster = readCluster(written, fabric, problems);
  const file = addEntries(written, cluster, problems);
  const placement = joinPlacements(FEATURES.flatMap(({ place }) => place?.() ?? []));
  const draft = draftLab(file, cluster, options, placement, problems);
  const lab = completeLab(toCore(draft), draft);
  return { lab: hasErrors(problems.found) ? undefined : lab, diagnostics: problems.found };
}

/**
 * In the end nothing is missing: each feature returns all that its `model.ts` declares of a lab. Types do not see that
 * through a loop; a test does.
 */
function completeLab(core: CoreLab, draft: LabDraft): Lab {
  let soFar: LabSoFar = { ...core, ...draft.cluster.fabric.resolve?.(draft) };
  for (const feature of FEATURES) soFar = { ...soFar, ...feature.resolve?.(draft, soFar) };
  return soFar as Lab;
}

function readCluster({ cluster: entry }: LabFile, fabric: Fabric, problems: Problems): Cluster {
  const core = resolveCluster(entry, fabric, problems);
  return Object.assign({}, core, ...FEATURES.map(feature => feature.readCluster?.(entry, core, problems)));
}

function addEntries(written: LabFile, cluster: Cluster, problems: Problems): LabFile {
  let file = written;
  for (const feature of FEATURES.toReversed()) file = feature.addEntries?.(file, cluster, problems) ?? file;
  return file;
}

function toCore(draft: LabDraft): CoreLab {
  const { file, options, backend, machines, wiring, addresses, routes } = draft;
  const completePod = preparePods(draft);
  const neededSysctls = prepareSysctls(draft);
  const pods = [...machines.pods.values()].map(completePod);
  const links = wiring.links.map(link => toLink(link, draft));
  return {
    name: file.name ?? options.name,
    ...(file.description === undefined ? {} : { description: file.description }),
    backend,
    nodes: [...machines.nodes.values()].map(node => toNode(node, draft, neededSysctls(node))),
    pods,
    bridges: wiring.bridges.map(bridge => toBridge(bridge, addresses)),
    ...{ links, routes },
  };
}

/** As with a lab, each feature returns all that it declares of a pod. Thousands of pods are quicker added to than copied. */
function preparePods(draft: LabDraft): (pod: PodDraft) => Pod {
  const hooks = FEATURES.flatMap(({ resolvePod }) => resolvePod ?? []);
  return pod => {
    const soFar: PodSoFar = toPod(pod, draft);
    for (const add of hooks) Object.assign(soFar, add(pod, draft, soFar));
    return soFar as Pod;
  };
}

function prepareSysctls(draft: LabDraft): (node: NodeDraft) => Record<string, string> {
  const needs = FEATURES.flatMap(({ needSysctls }) => needSysctls?.(draft) ?? []);
  return node => Object.assign({}, ...needs.map(need => need(node)));
}
