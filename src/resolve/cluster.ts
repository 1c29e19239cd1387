/** The cluster's own networks: which families, which CIDRs, and how they are cut. */

import { type Family, formatSubnet, overlaps, parseHost, type Subnet } from '../address/address.ts';
import { hasErrors, type Path } from '../language/diagnostic/diagnostic.ts';
import type { ClusterEntry } from '../language/lab/generated/lab-file.ts';
import type { CoreCluster, Fabric } from './model.ts';
import { collectProblems, type Problems } from './problems.ts';
import { readSubnets } from './read-subnet.ts';
import { IPV6_MIN_MTU } from './settings.ts';

const POD_CIDRS: Readonly<Record<Family, string>> = { 4: '10.244.0.0/16', 6: 'fd00:10:244::/48' };
const NODE_CIDRS: Readonly<Record<Family, string>> = { 4: '172.18.0.0/16', 6: 'fd00:172:18::/64' };
const BLOCK_SIZES: Readonly<Record<Family, number>> = { 4: 24, 6: 64 };
const FAMILIES = { ipv4: [4], ipv6: [6], dual: [4, 6] } as const;

export function resolveCluster(entry: ClusterEntry | undefined, fabric: Fabric, problems: Problems): CoreCluster {
  const path: Path = ['cluster'];
  const given = readSubnets(entry?.podCIDR, [...path, 'podCIDR'], problems);
  const families = pickFamilies(entry, given, hasErrors(problems.found) ? collectProblems() : problems);
  const podNets = given ?? families.map(family => mustParse(POD_CIDRS[family]));
  const nodeNets =
    readSubnets(entry?.nodeCIDR, [...path, 'nodeCIDR'], problems) ??
    families.map(family => mustParse(NODE_CIDRS[family]));
  const cluster: CoreCluster = {
    fabric,
    podNets,
    nodeNets,
    blockSize: readBlockSize(entry?.blockSize, families),
    mtu: entry?.mtu,
  };
  checkCluster(cluster, entry, problems);
  return cluster;
}

function mustParse(text: string): Subnet {
  const host = parseHost(text);
  if (!host) throw new Error(`${text} is no subnet`);
  return host.subnet;
}

function pickFamilies(entry: ClusterEntry | undefined, podNets: readonly Subnet[] | undefined, problems: Problems) {
  const named = entry?.ipFamily === undefined ? undefined : FAMILIES[entry.ipFamily];
  if (!podNets) return named ?? FAMILIES.ipv4;
  const found = [...new Set(podNets.map(({ family }) => family))].sort();
  if (named && found.join() !== named.join()) {
    const what = found.length === 2 ? 'IPv4 and IPv6' : `only IPv${found[0]}`;
    problems.error(
      ['cluster', 'ipFamily'],
      'conflict',
      `ipFamily is "${entry?.ipFamily}", but podCIDR has ${what}`,
      'leave ipFamily out, or give podCIDR one subnet for each of its families',
    );
  }
  return found;
}

function readBlockSize(size: ClusterEntry['blockSize'], families: readonly Family[]): Record<Family, number> {
  if (size === undefined) return BLOCK_SIZES;
  if (typeof size === 'object') return { 4: size.ipv4 ?? BLOCK_SIZES[4], 6: size.ipv6 ?? BLOCK_SIZES[6] };
  return families.includes(4) ? { ...BLOCK_SIZES, 4: size } : { ...BLOCK_SIZES, 6: size };
}

function checkCluster(cluster: CoreCluster, entry: ClusterEntry | undefined, problems: Problems): void {
  if (cluster.mtu !== undefined && cluster.mtu < IPV6_MIN_MTU && cluster.podNets.some(({ family }) => family === 6)) {
    const hint = `IPv6 needs ${IPV6_MIN_MTU} or more`;
    problems.error(['cluster', 'mtu'], 'out-of-range', `an MTU of ${cluster.mtu} is too small for IPv6`, hint);
  }
  for (const net of cluster.podNets) {
    const clash = cluster.nodeNets.find(other => overlaps(net, other));
    if (clash) {
      const key = entry?.nodeCIDR === undefined ? 'podCIDR' : 'nodeCIDR';
      const names = `the pod CIDR ${formatSubnet(net)} and the node CIDR ${formatSubnet(clash)}`;
      problems.error(
        ['cluster', key],
        'subnet-overlap',
        `${names} overlap`,
        'choose subnets with no address in common',
      );
    }
    if (!cluster.nodeNets.some(({ family }) => family === net.family)) {
      const hint = `give nodeCIDR an IPv${net.family} subnet too, or leave it out`;
      problems.error(
        ['cluster', 'nodeCIDR'],
        'wrong-family',
        `the pods have IPv${net.family}, and the node CIDR has none`,
        hint,
      );
    }
    const size = cluster.blockSize[net.family];
    if (size < net.prefix) {
      problems.error(
        ['cluster', entry?.blockSize === undefined ? 'podCIDR' : 'blockSize'],
        'out-of-range',
        `a /${size} block does not fit into the pod CIDR ${formatSubnet(net)}`,
        `set blockSize to ${net.prefix} or more, or use a larger pod CIDR`,
      );
    }
    if (size > (net.family === 4 ? 30 : 126)) {
      problems.error(['cluster', 'blockSize'], 'out-of-range', `a /${size} block leaves no room for pods`);
    }
  }
}
