/** Where addresses are and where they should be in, what to remove, add and announce out. Pure. */
import type { AddressEffect } from '../../features/feature.ts';
import type { Address } from '../../state/address.ts';

export interface AddressPlan {
  readonly remove: readonly Address[];
  readonly add: readonly Address[];
  /** Whose networks are told where they are. */
  readonly announce: readonly Address[];
  /** Keys of those that are there when all of this is done. */
  readonly present: ReadonlySet<string>;
}

export const keyOfAddress = ({ ns, dev, address }: Pick<Address, 'ns' | 'dev' | 'address'>) =>
  `${ns} ${dev} ${address}`;

/** `isFirst`: after a change of the lab the networks have not been told, also of an address that has not moved. */
export function planAddresses(
  effects: readonly AddressEffect[],
  there: ReadonlySet<string>,
  isFirst: boolean,
): AddressPlan {
  // An address may be shared, and so be asked for twice.
  const once = [...new Map(effects.map(effect => [keyOfAddress(effect.address), effect])).values()];
  const wanted = once.filter(({ present }) => present).map(({ address }) => address);
  const others = once.filter(({ present }) => !present).map(({ address }) => address);
  const isThere = (address: Address) => there.has(keyOfAddress(address));
  const add = wanted.filter(address => !isThere(address));
  return {
    remove: others.filter(isThere),
    add,
    announce: isFirst ? wanted : add,
    present: new Set(wanted.map(keyOfAddress)),
  };
}
