/** The core of a lab, step by step: machines on their nodes, wires between them, addresses, routes, and what contradicts itself. */
import { hasErrors } from '../language/diagnostic/diagnostic.ts';
import type { LabFile } from '../language/lab/generated/lab-file.ts';
import { resolveAddresses } from './addresses.ts';
import { findAdjacency } from './adjacency.ts';
import { resolveBlocks } from './blocks.ts';
import { resolveGateways } from './gateways.ts';
import { groupBy } from './group.ts';
import { resolveMachines } from './machines.ts';
import type { Addresses, Cluster, LabDraft, Placement, ResolveOptions, Wiring } from './model.ts';
import { namePorts } from './port-names.ts';
import type { Problems } from './problems.ts';
import { resolveRoutes } from './routes.ts';
import { checkDisabledIpv6, checkSettings, warnOfFullBridges, warnUnconnected } from './settings.ts';
import { resolveWiring } from './wiring.ts';

export function draftLab(
  file: LabFile,
  cluster: Cluster,
  options: ResolveOptions,
  placement: Placement,
  problems: Problems,
): LabDraft {
  const { previous } = options;
  const machines = resolveMachines(file, previous, placement, problems);
  const blocks = resolveBlocks(cluster, machines, previous, problems);
  const wiring = resolveWiring(file, cluster, machines, blocks, problems);
  const addresses = resolveAddresses(wiring, previous, problems);
  const portsOfMachine = groupBy(wiring.ports, port => port.machine.key);
  const near = findAdjacency(wiring, portsOfMachine, addresses, machines);
  const topology = { machines, wiring, near, problems };
  const routes = resolveRoutes(file, cluster, blocks, topology);
  const gateways = resolveGateways(routes, portsOfMachine, addresses, problems);
  checkSettings(wiring, addresses, cluster.mtu, problems);
  checkDisabledIpv6(wiring, addresses, problems);
  if (!hasErrors(problems.found)) warnUnconnected(wiring, addresses, problems);
  const portsOfSegment = groupBy(wiring.ports, port => port.segment.key);
  warnOfFullBridges(portsOfSegment, problems);
  return {
    ...{ file, options, cluster, blocks, addresses, routes, gateways, portsOfMachine, portsOfSegment, ...topology },
    backend: options.backend ?? file.backend ?? previous?.backend ?? 'netns',
    portNames: namePorts(wiring),
    hasIpv6: usesIpv6(wiring, addresses),
  };
}

function usesIpv6(wiring: Wiring, addresses: Addresses): boolean {
  return (
    wiring.ports.some(port => addresses.ofPort(port).some(({ ip }) => ip.family === 6)) ||
    wiring.bridges.some(bridge => addresses.ofBridge(bridge).some(({ ip }) => ip.family === 6))
  );
}
