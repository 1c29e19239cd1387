/**
 * What the small kernel knows of policy rules, neighbours and forwarding tables: commands in, tables changed; and the
 * objects that are seen of them.
 */
import type { KernelObject } from '../../src/state/kinds.ts';

export interface Tables {
  /** Each the words after `ip rule add`, `-6` before them for IPv6. */
  rules: string[];
  neighbours: { readonly dev: string; readonly address: string; readonly mac: string }[];
  fdb: { readonly bridge: string; readonly dev: string; readonly mac: string }[];
}

export const newTables = (): Tables => ({ rules: [], neighbours: [], fdb: [] });

const isIpv6 = (text: string) => text.includes(':');

function refuse(message: string): never {
  throw new Error(message);
}

export function runRule(tables: Tables, family: string, verb: string, words: readonly string[]): void {
  const rule = [family, ...words].join(' ');
  const wrong = words.find(word => word.includes('/') && !word.startsWith('0x') && isIpv6(word) !== (family === '-6'));
  if (wrong !== undefined) refuse(`${wrong} is of another family`);
  if (verb === 'add' && tables.rules.includes(rule)) refuse(`a rule ${rule} exists`);
  if (verb === 'del' && !tables.rules.includes(rule)) refuse(`no rule ${rule}`);
  tables.rules = verb === 'add' ? [...tables.rules, rule] : tables.rules.filter(other => other !== rule);
}

/** `replace ADDRESS lladdr MAC dev DEV nud permanent`, `del ADDRESS dev DEV`. */
export function runNeighbour(tables: Tables, devs: ReadonlyMap<string, unknown>, words: readonly string[]): void {
  const [verb, address = ''] = words;
  const value = (key: string) => words[words.indexOf(key) + 1] ?? '';
  const dev = value('dev');
  if (!devs.has(dev)) refuse(`no device ${dev}`);
  const others = tables.neighbours.filter(other => other.dev !== dev || other.address !== address);
  if (verb === 'del' && others.length === tables.neighbours.length) refuse(`no neighbour ${address}`);
  tables.neighbours = verb === 'del' ? others : [...others, { dev, address, mac: value('lladdr') }];
}

/** `fdb replace MAC dev PORT master static`, `fdb del MAC dev PORT master`. */
export function runBridge(
  tables: Tables,
  devs: ReadonlyMap<string, { readonly master: string | null }>,
  [, verb, mac = '', , dev = '']: readonly string[],
): void {
  const bridge = devs.get(dev)?.master ?? refuse(`${dev} is no port`);
  const others = tables.fdb.filter(other => other.bridge !== bridge || other.mac !== mac);
  if (verb === 'del' && others.length === tables.fdb.length) refuse(`no entry ${mac}`);
  tables.fdb = verb === 'del' ? others : [...others, { bridge, dev, mac }];
}

/** What an interface knows of others goes with it, with its address, and for IPv4 with its last IPv4 address. */
export function forgetNeighbours(tables: Tables, dev: string, family?: 4): void {
  tables.neighbours = tables.neighbours.filter(other => other.dev !== dev || (family === 4 && isIpv6(other.address)));
}

export function forgetPort(tables: Tables, dev: string): void {
  tables.fdb = tables.fdb.filter(other => other.dev !== dev && other.bridge !== dev);
}

export function observeTables(ns: string, { rules, neighbours, fdb }: Tables): KernelObject[] {
  return [
    ...rules.map(rule => observeRule(ns, rule.split(' '))),
    ...neighbours.map((entry): KernelObject => ({ kind: 'neighbour', ns, ...entry })),
    ...fdb.map((entry): KernelObject => ({ kind: 'forwarding-entry', ns, ...entry })),
  ];
}

function observeRule(ns: string, [family, ...words]: readonly string[]): KernelObject {
  const value = (key: string) => (words.includes(key) ? words[words.indexOf(key) + 1] : undefined);
  const from = value('from');
  const given = { from: from === 'all' ? undefined : from, ...pick(value, ['to', 'iif', 'oif', 'fwmark']) };
  const table = value('table');
  return {
    ...{ kind: 'policy-rule', ns, family: family === '-6' ? 6 : 4, priority: Number(value('priority')) },
    ...Object.fromEntries(Object.entries(given).filter(([, text]) => text !== undefined)),
    action: table === undefined ? (words.at(-1) as 'blackhole') : tableNumber(table),
  };
}

const NAMES: Readonly<Record<string, number>> = { default: 253, main: 254 };
export const tableNumber = (name: string) => NAMES[name] ?? Number(name);

const pick = (value: (key: string) => string | undefined, keys: readonly string[]) =>
  Object.fromEntries(keys.map(key => [key, value(key)]));
