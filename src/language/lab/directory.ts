/**
 * Lab in, a directory of its nodes and pods out: whose namespace is which, which addresses each has, and who has an
 * address.
 */
import { contains, type Family, formatIp, type Host, parseHost, parseIp } from '../../address/address.ts';
import { type Lab, type Node, networkOf, type Pod, withOwnNetwork } from './lab.ts';

export interface DirectoryEntry {
  readonly key: string;
  /** Of its network. */
  readonly ns: string;
  readonly kind: 'node' | 'pod';
  readonly addresses: readonly EntryAddress[];
  /** Absent for a node. */
  readonly pod?: Pod;
  readonly lab: Lab;
}

export interface EntryAddress {
  readonly dev: string;
  readonly host: Host;
}

export interface Directory {
  /** A node or pod. */
  get(key: string): DirectoryEntry | undefined;
  /** The namespace of a node, pod or switch. */
  nsOf(key: string): string | undefined;
  /** What people call a namespace. */
  keyOf(ns: string): string;
  ownerOf(address: string): { readonly entry: DirectoryEntry; readonly dev: string } | undefined;
}

export function makeDirectory(lab: Lab): Directory {
  const byKey = new Map([...lab.nodes, ...lab.pods].map(machine => [machine.key, toEntry(machine, lab)]));
  const own = withOwnNetwork(lab);
  const owners = new Map(
    own
      .flatMap(({ key }) => byKey.get(key) ?? [])
      .flatMap(entry => entry.addresses.map(({ dev, host }) => [formatIp(host.ip), { entry, dev }] as const)),
  );
  const switches = lab.bridges.filter(({ node }) => node === null);
  const spaces = new Map([...switches, ...byKey.values()].map(({ key, ns }) => [key, ns]));
  const keys = new Map([...own, ...switches].map(({ key, ns }) => [ns, key]));
  return {
    get: key => byKey.get(key),
    nsOf: key => spaces.get(key),
    keyOf: ns => keys.get(ns) ?? ns,
    ownerOf: address => owners.get(address),
  };
}

function toEntry(machine: Node | Pod, lab: Lab): DirectoryEntry {
  const node = 'node' in machine && machine.hostNetwork ? lab.nodes.find(({ key }) => key === machine.node) : undefined;
  const addresses = addressesOf(node ?? machine, lab);
  const entry = { key: machine.key, ns: networkOf(machine), addresses, lab };
  return 'node' in machine ? { ...entry, kind: 'pod', pod: machine } : { ...entry, kind: 'node' };
}

/** Those of its interfaces first, then of its cables, then of its bridges. */
function addressesOf({ key, interfaces }: Node | Pod, { links, bridges }: Lab): EntryAddress[] {
  const ends = links.flatMap(link => link.ends).filter(({ on }) => on === key);
  return [
    ...interfaces.flatMap(({ name, addresses }) => toAddresses(name, addresses)),
    ...ends.flatMap(end => toAddresses(end.interface, end.addresses)),
    ...bridges.filter(({ node }) => node === key).flatMap(({ name, addresses }) => toAddresses(name, addresses)),
  ];
}

function toAddresses(dev: string, addresses: readonly string[]): EntryAddress[] {
  return addresses.flatMap(text => {
    const host = parseHost(text);
    return host ? [{ dev, host }] : [];
  });
}

/**
 * The address that a name stands for: a pod's first one. A node has one on each of its networks; of those the
 * sender's own network comes first.
 */
export function addressFor(to: DirectoryEntry, from: DirectoryEntry | undefined, family: Family): string | undefined {
  const own = to.addresses.filter(({ host }) => host.ip.family === family);
  const near = own.find(({ host }) => from?.addresses.some(other => contains(other.host.subnet, host.ip)));
  const meant = to.kind === 'node' ? (near ?? own[0]) : own[0];
  return meant && formatIp(meant.host.ip);
}

/** Families of a machine or an address. */
export function familiesOf(target: DirectoryEntry | string): readonly Family[] {
  if (typeof target === 'string') return [parseIp(target)?.family ?? 4];
  return [...new Set(target.addresses.map(({ host }) => host.ip.family))].sort();
}
