/**
 * Handing out addresses and blocks: the next free one, in order, each once.
 *
 * A pool remembers where it stopped, so that n allocations cost n steps, not n².
 */
import {
  familyBits,
  type Host,
  type Ip,
  ipAt,
  isUsable,
  overlaps,
  type Subnet,
  subnetSize,
} from '../address/address.ts';

export interface AddressPool {
  readonly subnet: Subnet;
  /** The next free address, or undefined when the subnet is full. */
  next(): Host | undefined;
}

/** Which addresses are in use anywhere in the lab, and the owner of each. */
export interface AddressBook {
  owner(ip: Ip): string | undefined;
  take(ip: Ip, owner: string): void;
}

export function createAddressBook(): AddressBook {
  const owners = { 4: new Map<bigint, string>(), 6: new Map<bigint, string>() };
  return {
    owner: ip => owners[ip.family].get(ip.value),
    take: (ip, owner) => owners[ip.family].set(ip.value, owner),
  };
}

/** `first` is the offset to begin at; those before it are handed out last. */
export function createAddressPool(subnet: Subnet, book: AddressBook, first: bigint): AddressPool {
  const size = subnetSize(subnet);
  let step = 0n;
  const next = (): Host | undefined => {
    while (step < size) {
      const ip = ipAt(subnet, (first + step++) % size);
      if (isUsable({ ip, subnet }) && book.owner(ip) === undefined) return { ip, subnet };
    }
    return undefined;
  };
  return { subnet, next };
}

/** Cuts a subnet into blocks of one size and hands out those that overlap none of the taken ones. */
export function createBlockPool(whole: Subnet, prefix: number, taken: readonly Subnet[]) {
  const step = 1n << BigInt(familyBits(whole.family) - prefix);
  const count = subnetSize(whole) / step;
  const used = new Set(taken.filter(block => block.prefix === prefix).map(block => block.base));
  const odd = taken.filter(block => block.prefix !== prefix);
  let index = 0n;
  return (): Subnet | undefined => {
    while (index < count) {
      const block: Subnet = { family: whole.family, base: whole.base + step * index++, prefix };
      if (!used.has(block.base) && !odd.some(other => overlaps(other, block))) return block;
    }
    return undefined;
  };
}
