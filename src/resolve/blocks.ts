/** Which block of the pod CIDR each node has. */

import {
  covers,
  familyBits,
  formatHost,
  formatSubnet,
  ipAt,
  overlaps,
  parseHost,
  type Subnet,
} from '../address/address.ts';
import type { Lab } from '../language/lab/lab.ts';
import { createBlockPool } from './allocate.ts';
import type { Blocks, Cluster, Machines, NodeDraft } from './model.ts';
import type { Problems } from './problems.ts';
import { readSubnets } from './read-subnet.ts';

interface NodeBlock {
  readonly node: string;
  readonly block: Subnet;
}

export function resolveBlocks(
  cluster: Cluster,
  machines: Machines,
  previous: Lab | undefined,
  problems: Problems,
): Blocks {
  const nodes = [...machines.nodes.values()].filter(node => !node.external);
  for (const node of machines.nodes.values()) if (node.external) refuseBlock(node, problems);
  const claims = withoutOverlaps(
    nodes.flatMap(node => givenBlocks(node, cluster, problems)),
    machines,
    problems,
  );
  const taken = new Map<string, Subnet[]>();
  for (const { node, block } of claims) taken.set(node, [...(taken.get(node) ?? []), block]);
  if (!cluster.fabric.isByHand) allocateBlocks(nodes, cluster, taken, previous, problems);
  const of = (node: string) => taken.get(node) ?? [];
  return { of, gateways: node => of(node).map(subnet => formatHost({ ip: ipAt(subnet, 1n), subnet })) };
}

function refuseBlock({ entry, key, path }: NodeDraft, problems: Problems): void {
  if (entry.podCIDR === undefined) return;
  const hint = 'remove podCIDR, or "external: true"';
  problems.error(
    [...path, 'podCIDR'],
    'conflict',
    `"${key}" stands outside the cluster and has no block of the pod CIDR`,
    hint,
  );
}

function givenBlocks(node: NodeDraft, cluster: Cluster, problems: Problems): NodeBlock[] {
  const path = [...node.path, 'podCIDR'];
  if (node.replica && node.entry.podCIDR !== undefined) {
    if (!node.key.endsWith('-0')) return [];
    problems.error(
      path,
      'conflict',
      'replicas cannot all have one podCIDR',
      'remove podCIDR, or write the nodes out one by one',
    );
    return [];
  }
  const blocks = readSubnets(node.entry.podCIDR, path, problems) ?? [];
  for (const block of blocks) {
    if (cluster.podNets.some(net => covers(net, block))) continue;
    const nets = cluster.podNets.map(formatSubnet).join(' and ');
    problems.error(path, 'address-outside', `the block ${formatSubnet(block)} is not inside the pod CIDR ${nets}`);
  }
  return blocks.map(block => ({ node: node.key, block }));
}

/** Sorted by their first address, only neighbours can overlap. */
function withoutOverlaps(claims: readonly NodeBlock[], machines: Machines, problems: Problems): NodeBlock[] {
  const sorted = [...claims].sort((a, b) => (a.block.base < b.block.base ? -1 : 1));
  const kept: NodeBlock[] = [];
  for (const claim of sorted) {
    const last = kept.at(-1);
    if (last && last.block.family === claim.block.family && overlaps(last.block, claim.block)) {
      const path = machines.nodes.get(claim.node)?.path ?? [];
      const what = `the blocks of "${last.node}" (${formatSubnet(last.block)}) and "${claim.node}" (${formatSubnet(claim.block)}) overlap`;
      problems.error([...path, 'podCIDR'], 'subnet-overlap', what, 'give each node a block of its own');
    } else kept.push(claim);
  }
  return kept;
}

function allocateBlocks(
  nodes: readonly NodeDraft[],
  cluster: Cluster,
  taken: Map<string, Subnet[]>,
  previous: Lab | undefined,
  problems: Problems,
): void {
  const without = (node: NodeDraft, net: Subnet) => !taken.get(node.key)?.some(block => block.family === net.family);
  const give = (node: string, block: Subnet) => taken.set(node, [...(taken.get(node) ?? []), block]);
  for (const net of cluster.podNets) {
    const size = cluster.blockSize[net.family];
    if (size < net.prefix || size > familyBits(net.family)) continue;
    for (const [node, block] of keptBlocks(nodes, net, size, taken, previous)) give(node, block);
    const next = createBlockPool(net, size, [...taken.values()].flat());
    for (const node of nodes.filter(other => without(other, net))) {
      const block = next();
      if (!block) {
        const room = `${formatSubnet(net)} has room for ${2n ** BigInt(size - net.prefix)} blocks of /${size}`;
        problems.error(
          node.path,
          'subnet-full',
          `there is no block left for node "${node.key}": ${room}`,
          'use a larger podCIDR or smaller blocks',
        );
        break;
      }
      give(node.key, block);
    }
  }
}

/** Nodes of a running lab keep their blocks, as long as these still fit. */
function* keptBlocks(
  nodes: readonly NodeDraft[],
  net: Subnet,
  size: number,
  taken: ReadonlyMap<string, readonly Subnet[]>,
  previous: Lab | undefined,
): Generator<[string, Subnet]> {
  const earlier = new Map(previous?.nodes.map(node => [node.key, node.podCIDRs]));
  for (const node of nodes) {
    if (taken.get(node.key)?.some(block => block.family === net.family)) continue;
    for (const text of earlier.get(node.key) ?? []) {
      const block = parseHost(text)?.subnet;
      if (!block || block.prefix !== size || !covers(net, block)) continue;
      if (![...taken.values()].flat().some(other => overlaps(other, block))) yield [node.key, block];
    }
  }
}
