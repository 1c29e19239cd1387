/**
 * host-gw: every node has a route to every other node's block through that node, as flannel's host-gw backend has it. The
 * nodes have to share a subnet.
 */
import { formatIp, formatSubnet } from '../address/address.ts';
import { hasErrors } from '../language/diagnostic/diagnostic.ts';
import type { LabRoute } from '../language/lab/lab.ts';
import type { Blocks, Fabric, NodeDraft, Topology } from '../resolve/model.ts';
import { sharedHop } from '../resolve/next-hop.ts';
import type { Problems } from '../resolve/problems.ts';

export const hostGw: Fabric = { isByHand: false, routes: hostGatewayRoutes };

function hostGatewayRoutes(blocks: Blocks, given: readonly LabRoute[], around: Topology): LabRoute[] {
  const nodes = [...around.machines.nodes.values()].filter(node => !node.external);
  const routed = new Set(given.flatMap(({ on, to, table }) => (table === undefined ? [`${on} ${to}`] : [])));
  const targets = nodes.flatMap(node => blocks.of(node.key).map(block => ({ node, block, to: formatSubnet(block) })));
  return nodes.flatMap(on =>
    targets.flatMap(({ node, block, to }) => {
      if (node === on || (routed.size > 0 && routed.has(`${on.key} ${to}`))) return [];
      const hop = sharedHop(on.key, node.key, block.family, around);
      if (hop)
        return [{ on: on.key, to, via: formatIp(hop.ip), dev: hop.dev, type: 'unicast' as const, source: node.path }];
      if (!hasErrors(around.problems.found)) warnUnreachable(on, node, to, around.problems);
      return [];
    }),
  );
}

function warnUnreachable(on: NodeDraft, node: NodeDraft, to: string, problems: Problems): void {
  const message = `"${on.key}" shares no subnet with "${node.key}" and has no route to its pods (${to})`;
  problems.warn(on.path, 'unreachable-block', message, `add one: routes: [{ on: ${on.key}, to: ${to}, via: … }]`);
}
