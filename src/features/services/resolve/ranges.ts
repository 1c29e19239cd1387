/** Where cluster IPs and node ports come from. */

import { type Family, formatSubnet, overlaps, parseHost, type Subnet } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { ClusterEntry } from '../../../language/lab/generated/lab-file.ts';
import type { CoreCluster, LabDraft } from '../../../resolve/model.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { readSubnets } from '../../../resolve/read-subnet.ts';

/** kubeadm's, and kind's for IPv6. */
const SERVICE_CIDRS: Readonly<Record<Family, string>> = { 4: '10.96.0.0/12', 6: 'fd00:10:96::/112' };
const NODE_PORTS = [30_000, 32_767] as const;

/** One subnet for each family that pods have. */
export function readServiceNets(
  entry: ClusterEntry | undefined,
  { podNets }: CoreCluster,
  problems: Problems,
): readonly Subnet[] {
  const path: Path = ['cluster', 'serviceCIDR'];
  const given = readSubnets(entry?.serviceCIDR, path, problems);
  for (const net of given ?? []) {
    const least = net.family === 4 ? 30 : 126;
    if (net.prefix > least)
      problems.error(
        path,
        'out-of-range',
        `${formatSubnet(net)} leaves no room for Services`,
        `use /${least} or larger`,
      );
  }
  const families = [...new Set(podNets.map(({ family }) => family))].sort();
  return given ?? families.flatMap(family => parseHost(SERVICE_CIDRS[family])?.subnet ?? []);
}

export function readNodePorts(entry: ClusterEntry | undefined, problems: Problems): readonly [number, number] {
  if (entry?.nodePorts === undefined) return NODE_PORTS;
  const [first = 0, last = 0] = entry.nodePorts.split('-').map(Number);
  if (first >= 1 && last <= 65_535 && first <= last) return [first, last];
  const hint = 'write the first and the last port: 30000-32767';
  problems.error(['cluster', 'nodePorts'], 'out-of-range', `"${entry.nodePorts}" is not a range of ports`, hint);
  return NODE_PORTS;
}

/** An address that is a pod's or a node's too could not be told from a Service's. */
export function checkServiceNets({ file, cluster, wiring, addresses, problems }: LabDraft): void {
  const { serviceNets, podNets, nodeNets, fabric } = cluster;
  const isGiven = file.cluster?.serviceCIDR !== undefined;
  if (!isGiven && Object.keys(file.services ?? {}).length === 0) return;
  const own = fabric.isByHand ? [] : [...named('the pod CIDR', podNets), ...named('the node CIDR', nodeNets)];
  const segments = [...wiring.bridges, ...wiring.links].flatMap(segment =>
    named(segment.kind === 'bridge' ? `bridge "${segment.key}"` : 'a link', addresses.subnetsOf(segment)),
  );
  for (const net of serviceNets) {
    const clash = [...own, ...segments].find(({ subnet }) => overlaps(net, subnet));
    if (!clash) continue;
    const message = `the service CIDR ${formatSubnet(net)} overlaps ${formatSubnet(clash.subnet)} of ${clash.name}`;
    const hint = isGiven ? 'choose a subnet that nothing else has' : 'give cluster.serviceCIDR another subnet';
    if (isGiven) problems.error(['cluster', 'serviceCIDR'], 'subnet-overlap', message, hint);
    else problems.errorAtKey(['services'], 'subnet-overlap', message, hint);
  }
}

const named = (name: string, subnets: readonly Subnet[]) => subnets.map(subnet => ({ name, subnet }));
