/** Sets of addresses in the small kernel: what ipset makes, fills and refuses. */
import type { KernelObject } from '../../src/state/kinds.ts';

interface AddressSet {
  readonly type: string;
  readonly family: 4 | 6;
  /** By element: an element is there once, whatever is said about it. */
  readonly members: Map<string, string>;
}

export type AddressSets = Map<string, AddressSet>;

/** `isUsed`: whether a rule looks at the set. */
export function runIpset(
  sets: AddressSets,
  [verb, name = '', ...words]: readonly string[],
  isUsed: (name: string) => boolean,
): void {
  if (verb === 'create') {
    if (sets.has(name)) refuse(`set ${name} exists`);
    if (name.length > 31) refuse(`a name of ${name.length} characters`);
    sets.set(name, { type: words[0] ?? '', family: words.includes('inet6') ? 6 : 4, members: new Map() });
    return;
  }
  const set = sets.get(name) ?? refuse(`no set ${name}`);
  if (verb === 'add') addMember(set, words);
  else if (verb === 'del') set.members.delete(words[0] ?? '') || refuse(`${words[0]} is not in ${name}`);
  else if (verb === 'destroy') isUsed(name) ? refuse(`a rule looks at ${name}`) : sets.delete(name);
  else refuse(`ipset ${verb}`);
}

function addMember({ type, family, members }: AddressSet, [element = '', ...options]: readonly string[]): void {
  if (members.has(element) && !options.includes('-exist')) refuse(`${element} is there`);
  if (element.includes(':') !== (family === 6) && !element.includes(',')) refuse(`${element} is of another family`);
  if (type === 'hash:net' && element.endsWith('/0')) refuse(`${element} has no length`);
  members.set(element, options.includes('nomatch') ? `${element} nomatch` : element);
}

/** What the rules of a chain look at has to be there, and of their family. */
export function checkMatchedSets(sets: AddressSets, rule: readonly string[], family: 4 | 6): void {
  rule.forEach((word, index) => {
    const name = rule[index + 1] ?? '';
    if (word === '--match-set' && sets.get(name)?.family !== family) refuse(`no set ${name} of IPv${family}`);
  });
}

export const observeSets = (ns: string, sets: AddressSets): KernelObject[] =>
  [...sets].map(([name, { type, family, members }]) => ({
    ...{ kind: 'ip-set', ns, name, type, family },
    members: [...members.values()],
  }));

function refuse(message: string): never {
  throw new Error(message);
}
