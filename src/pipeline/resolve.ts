/**
 * Lab file in, lab out: every default filled in, every name turned into an address, every mistake found.
 *
 * Pure. `previous` is the lab as it already runs, if it does: what it allocated stays, so that adding a pod moves no
 * other. The order of entries in the file does not matter.
 */

import { resolveChecks } from '../features/checks/resolve/checks.ts';
import { DEFAULT_NODE_IMAGE, type ProgramOptions, resolvePrograms } from '../features/containers/resolve/programs.ts';
import { resolveClusterDns } from '../features/dns/resolve/cluster-dns.ts';
import { localnetSysctls } from '../features/host-ports/resolve/host-ports.ts';
import { resolveIngresses } from '../features/ingress/resolve/ingresses.ts';
import { FEATURES } from '../features/registry.ts';
import { checkServiceNets } from '../features/services/resolve/ranges.ts';
import { serviceRoutes } from '../features/services/resolve/routes.ts';
import { resolveServices, toServiceNetwork } from '../features/services/resolve/services.ts';
import { type Diagnostic, hasErrors } from '../language/diagnostic/diagnostic.ts';
import type { LabFile } from '../language/lab/generated/lab-file.ts';
import type { Lab } from '../language/lab/lab.ts';
import { type Addresses, resolveAddresses } from '../resolve/addresses.ts';
import { resolveBlocks } from '../resolve/blocks.ts';
import { resolveCluster } from '../resolve/cluster.ts';
import type { Draft } from '../resolve/draft.ts';
import { resolveGateways } from '../resolve/gateways.ts';
import { resolveMachines } from '../resolve/machines.ts';
import { findNeighbourhood } from '../resolve/neighbourhood.ts';
import { toBridge, toLink, toNode, toPod } from '../resolve/parts.ts';
import { namePorts } from '../resolve/port-names.ts';
import { collectProblems } from '../resolve/problems.ts';
import { resolveRoutes } from '../resolve/routes.ts';
import type { Port } from '../resolve/segments.ts';
import { checkDisabledIpv6, checkSettings, warnUnconnected } from '../resolve/settings.ts';
import { resolveWiring, type Wiring } from '../resolve/wiring.ts';

export interface Resolved {
  /** Undefined where there are errors. */
  readonly lab: Lab | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ResolveOptions extends ProgramOptions {
  /** The lab's name where the file has none. */
  readonly name: string;
  readonly previous?: Lab | undefined;
}

export function resolve(written: LabFile, options: ResolveOptions): Resolved {
  const { name, previous } = options;
  const problems = collectProblems();
  const cluster = resolveCluster(written.cluster, problems);
  const file = FEATURES.reduce((sofar, { addEntries }) => addEntries?.(sofar, cluster, problems) ?? sofar, written);
  const machines = resolveMachines(file, previous, problems);
  const blocks = resolveBlocks(cluster, machines, previous, problems);
  const wiring = resolveWiring(file, cluster, machines, blocks, problems);
  const addresses = resolveAddresses(wiring, previous, problems);
  const near = findNeighbourhood(wiring, addresses);
  const routes = resolveRoutes(file, cluster, blocks, { machines, wiring, near, problems });
  const gateways = resolveGateways(routes, wiring.ports, addresses, problems);
  checkSettings(wiring, addresses, cluster.mtu, problems);
  checkDisabledIpv6(wiring, addresses, problems);
  checkServiceNets(file, cluster, wiring, addresses, problems);
  const dns = resolveClusterDns(file, { machines, wiring, near, problems });
  if (!hasErrors(problems.found)) warnUnconnected(wiring, addresses, problems);
  const programs = resolvePrograms(file, options, previous);
  const draft: Draft = {
    ...{ file, cluster, programs, machines, blocks, addresses, gateways, near, problems },
    portsOfMachine: groupPorts(wiring.ports, port => port.machine.key),
    portsOfSegment: groupPorts(wiring.ports, port => port.segment.key),
    portNames: namePorts(wiring),
    hasIpv6: usesIpv6(wiring, addresses),
    localnet: localnetSysctls(wiring.ports, addresses),
  };
  const pods = [...machines.pods.values()].map(pod => toPod(pod, draft));
  const links = wiring.links.map(link => toLink(link, draft));
  const nodes = [...machines.nodes.values()].map(node => toNode(node, draft));
  const bridges = wiring.bridges.map(bridge => toBridge(bridge, addresses));
  const services = resolveServices(file, { cluster, machines, pods, links, wiring, addresses, previous, problems });
  const checks = resolveChecks(file, { machines, wiring, near, services, problems });
  const lab: Lab = {
    name: file.name ?? name,
    ...(file.description === undefined ? {} : { description: file.description }),
    backend: programs.backend,
    ...(programs.backend === 'docker' ? { nodeImage: file.cluster?.nodeImage ?? DEFAULT_NODE_IMAGE } : {}),
    nodes,
    pods,
    bridges,
    links,
    routes: [...routes, ...serviceRoutes(file, cluster, nodes, { bridges, links, routes })],
    serviceNetwork: toServiceNetwork(file, cluster),
    services,
    ingresses: resolveIngresses(file, services, problems),
    dns,
    checks,
  };
  return { lab: hasErrors(problems.found) ? undefined : lab, diagnostics: problems.found };
}

function groupPorts(ports: readonly Port[], keyOf: (port: Port) => string): Map<string, Port[]> {
  const groups = new Map<string, Port[]>();
  for (const port of ports) {
    const group = groups.get(keyOf(port));
    if (group) group.push(port);
    else groups.set(keyOf(port), [port]);
  }
  return groups;
}

function usesIpv6(wiring: Wiring, addresses: Addresses): boolean {
  return (
    wiring.ports.some(port => addresses.ofPort(port).some(({ ip }) => ip.family === 6)) ||
    wiring.bridges.some(bridge => addresses.ofBridge(bridge).some(({ ip }) => ip.family === 6))
  );
}
