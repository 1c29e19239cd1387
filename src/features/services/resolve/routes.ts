/**
 * A way for packets to cluster IPs. A machine of a real cluster has a default route, by which a packet of its own to a
 * Service gets as far as the rules that rewrite it; a node of a lab may have none.
 */

import { covers, defaultSubnet, familyOf, formatSubnet, parseHost, type Subnet } from '../../../address/address.ts';
import type { CoreLab, LabRoute, Node } from '../../../language/lab/lab.ts';
import type { LabDraft } from '../../../resolve/model.ts';

export function serviceRoutes({ file, cluster }: LabDraft, lab: CoreLab): LabRoute[] {
  if (Object.keys(file.services ?? {}).length === 0) return [];
  return lab.nodes
    .filter(({ external }) => !external)
    .flatMap(node => cluster.serviceNets.flatMap(net => routeFor(node, net, lab)));
}

function routeFor(node: Node, net: Subnet, { bridges, links, routes }: CoreLab): LabRoute[] {
  const isOf = (address: string) => familyOf(address) === net.family;
  const known = routes
    .filter(({ on, table }) => on === node.key && table === undefined)
    .flatMap(({ to }) => parseHost(to)?.subnet ?? []);
  const gateways = node.interfaces.flatMap(item => item.gateways).filter(isOf);
  const all = [...known, ...gateways.map(() => defaultSubnet(net.family))];
  if (all.some(subnet => covers(subnet, net))) return [];
  const wired = links.flatMap(({ ends }) => ends).filter(({ on }) => on === node.key);
  const devices = [
    ...node.interfaces,
    ...wired.map(end => ({ name: end.interface, addresses: end.addresses })),
    ...bridges.filter(bridge => bridge.node === node.key),
  ];
  const dev = devices.find(({ addresses }) => addresses.some(isOf))?.name;
  return dev === undefined ? [] : [{ on: node.key, to: formatSubnet(net), dev, type: 'unicast', source: ['services'] }];
}
