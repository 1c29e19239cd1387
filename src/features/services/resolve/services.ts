/**
 * Services: what their `spec` leaves out filled in as Kubernetes does it, addresses and ports handed out, and the pods
 * found that answer for them.
 *
 * What a running lab's Services have they keep.
 */
import { formatSubnet } from '../../../address/address.ts';
import type { LabFile } from '../../../language/lab/generated/lab-file.ts';
import type { Lab, Link, Pod } from '../../../language/lab/lab.ts';
import type { Service, ServiceNetwork, ServicePort } from '../../../language/lab/service.ts';
import type { Addresses } from '../../../resolve/addresses.ts';
import type { Cluster } from '../../../resolve/cluster.ts';
import type { Machines } from '../../../resolve/machines.ts';
import { sortNaturally, systemLast } from '../../../resolve/names.ts';
import type { Problems } from '../../../resolve/problems.ts';
import type { Wiring } from '../../../resolve/wiring.ts';
import { formatRange } from '../../load-balancer/resolve/load-balancer-pool.ts';
import { type LoadBalancerIps, resolveLoadBalancers } from '../../load-balancer/resolve/load-balancers.ts';
import { type ClusterIps, resolveClusterIps } from './cluster-ips.ts';
import type { PortDraft, ServiceDraft } from './draft.ts';
import { createEndpointFinder, type FindEndpoints } from './endpoints.ts';
import { readIps, readRanges } from './external.ts';
import { type NodePorts, resolveNodePorts } from './node-ports.ts';
import { readService } from './spec.ts';

export interface ServiceSurroundings {
  readonly cluster: Cluster;
  readonly machines: Machines;
  readonly pods: readonly Pod[];
  readonly links: readonly Link[];
  readonly wiring: Wiring;
  readonly addresses: Addresses;
  readonly previous: Lab | undefined;
  readonly problems: Problems;
}

export function resolveServices(file: LabFile, around: ServiceSurroundings): Service[] {
  const { cluster, wiring, addresses, previous, problems } = around;
  const entries = Object.entries(file.services ?? {});
  const drafts = withoutDoubles(
    entries.map(([written, entry]) => readService(written, entry, problems)),
    problems,
  );
  const sorted = sortNaturally(drafts, ({ key }) => systemLast(key));
  const clusterIps = resolveClusterIps(sorted, cluster.serviceNets, previous, problems);
  const nodePorts = resolveNodePorts(sorted, cluster.nodePorts, previous, problems);
  const pool = cluster.loadBalancerPool;
  const familiesOf = (draft: ServiceDraft) => clusterIps(draft).ipFamilies;
  const loadBalancerIps = resolveLoadBalancers(sorted, familiesOf, { pool, wiring, addresses, previous, problems });
  const findEndpoints = createEndpointFinder(around);
  return sorted.map(draft => toService(draft, { clusterIps, nodePorts, loadBalancerIps, findEndpoints, problems }));
}

export function toServiceNetwork(
  file: LabFile,
  { network, podNets, serviceNets, nodePorts, loadBalancerPool }: Cluster,
): ServiceNetwork {
  // Where pods are wired by hand, the default says nothing about their addresses.
  const isKnown = network !== 'none' || file.cluster?.podCIDR !== undefined;
  return {
    podCIDRs: isKnown ? podNets.map(formatSubnet) : [],
    serviceCIDRs: serviceNets.map(formatSubnet),
    nodePorts,
    loadBalancerPool: loadBalancerPool.map(formatRange),
  };
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

interface Findings {
  readonly clusterIps: ClusterIps;
  readonly nodePorts: NodePorts;
  readonly loadBalancerIps: LoadBalancerIps;
  readonly findEndpoints: FindEndpoints;
  readonly problems: Problems;
}

function toService(draft: ServiceDraft, findings: Findings): Service {
  const { clusterIps, nodePorts, loadBalancerIps, findEndpoints, problems } = findings;
  const { key, namespace, name, type, entry, path } = draft;
  const { ipFamilies, ipFamilyPolicy, addresses } = clusterIps(draft);
  return {
    ...{ key, namespace, name, type },
    selector: entry.selector ?? {},
    ports: draft.ports.map(port => toPort(draft, port, nodePorts)),
    clusterIPs: addresses,
    ...{ ipFamilies, ipFamilyPolicy },
    affinitySeconds:
      entry.sessionAffinity === 'ClientIP' ? (entry.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) : null,
    internalTrafficPolicy: entry.internalTrafficPolicy ?? 'Cluster',
    externalTrafficPolicy: entry.externalTrafficPolicy ?? 'Cluster',
    healthCheckNodePort: nodePorts.healthCheck(draft),
    externalIPs: readIps(entry.externalIPs ?? [], [...path, 'externalIPs'], problems),
    externalName: entry.externalName ?? null,
    loadBalancerIPs: loadBalancerIps(draft),
    loadBalancerSourceRanges: readRanges(entry, path, problems),
    publishNotReadyAddresses: entry.publishNotReadyAddresses ?? false,
    endpoints: findEndpoints(draft, ipFamilies),
    source: path,
  };
}

function toPort(draft: ServiceDraft, port: PortDraft, nodePorts: NodePorts): ServicePort {
  const { name, port: number, targetPort, protocol } = port;
  return { name, port: number, targetPort, nodePort: nodePorts.of(draft, port), protocol };
}
