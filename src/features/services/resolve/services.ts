/**
 * Services: what their `spec` leaves out filled in as Kubernetes does it, addresses and ports handed out, and the pods
 * found that answer for them.
 *
 * The Services of a running lab keep their addresses and ports.
 */

import { formatSubnet } from '../../../address/address.ts';
import type { ServiceEntry } from '../../../language/lab/generated/lab-file.ts';
import type { CoreLab } from '../../../language/lab/lab.ts';
import type { LabDraft } from '../../../resolve/model.ts';
import { sortNaturally, systemLast } from '../../../resolve/names.ts';
import type { Problems } from '../../../resolve/problems.ts';
import type { Service, ServiceNetwork, ServicePort, TrafficDistribution } from '../model.ts';
import { type ClusterIps, resolveClusterIps } from './cluster-ips.ts';
import type { PortDraft, ServiceDraft } from './draft.ts';
import { createEndpointFinder, type FindEndpoints } from './endpoints.ts';
import { readExternalIPs, readRanges } from './external.ts';
import { knownPodNets } from './kube-proxy.ts';
import { type NodePorts, resolveNodePorts } from './node-ports.ts';
import { readService } from './spec.ts';

export function resolveServices(labDraft: LabDraft, lab: CoreLab): Service[] {
  const { file, cluster, options, problems } = labDraft;
  const entries = Object.entries(file.services ?? {});
  const drafts = withoutDoubles(
    entries.map(([written, entry]) => readService(written, entry, problems)),
    problems,
  );
  const sorted = sortNaturally(drafts, ({ key }) => systemLast(key));
  const clusterIps = resolveClusterIps(sorted, cluster.serviceNets, options.previous, problems);
  const nodePorts = resolveNodePorts(sorted, cluster.nodePorts, options.previous, problems);
  const findEndpoints = createEndpointFinder(lab, labDraft);
  return sorted.map(draft => toService(draft, { clusterIps, nodePorts, findEndpoints, problems }));
}

export function toServiceNetwork({ file, cluster }: LabDraft): ServiceNetwork {
  const { serviceNets, nodePorts } = cluster;
  return { podCIDRs: knownPodNets(file.cluster, cluster), serviceCIDRs: serviceNets.map(formatSubnet), nodePorts };
}

/** `web` and `default/web` are the same. */
function withoutDoubles(drafts: readonly ServiceDraft[], problems: Problems): ServiceDraft[] {
  const kept = new Map<string, ServiceDraft>();
  for (const draft of drafts) {
    if (kept.has(draft.key))
      problems.errorAtKey(draft.path, 'name-taken', `Service "${draft.key}" is there twice`, 'remove one of the two');
    else kept.set(draft.key, draft);
  }
  return [...kept.values()];
}

interface ServiceLookups {
  readonly clusterIps: ClusterIps;
  readonly nodePorts: NodePorts;
  readonly findEndpoints: FindEndpoints;
  readonly problems: Problems;
}

function toService(draft: ServiceDraft, findings: ServiceLookups): Service {
  const { clusterIps, nodePorts, findEndpoints, problems } = findings;
  const { key, namespace, name, type, entry, path } = draft;
  const { ipFamilies, ipFamilyPolicy, addresses } = clusterIps(draft);
  return {
    ...{ key, namespace, name, type },
    ...{ labels: entry.labels ?? {}, annotations: entry.annotations ?? {} },
    selector: type === 'ExternalName' ? {} : (entry.selector ?? {}),
    ports: draft.ports.map(port => toPort(draft, port, nodePorts)),
    clusterIPs: addresses,
    ...{ ipFamilies, ipFamilyPolicy },
    affinitySeconds:
      entry.sessionAffinity === 'ClientIP' ? (entry.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) : null,
    internalTrafficPolicy: entry.internalTrafficPolicy ?? 'Cluster',
    externalTrafficPolicy: entry.externalTrafficPolicy ?? 'Cluster',
    healthCheckNodePort: nodePorts.healthCheck(draft),
    externalIPs: readExternalIPs(draft, ipFamilies, problems),
    trafficDistribution: toDistribution(entry.trafficDistribution),
    externalName: type === 'ExternalName' ? (entry.externalName ?? null) : null,
    ...{ loadBalancerIPs: [], loadBalancerElsewhere: [], loadBalancerClass: entry.loadBalancerClass ?? null },
    loadBalancerSourceRanges: readRanges(draft, ipFamilies, problems),
    publishNotReadyAddresses: entry.publishNotReadyAddresses ?? false,
    endpoints: findEndpoints(draft, ipFamilies),
    source: path,
  };
}

function toPort(draft: ServiceDraft, port: PortDraft, nodePorts: NodePorts): ServicePort {
  const { name, port: number, targetPort, protocol } = port;
  return { name, port: number, targetPort, nodePort: nodePorts.of(draft, port), protocol };
}

const toDistribution = (written: ServiceEntry['trafficDistribution']): TrafficDistribution | null =>
  written === 'PreferClose' ? 'PreferSameZone' : (written ?? null);
