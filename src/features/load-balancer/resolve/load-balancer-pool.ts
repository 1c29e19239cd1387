/** The pool that load balancers' addresses come from: ranges, as MetalLB's IPAddressPool has them. */
import {
  type Family,
  formatIp,
  formatSubnet,
  type Host,
  type IpRange,
  parseHost,
  parseIp,
  rangeOf,
  type Subnet,
  subnetSize,
} from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { ClusterEntry } from '../../../language/lab/generated/lab-file.ts';
import type { CoreCluster } from '../../../resolve/model.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { findSpecial } from '../../../resolve/special-use.ts';

export const formatRange = ({ family, first, last }: IpRange) =>
  `${formatIp({ family, value: first })}-${formatIp({ family, value: last })}`;

/** Where the file says nothing: the end of the nodes' network, as the guides for MetalLB on kind have it. */
const SLICES: Readonly<Record<Family, { readonly widest: number; readonly first: bigint; readonly last: bigint }>> = {
  4: { widest: 24, first: 200n, last: 250n },
  6: { widest: 96, first: 0x255_0200n, last: 0x255_0250n },
};

export function readPool(
  entry: ClusterEntry | undefined,
  { fabric, nodeNets }: CoreCluster,
  problems: Problems,
): IpRange[] {
  const given = entry?.loadBalancerPool;
  if (given === undefined) return fabric.isByHand ? [] : nodeNets.flatMap(sliceOf);
  const path: Path = ['cluster', 'loadBalancerPool'];
  const texts = typeof given === 'string' ? [given] : given;
  return texts.flatMap((text, index) => readRange(text, typeof given === 'string' ? path : [...path, index], problems));
}

function sliceOf(net: Subnet): IpRange[] {
  const { widest, first, last } = SLICES[net.family];
  if (net.prefix > widest) return [];
  const base = net.family === 4 ? net.base + subnetSize(net) - 256n : net.base;
  return [{ family: net.family, first: base + first, last: base + last }];
}

function readRange(text: string, path: Path, problems: Problems): IpRange[] {
  const range = parseRange(text, path, problems);
  const special = range && findSpecial(range, 'target');
  if (special === undefined) return range ? [range] : [];
  const message = `"${text}" has ${special} in it, which nobody can be reached at from another machine`;
  problems.error(path, 'bad-address', message, 'leave it out of the pool');
  return [];
}

function parseRange(text: string, path: Path, problems: Problems): IpRange | undefined {
  const host = parseHost(text);
  if (host) return wholeSubnet(host, text, path, problems);
  const [first, last, ...rest] = text.split('-').map(part => parseIp(part.trim()));
  if (!first || !last || rest.length > 0 || first.family !== last.family || first.value > last.value) {
    const hint = 'write the first and the last address, 172.18.255.200-172.18.255.250, or a subnet, 203.0.113.0/28';
    problems.error(path, 'bad-address', `"${text}" is not a range of addresses`, hint);
    return undefined;
  }
  return { family: first.family, first: first.value, last: last.value };
}

function wholeSubnet({ ip, subnet }: Host, text: string, path: Path, problems: Problems): IpRange | undefined {
  if (ip.value !== subnet.base) {
    const hint = `did you mean ${formatSubnet(subnet)}?`;
    problems.error(path, 'bad-address', `"${text}" is an address inside a subnet, not the subnet itself`, hint);
    return undefined;
  }
  return rangeOf(subnet);
}
