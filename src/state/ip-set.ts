/** Sets of addresses that iptables rules look at. A set that changes gets and loses the members that differ, and no others. */
import type { Family } from '../address/address.ts';
import { dumpRequest, NETLINK_NETFILTER } from '../netlink/message.ts';
import { BY_IPSET } from './batching.ts';
import type { Command } from './command.ts';
import { always, type HostFeature } from './host-feature.ts';
import { type KindSpec, nsToken, PHASES } from './kind.ts';
import { type CommandOutput, type Dump, hint, type SeenNamespace } from './question.ts';

export interface IpSet {
  readonly kind: 'ip-set';
  readonly ns: string;
  /** At most 31 characters. */
  readonly name: string;
  /** `hash:ip`, `hash:net`, `hash:ip,port`, ... */
  readonly type: string;
  readonly family: Family;
  /** In ipset's own spelling, each once: `10.0.0.0/8`, `10.1.0.0/16 nomatch`. The order does not matter. */
  readonly members: readonly string[];
}

const IPSET_WORKS: HostFeature = {
  id: 'ipset',
  title: 'ipset',
  use: 'sets of addresses in iptables rules',
  argv: ['ipset', 'create', 'try0', 'hash:ip'],
  package: 'ipset',
  module: 'ip_set_hash_ip',
};

/** Room for more than a set is made with: a full one takes no more. */
const MOST_MEMBERS = '1048576';

const command = ({ ns }: IpSet, ...words: readonly string[]): Command => ({ ns, argv: ['ipset', ...words] });

function create(set: IpSet): Command {
  const family = set.family === 4 ? 'inet' : 'inet6';
  return command(set, 'create', set.name, set.type, 'family', family, 'maxelem', MOST_MEMBERS);
}

const add = (set: IpSet, member: string, ...options: readonly string[]) =>
  command(set, 'add', set.name, ...member.split(' '), ...options);

/** What a set has once, whatever is said about it. */
const elementOf = (member: string) => member.replace(/ .*/, '');

function whoseElementIsIn(members: readonly string[]): (member: string) => boolean {
  const elements = new Set(members.map(elementOf));
  return member => elements.has(elementOf(member));
}

/** An element of which something else is to be said is there already, and stays. */
function changeMembers(set: IpSet, was: IpSet): Command[] {
  const fresh = without(set.members, was.members);
  const old = without(was.members, set.members);
  const [isThere, stays] = [whoseElementIsIn(old), whoseElementIsIn(fresh)];
  return [
    ...fresh.map(member => add(set, member, ...(isThere(member) ? ['-exist'] : []))),
    ...old.filter(member => !stays(member)).map(member => command(set, 'del', set.name, elementOf(member))),
  ];
}

function without(members: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others);
  return members.filter(member => !known.has(member));
}

const IPSET_CMD_LIST = (6 << 8) | 7;
/** nfgenmsg; IPSET_ATTR_PROTOCOL 6; IPSET_ATTR_FLAGS with IPSET_FLAG_LIST_SETNAME, in network byte order. */
const LIST_NAMES = Buffer.from([2, 0, 0, 0, 5, 0, 1, 0, 6, 0, 0, 0, 8, 0, 6, 0x40, 0, 0, 0, 2]);

/** A message for each set. The question itself would load the module. */
const IPSET_NAMES: Dump<true> = {
  ...{ by: 'dump', name: 'ipset-names', none: [], protocol: NETLINK_NETFILTER },
  module: 'ip_set',
  request: dumpRequest(IPSET_CMD_LIST, LIST_NAMES),
  decode: () => true,
};

const IPSETS: CommandOutput<string> = {
  ...{ by: 'command', name: 'ipsets', none: '', argv: ['ipset', 'save'] },
  hints: [hint(IPSET_NAMES, names => names.length > 0)],
  read: stdout => stdout,
};

const read = ({ ns, answer }: SeenNamespace) => readIpSets(ns, answer(IPSETS));

/** What `ipset save` prints. */
export function readIpSets(ns: string, saved: string): IpSet[] {
  const sets = new Map<string, IpSet & { readonly members: string[] }>();
  for (const line of saved.split('\n')) {
    const [verb, name = '', word = '', ...options] = line.split(' ');
    if (verb === 'create') {
      const family = options[options.indexOf('family') + 1] === 'inet6' ? 6 : 4;
      sets.set(name, { kind: 'ip-set', ns, name, type: word, family, members: [] });
    } else if (verb === 'add') sets.get(name)?.members.push(options.includes('nomatch') ? `${word} nomatch` : word);
  }
  return [...sets.values()];
}

const isOfOneType = (a: IpSet, b: IpSet) => a.type === b.type && a.family === b.family;
const make = (set: IpSet) => [create(set), ...set.members.map(member => add(set, member))];
const destroy = (set: IpSet) => [command(set, 'destroy', set.name)];

/**
 * A set's type does not change: it is made anew, which the kernel refuses while a rule looks at it. What a lab wants of
 * another type therefore has another name.
 */
export const ipSetKind: KindSpec<IpSet> = {
  key: ({ ns, name }) => `ip-set ${ns} ${name}`,
  same: (observed, wanted) =>
    isOfOneType(observed, wanted) &&
    observed.members.length === wanted.members.length &&
    without(observed.members, wanted.members).length === 0,
  needs: ({ ns }) => [nsToken(ns)],
  gives: () => [],
  turn: operation => ({ phase: operation === 'delete' ? PHASES.deleteSets : PHASES.sets, rank: 0 }),
  observing: { questions: [IPSETS], read },
  needsOfHost: always(IPSET_WORKS),
  batching: () => BY_IPSET,
  place: ({ ns }) => ns,
  add: make,
  change: (set, was) => (isOfOneType(set, was) ? changeMembers(set, was) : [...destroy(set), ...make(set)]),
  delete: destroy,
  label: ({ name }) => `set ${name}`,
};
