/** Policy rules: the lab file's `rules` come in, one rule for each node or pod and IP family goes out. */

import {
  type Family,
  familyBits,
  formatSubnet,
  parseHost,
  parseIp,
  type Subnet,
  subnetOf,
} from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { LabFile, RuleEntry } from '../../../language/lab/generated/lab-file.ts';
import type { MachineDraft, Topology } from '../../../resolve/model.ts';
import { suggestInterface } from '../../../resolve/suggest-interface.ts';
import { MAIN_TABLE, readTable } from '../../../resolve/tables.ts';
import { readTargets } from '../../../resolve/targets.ts';
import type { LabPolicyRule } from '../model.ts';

type Action = LabPolicyRule['action'];
type PacketSelector = Pick<LabPolicyRule, 'from' | 'to' | 'iif' | 'oif' | 'fwmark'>;

interface PolicyRuleDraft extends Omit<LabPolicyRule, 'priority'> {
  /** Undefined where the file leaves it out. */
  readonly priority: number | undefined;
}

export function resolvePolicyRules(file: LabFile, topology: Topology): LabPolicyRule[] {
  const drafts = (file.rules ?? []).flatMap((entry, index) => rulesOf(entry, ['rules', index], topology));
  const rules = givePriorities(drafts);
  checkDoubles(rules, topology);
  return rules;
}

function rulesOf(entry: RuleEntry, path: Path, topology: Topology): PolicyRuleDraft[] {
  const action = readAction(entry, path, topology);
  const subnets = readSubnets(entry, path, topology);
  const priority = readPriority(entry, path, topology);
  const fwmark = readMark(entry.fwmark, [...path, 'fwmark'], topology);
  return readTargets(entry.on, [...path, 'on'], topology).flatMap(machine => {
    checkDevices(machine, entry, path, topology);
    const { iif, oif } = entry;
    const given = Object.entries({ ...subnets.texts, iif, oif, fwmark }).filter(([, value]) => value !== undefined);
    const selector = Object.fromEntries(given) as PacketSelector;
    const families = subnets.family === undefined ? familiesOf(machine, entry, topology) : [subnets.family];
    return families.map(family => ({ on: machine.key, family, priority, ...selector, action, source: path }));
  });
}

/** A table, or an end. */
function readAction({ table, type }: RuleEntry, path: Path, { problems }: Topology): Action {
  if (table !== undefined && type !== undefined) {
    const hint = 'remove "table" or "type"';
    problems.error([...path, 'type'], 'conflict', `a rule that answers "${type}" looks up no table`, hint);
  }
  if (table === undefined && type === undefined) {
    const hint = 'say which table is looked up with "table", or that packets are dropped with "type: blackhole"';
    problems.error(path, 'missing-key', 'this rule leads nowhere', hint);
  }
  return type ?? readTable(table, [...path, 'table'], problems) ?? MAIN_TABLE;
}

/** All three are there in every namespace: the tables local, main and default, for every packet. */
const OF_KERNEL = new Map([
  [0, 'local'],
  [32_766, 'main'],
  [32_767, 'default'],
]);

function readPriority({ priority }: RuleEntry, path: Path, { problems }: Topology): number | undefined {
  const table = priority === undefined ? undefined : OF_KERNEL.get(priority);
  if (table === undefined) return priority;
  const hint = 'what comes before the main table has a priority from 1 to 32765';
  const message = `priority ${priority} is that of the kernel's own rule for table "${table}"`;
  problems.error([...path, 'priority'], 'conflict', message, hint);
  return undefined;
}

interface Subnets {
  /** Undefined where nothing tells it. */
  readonly family: Family | undefined;
  readonly texts: Pick<PacketSelector, 'from' | 'to'>;
}

const FAMILIES = { ipv4: 4, ipv6: 6 } as const;

function readSubnets({ from, to, ipFamily }: RuleEntry, path: Path, topology: Topology): Subnets {
  const source = readSubnet(from, [...path, 'from'], topology);
  const target = readSubnet(to, [...path, 'to'], topology);
  const asked = ipFamily && FAMILIES[ipFamily];
  const family = asked ?? source?.family ?? target?.family;
  for (const [key, text, subnet] of [['from', from, source] as const, ['to', to, target] as const])
    if (subnet && subnet.family !== family) {
      const message = `${text} is IPv${subnet.family}, and this rule is about IPv${family}`;
      topology.problems.error([...path, key], 'wrong-family', message, 'make a rule for each family');
    }
  return {
    family,
    texts: {
      ...(source && source.prefix > 0 ? { from: formatSubnet(source) } : {}),
      ...(target && target.prefix > 0 ? { to: formatSubnet(target) } : {}),
    },
  };
}

function readSubnet(text: string | undefined, path: Path, { problems }: Topology): Subnet | undefined {
  if (text === undefined) return undefined;
  const ip = parseIp(text);
  if (ip) return subnetOf(ip, familyBits(ip.family));
  const host = parseHost(text);
  if (host && host.ip.value === host.subnet.base) return host.subnet;
  const message = host
    ? `"${text}" is an address inside a subnet, not the subnet itself`
    : `"${text}" is neither an address nor a subnet`;
  problems.error(path, 'bad-address', message, hintSubnet(text, host?.subnet));
  return undefined;
}

/** `all` and `default` are what `ip rule` says for any. */
function hintSubnet(text: string, around: Subnet | undefined): string {
  if (around) return `did you mean ${formatSubnet(around)}?`;
  if (['all', 'any', 'default'].includes(text)) return 'leave it out: without it the rule is for all packets';
  return 'write it as 10.244.1.0/24 or fd00::/64';
}

/** A rule that tells no family is one for each family that the node or pod has. */
function familiesOf({ key }: MachineDraft, { ipFamily }: RuleEntry, { near }: Topology): Family[] {
  if (ipFamily !== undefined) return [FAMILIES[ipFamily]];
  const families = new Set(near.of(key).map(({ host }) => host.ip.family));
  return families.size === 0 ? [4] : [...families].sort();
}

/** As the kernel prints it: hexadecimal, and a mask only where it is not all ones. */
function readMark(mark: number | string | undefined, path: Path, { problems }: Topology): string | undefined {
  if (mark === undefined) return undefined;
  const [value = 0, mask = ALL_ONES] = String(mark).split('/').map(Number);
  const fault = whyNoMark(value, mask);
  if (fault) problems.error(path, 'out-of-range', ...fault);
  return mask === ALL_ONES ? hex(value) : `${hex(value)}/${hex(mask)}`;
}

/** The kernel compares the bits of the mask alone, and takes 0 without a mask for no mark at all. */
function whyNoMark(value: number, mask: number): [message: string, hint: string] | undefined {
  if (value === 0 && mask === ALL_ONES)
    return [
      'the kernel takes a mark of 0 for no mark at all',
      'packets without a mark have 0; with a mask, as in "0x0/0xff", a rule can be about them',
    ];
  if (mask === 0) return ['a mask of 0 looks at no bit of the mark', 'remove "fwmark": the rule is for all packets'];
  const outside = (value & ~mask) >>> 0;
  if (outside === 0) return undefined;
  return [
    `the mask ${hex(mask)} leaves out bits of the mark ${hex(value)}, which the kernel would not look at`,
    `write "${hex(value)}/${hex((value | mask) >>> 0)}" for packets with these bits`,
  ];
}

const ALL_ONES = 0xffffffff;
const hex = (value: number) => `0x${value.toString(16)}`;

function checkDevices({ key }: MachineDraft, entry: RuleEntry, path: Path, { near, problems }: Topology): void {
  const known = near.devicesOf(key);
  for (const word of ['iif', 'oif'] as const) {
    const dev = entry[word];
    if (dev === undefined || known.has(dev)) continue;
    problems.error([...path, word], 'unknown-name', `"${key}" has no interface "${dev}"`, suggestInterface(dev, known));
  }
}

const FIRST_PRIORITY = 1000;

/**
 * In the order of the file, from 1000 on, without those that are taken: the rule that is written first is asked first.
 */
function givePriorities(drafts: readonly PolicyRuleDraft[]): LabPolicyRule[] {
  const taken = new Map<string, Set<number>>();
  const takenOn = (on: string) => {
    const numbers = taken.get(on) ?? new Set<number>();
    taken.set(on, numbers);
    return numbers;
  };
  for (const { on, priority } of drafts) if (priority !== undefined) takenOn(on).add(priority);
  const given = new Map<string, number>();
  return drafts.map(draft => {
    const { on, source } = draft;
    if (draft.priority !== undefined) return { ...draft, priority: draft.priority };
    // Both families of one entry have one priority.
    const entry = `${on} ${source.join()}`;
    const priority = given.get(entry) ?? nextFree(takenOn(on));
    given.set(entry, priority);
    takenOn(on).add(priority);
    return { ...draft, priority };
  });
}

function nextFree(taken: ReadonlySet<number>): number {
  let priority = FIRST_PRIORITY;
  while (taken.has(priority)) priority++;
  return priority;
}

/** Rules that are wrong by themselves are not compared: they may look alike. */
const isWrong = (source: Path, { found }: Topology['problems']) =>
  found.some(({ path }) => source.every((step, place) => path[place] === step));

function checkDoubles(rules: readonly LabPolicyRule[], { problems }: Topology): void {
  const priorities = new Set<string>();
  const useless = findUseless(rules);
  for (const rule of rules) {
    const { on, family, priority, source } = rule;
    const place = `${on} ${family} ${priority}`;
    if (priorities.has(place)) {
      const message = `"${on}" has two IPv${family} rules of priority ${priority}`;
      const hint = 'give each one of its own: which of them is asked first would be left to chance';
      problems.error(source, 'conflict', message, hint);
    } else if (useless.has(rule) && !isWrong(source, problems)) {
      const message = `"${on}" has two IPv${family} rules for the same packets`;
      problems.error(source, 'conflict', message, 'remove one: the first decides');
    }
    priorities.add(place);
  }
}

/**
 * Rules that never decide anything, as an end or the same table comes before them for the same packets. Another table may: it
 * is looked up where the first has no route for the packet.
 */
function findUseless(rules: readonly LabPolicyRule[]): ReadonlySet<LabPolicyRule> {
  const actions = new Map<string, Set<Action>>();
  return new Set(
    rules
      .toSorted((a, b) => a.priority - b.priority)
      .filter(({ on, family, from, to, iif, oif, fwmark, action }) => {
        const packets = [on, family, from, to, iif, oif, fwmark].join(' ');
        const before = actions.get(packets) ?? new Set();
        actions.set(packets, new Set([...before, action]));
        return before.has(action) || [...before].some(end => typeof end !== 'number');
      }),
  );
}
