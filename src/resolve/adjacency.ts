/** What each node and pod is directly connected to: needed to say whether a next hop is in reach, and through what. */

import { contains, type Host, type Ip } from '../address/address.ts';
import { networkKeyOf } from './host-network.ts';
import type { Addresses, Adjacency, LocalAddress, Machines, Wiring } from './model.ts';

export function findAdjacency(wiring: Wiring, addresses: Addresses, machines: Machines): Adjacency {
  const connections = new Map<string, LocalAddress[]>();
  const devices = new Map<string, string[]>();
  const add = (machine: string, dev: string, hosts: readonly Host[]) => {
    const known = devices.get(machine);
    if (known) known.push(dev);
    else devices.set(machine, ['lo', dev]);
    const added = hosts.map(host => ({ dev, host }));
    const list = connections.get(machine);
    if (list) list.push(...added);
    else connections.set(machine, added);
  };
  for (const port of wiring.ports) add(port.machine.key, port.name, addresses.ofPort(port));
  for (const bridge of wiring.bridges)
    if (bridge.node !== null) add(bridge.node, bridge.name, addresses.ofBridge(bridge));
  const networkOf = (key: string) => {
    const machine = machines.get(key);
    return machine ? networkKeyOf(machine) : key;
  };
  const of = (machine: string) => connections.get(networkOf(machine)) ?? [];
  const onLink = (machine: string, ip: Ip, dev?: string) =>
    of(machine)
      .filter(connection => contains(connection.host.subnet, ip) && (dev === undefined || connection.dev === dev))
      .sort((a, b) => b.host.subnet.prefix - a.host.subnet.prefix)[0];
  return { of, devicesOf: machine => new Set(devices.get(networkOf(machine)) ?? ['lo']), onLink };
}
