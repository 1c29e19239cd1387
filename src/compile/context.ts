/** What the parts of a lab have to know of the whole, looked up once. */
import { withoutPrefix } from '../address/address.ts';
import type { Lab, LabBridge, LabRoute, Machine, Pod } from '../language/lab/lab.ts';
import type { UnreadyPods } from '../language/lab/readiness.ts';
import { DEFAULT_MTU } from '../state/device.ts';
import type { Rulesets } from '../state/netfilter.ts';

/** What compile has to know besides the lab; features add to it, by `declare module`. */
export interface CompileOptions {
  /** Whether the host's kernel has IPv6 at all. */
  readonly ipv6: boolean;
  /** iptables rules in the kernel's own spelling; those of the lab file where they have not been tried. */
  readonly rulesets?: Rulesets;
  /** Which pods are not ready just now, and so no endpoints; none where nothing is known. */
  readonly unready?: UnreadyPods;
}

/** What a feature asks of the core's objects. */
export interface Contribution {
  /** Whether a pod may be sent back to itself, and has to leave by the port that it came in by. */
  readonly hairpin?: boolean;
  /** Why a route is there that the feature has added. */
  readonly routeReason?: (route: LabRoute) => string | undefined;
  /** Whether a machine's namespace is made with its container. */
  readonly isContained?: (machine: Machine) => boolean;
  /** Files that the containers of a pod see: text by path. */
  readonly podFiles?: (pod: Pod) => Readonly<Record<string, string>>;
  /** Paths of the files, objects of the feature's own, that a program of netlab's own reads in its pod. */
  readonly ownFiles?: (pod: Pod) => readonly string[];
}

export interface CompileContext extends CompileOptions {
  readonly rulesets: Rulesets;
  readonly bridges: ReadonlyMap<string, LabBridge>;
  /** By key: the smallest MTU among a bridge's ports, which the kernel gives the bridge too. */
  readonly portMtus: ReadonlyMap<string, number>;
  readonly machines: ReadonlyMap<string, Machine>;
  /** The owner of an address: `10.244.0.1` → `cbr0 of node1`. */
  readonly owners: ReadonlyMap<string, string>;
  /** `none` where the lab has no IPv6, so that no interface gets a link-local address and announces it. */
  readonly addrGenMode: { readonly addrGenMode?: 'none' | 'eui64' };
  /** A switch and its ports are never spoken to: they need no address. */
  readonly portAddrGenMode: { readonly addrGenMode?: 'none' };
  readonly hairpin: boolean;
  routeReason(route: LabRoute): string | undefined;
  isContained(machine: Machine): boolean;
  podFiles(pod: Pod): Readonly<Record<string, string>>;
  ownFiles(pod: Pod): readonly string[];
}

export function toContext(lab: Lab, options: CompileOptions, contributions: readonly Contribution[]): CompileContext {
  const { ipv6, rulesets = new Map() } = options;
  const machines = [...lab.nodes, ...lab.pods];
  const none = ipv6 ? ({ addrGenMode: 'none' } as const) : {};
  const hasIpv6 = [
    ...lab.bridges,
    ...machines.flatMap(machine => machine.interfaces),
    ...lab.links.flatMap(link => link.ends),
  ].some(({ addresses }) => addresses.some(address => address.includes(':')));
  return {
    ...options,
    rulesets,
    bridges: new Map(lab.bridges.map(bridge => [bridge.key, bridge])),
    portMtus: findPortMtus(machines),
    machines: new Map(machines.map(machine => [machine.key, machine])),
    owners: findOwners(lab),
    addrGenMode: hasIpv6 && ipv6 ? { addrGenMode: 'eui64' } : none,
    portAddrGenMode: none,
    hairpin: contributions.some(({ hairpin }) => hairpin),
    routeReason: route => contributions.map(one => one.routeReason?.(route)).find(reason => reason !== undefined),
    isContained: machine => contributions.some(one => one.isContained?.(machine)),
    podFiles: pod => Object.assign({}, ...contributions.map(one => one.podFiles?.(pod))),
    ownFiles: pod => contributions.flatMap(one => one.ownFiles?.(pod) ?? []),
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
