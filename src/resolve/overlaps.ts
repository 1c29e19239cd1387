/** Subnets of different wires that overlap. */

import { formatSubnet, type Host, overlaps, type Subnet } from '../address/address.ts';
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { Port, Segment } from './model.ts';
import type { Problems } from './problems.ts';
import { addressPath } from './read-address.ts';

interface SegmentSubnet {
  readonly subnet: Subnet;
  readonly segment: Segment;
  readonly path: Path;
}

/** No two wires may share addresses: neither could be reached from the other's hosts. */
export function checkSegments(
  subnets: ReadonlyMap<Segment, readonly Subnet[]>,
  ports: ReadonlyMap<Port, readonly Host[]>,
  problems: Problems,
): void {
  const claims = new Map<string, SegmentSubnet>();
  const claim = (segment: Segment, subnet: Subnet, path: Path) => {
    const key = `${segment.key} ${formatSubnet(subnet)}`;
    if (!claims.has(key)) claims.set(key, { subnet, segment, path });
  };
  for (const [segment, list] of subnets) {
    for (const subnet of list) claim(segment, subnet, subnetPath(segment));
  }
  for (const [port, hosts] of ports) {
    if ((subnets.get(port.segment) ?? []).length > 0) continue;
    for (const host of hosts) claim(port.segment, host.subnet, addressPath(port));
  }
  reportOverlaps([...claims.values()], problems);
}

function subnetPath(segment: Segment): Path {
  if (segment.entry.subnet !== undefined) return [...segment.path, 'subnet'];
  return segment.kind === 'bridge' && segment.entry.address !== undefined ? [...segment.path, 'address'] : segment.path;
}

/** Sorted by first address and then from wide to narrow, each is compared with the widest one before it. */
function reportOverlaps(claims: readonly SegmentSubnet[], problems: Problems): void {
  for (const family of [4, 6]) {
    const sorted = claims
      .filter(({ subnet }) => subnet.family === family)
      .sort((a, b) =>
        a.subnet.base < b.subnet.base ? -1 : a.subnet.base > b.subnet.base ? 1 : a.subnet.prefix - b.subnet.prefix,
      );
    let wide: SegmentSubnet | undefined;
    for (const claim of sorted) {
      if (wide && overlaps(wide.subnet, claim.subnet)) {
        if (wide.segment !== claim.segment) reportOverlap(wide, claim, problems);
      } else wide = claim;
    }
  }
}

const segmentName = ({ segment }: SegmentSubnet) =>
  segment.kind === 'bridge' ? `bridge "${segment.key}"` : `link ${Number(segment.path[1]) + 1}`;

/** The entry that the file gives is to blame, not one that netlab fills in; and none is blamed twice. */
function reportOverlap(first: SegmentSubnet, second: SegmentSubnet, problems: Problems): void {
  const [a, b] = second.path[0] === 'nodes' ? [second, first] : [first, second];
  if (problems.found.some(({ path }) => path.join() === b.path.join())) return;
  const message = `${formatSubnet(b.subnet)} of ${segmentName(b)} overlaps ${formatSubnet(a.subnet)} of ${segmentName(a)}`;
  problems.error(b.path, 'subnet-overlap', message, 'give each bridge and link a subnet of its own');
}
