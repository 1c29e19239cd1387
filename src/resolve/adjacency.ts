/** What each node and pod is directly connected to: needed to say whether a next hop is in reach, and through what. */

import { contains, type Ip } from '../address/address.ts';
import { groupBy } from './group.ts';
import { networkKeyOf } from './host-network.ts';
import type { Addresses, Adjacency, LocalAddress, Machines, Port, Wiring } from './model.ts';

export function findAdjacency(
  { bridges }: Wiring,
  portsOfMachine: ReadonlyMap<string, readonly Port[]>,
  addresses: Addresses,
  machines: Machines,
): Adjacency {
  const bridgesOfNode = groupBy(
    bridges.filter(({ node }) => node !== null),
    ({ node }) => node ?? '',
  );
  const networkOf = (key: string) => {
    const machine = machines.get(key);
    return machine ? networkKeyOf(machine) : key;
  };
  const connect = (machine: string): LocalAddress[] => [
    ...(portsOfMachine.get(machine) ?? []).flatMap(port => at(port.name, addresses.ofPort(port))),
    ...(bridgesOfNode.get(machine) ?? []).flatMap(bridge => at(bridge.name, addresses.ofBridge(bridge))),
  ];
  // Of a hundred thousand machines few are asked for, and those often.
  const known = new Map<string, readonly LocalAddress[]>();
  const of = (machine: string) => {
    const key = networkOf(machine);
    const found = known.get(key) ?? connect(key);
    known.set(key, found);
    return found;
  };
  const devicesOf = (machine: string) => {
    const key = networkOf(machine);
    const own = [...(portsOfMachine.get(key) ?? []), ...(bridgesOfNode.get(key) ?? [])];
    return new Set(['lo', ...own.map(({ name }) => name)]);
  };
  const onLink = (machine: string, ip: Ip, dev?: string) => {
    let narrowest: LocalAddress | undefined;
    for (const one of of(machine)) {
      if (dev !== undefined && one.dev !== dev) continue;
      if (narrowest && narrowest.host.subnet.prefix >= one.host.subnet.prefix) continue;
      if (contains(one.host.subnet, ip)) narrowest = one;
    }
    return narrowest;
  };
  return { of, devicesOf, onLink };
}

const at = (dev: string, hosts: readonly LocalAddress['host'][]) => hosts.map(host => ({ dev, host }));
