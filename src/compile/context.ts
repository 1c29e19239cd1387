/** What the parts of a lab have to know of the whole, looked up once. */
import { withoutPrefix } from '../address/address.ts';
import { hasHostPorts } from '../features/host-ports/compile/host-ports.ts';
import type { Bridge, Lab, Machine } from '../language/lab/lab.ts';
import { DEFAULT_MTU } from '../state/device.ts';
import type { Rulesets } from '../state/netfilter.ts';

export interface Context {
  readonly rulesets: Rulesets;
  readonly bridges: ReadonlyMap<string, Bridge>;
  /** By key: the smallest MTU among a bridge's ports, which the kernel gives the bridge too. */
  readonly portMtus: ReadonlyMap<string, number>;
  readonly machines: ReadonlyMap<string, Machine>;
  /** Who has an address: `10.244.0.1` → `cbr0 of node1`. */
  readonly owners: ReadonlyMap<string, string>;
  /** `none` where the lab has no IPv6, so that no interface gets a link-local address and announces it. */
  readonly addrGenMode: { readonly addrGenMode?: 'none' | 'eui64' };
  /** Nobody speaks to a switch or to a port of one: they never need an address. */
  readonly portAddrGenMode: { readonly addrGenMode?: 'none' };
  /** Whether there are Services or host ports: a pod may then be sent back to itself. */
  readonly hairpin: boolean;
  readonly serviceCIDRs: readonly string[];
}

export function toContext(lab: Lab, ipv6: boolean): Omit<Context, 'rulesets'> {
  const machines = [...lab.nodes, ...lab.pods];
  const none = ipv6 ? ({ addrGenMode: 'none' } as const) : {};
  const hasIpv6 = [
    ...lab.bridges,
    ...machines.flatMap(machine => machine.interfaces),
    ...lab.links.flatMap(link => link.ends),
  ].some(({ addresses }) => addresses.some(address => address.includes(':')));
  return {
    bridges: new Map(lab.bridges.map(bridge => [bridge.key, bridge])),
    portMtus: findPortMtus(machines),
    machines: new Map(machines.map(machine => [machine.key, machine])),
    owners: findOwners(lab),
    addrGenMode: hasIpv6 && ipv6 ? { addrGenMode: 'eui64' } : none,
    portAddrGenMode: none,
    hairpin: lab.services.length > 0 || hasHostPorts(lab),
    serviceCIDRs: lab.services.length > 0 ? lab.serviceNetwork.serviceCIDRs : [],
  };
}

function findPortMtus(machines: readonly Machine[]): Map<string, number> {
  const smallest = new Map<string, number>();
  for (const { bridge, mtu = DEFAULT_MTU } of machines.flatMap(machine => machine.interfaces)) {
    smallest.set(bridge, Math.min(mtu, smallest.get(bridge) ?? mtu));
  }
  return smallest;
}

function findOwners(lab: Lab): Map<string, string> {
  const owners = new Map<string, string>();
  const add = (addresses: readonly string[], owner: string) => {
    for (const address of addresses) owners.set(withoutPrefix(address), owner);
  };
  for (const { name, node, addresses } of lab.bridges) add(addresses, `${name} of ${node}`);
  for (const { key, interfaces } of [...lab.nodes, ...lab.pods])
    for (const { addresses } of interfaces) add(addresses, key);
  for (const { on, addresses } of lab.links.flatMap(link => link.ends)) add(addresses, on);
  return owners;
}
