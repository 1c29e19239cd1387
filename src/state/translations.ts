/**
 * Translations: where table nat may send the flows of a namespace, as the lab wants it, in; whether a flow that conntrack
 * has is stale out. The rules are asked for a flow's first packet only, so conntrack would translate what goes on as it
 * once began for ever, whatever has become of the rules.
 *
 * It is a comparison of what is wanted with what is there, and knows no events: whatever the reason why a translation
 * has ended or begun, a flow goes on only as it could begin now. Of UDP alone: TCP notices by itself.
 */
import type { Family } from '../address/address.ts';
import { type FirstPacket, isTarget, matchRule, mayTranslate, type NatChains, readNat } from '../netfilter/nat.ts';
import type { Connection } from '../netlink/connection.ts';
import type { KernelObject } from './kinds.ts';

/** The rules that one namespace is to have in table nat, but for those that `ServedPorts` stand for. */
export interface NatTable {
  readonly ns: string;
  readonly family: Family;
  readonly chains: NatChains;
}

/** Addresses and ports behind which endpoints serve, the same on many nodes: as data, since they are thousands. */
export interface ServedPorts {
  readonly namespaces: readonly string[];
  readonly family: Family;
  /** The rules that lead to node ports. */
  readonly toNodePorts: readonly (readonly string[])[];
  readonly ports: readonly ServedPort[];
}

export interface ServedPort {
  readonly port: number;
  /** Null for the node port. */
  readonly addresses: readonly string[] | null;
  /** Where flows may have been sent: `10.244.0.2:53`, `[fd00::2]:53`. Where there is none, they are refused. */
  readonly endpoints: readonly string[];
}

export interface Translations {
  readonly tables: readonly NatTable[];
  readonly served: readonly ServedPorts[];
}

type IsLocal = FirstPacket['isLocal'];
export type IsStale = (connection: Connection, isLocal: IsLocal) => boolean;

/** For each table, what is stale in it. */
export function* judgeTables({ tables, served }: Translations): Generator<NatTable & { readonly isStale: IsStale }> {
  const finders = served.map(one => ({ ...one, inside: new Set(one.namespaces), find: makeFinder(one) }));
  for (const table of tables) {
    const own = finders.filter(({ family, inside }) => family === table.family && inside.has(table.ns));
    yield {
      ...table,
      isStale: makeJudge(
        table,
        own.map(({ find }) => find),
      ),
    };
  }
}

/** The endpoints behind where a flow was sent; undefined where nobody serves there. */
type FindEndpoints = (connection: Connection, isLocal: IsLocal) => Endpoints | undefined;
/** Ports by address. */
type Endpoints = ReadonlyMap<string, ReadonlySet<number>>;

/** Called a hundred thousand times in a row. */
function makeJudge({ chains }: NatTable, finders: readonly FindEndpoints[]): IsStale {
  const askRules = readNat(chains);
  return (connection, isLocal) => {
    const { destination, port, answeredBy, answeringPort } = connection;
    let endpoints: Endpoints | undefined;
    for (const find of finders) endpoints ??= find(connection, isLocal);
    if (endpoints && endpoints.size > 0) return !endpoints.get(answeredBy)?.has(answeringPort);
    const { targets, untouched } = askRules({ ...connection, isLocal });
    if (targets.some(target => isTarget(target, answeredBy, answeringPort, port))) return false;
    const isTranslated = answeredBy !== destination || answeringPort !== port;
    return isTranslated || !untouched || endpoints !== undefined;
  };
}

function makeFinder({ ports, toNodePorts }: ServedPorts): FindEndpoints {
  const byAddress = new Map<string, Map<number, Endpoints>>();
  const byNodePort = new Map<number, Endpoints>();
  for (const { port, addresses, endpoints } of ports) {
    const all = readEndpoints(endpoints);
    for (const address of addresses ?? []) entryOf(byAddress, address, () => new Map()).set(port, all);
    if (addresses === null) byNodePort.set(port, all);
  }
  const jumps = toNodePorts.map(matchRule);
  return (connection, isLocal) => {
    const byOwn = byAddress.get(connection.destination)?.get(connection.port);
    if (byOwn && byOwn.size > 0) return byOwn;
    const byNode = byNodePort.get(connection.port);
    return byNode && jumps.some(jump => jump({ ...connection, isLocal }) !== 'no') ? byNode : byOwn;
  };
}

function readEndpoints(texts: readonly string[]): Endpoints {
  const endpoints = new Map<string, Set<number>>();
  for (const text of texts) {
    const [, address = '', port] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? [];
    entryOf(endpoints, address, () => new Set()).add(Number(port));
  }
  return endpoints;
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

/** The tables of those namespaces where anything may be translated, now or before. Rules that endpoints stand for are left out. */
export function listNatTables(now: readonly KernelObject[], before: readonly KernelObject[]): NatTable[] {
  const [wanted, earlier] = [groupRules(now), groupRules(before)];
  return [...new Map([...earlier, ...wanted]).values()].flatMap(({ ns, family, chains }) => {
    const own = wanted.get(`${ns} ${family}`)?.chains ?? {};
    return mayTranslate(chains) || mayTranslate(own) ? [{ ns, family, chains: own }] : [];
  });
}

function groupRules(objects: readonly KernelObject[]): Map<string, NatTable> {
  const tables = new Map<string, NatTable & { readonly chains: Record<string, readonly (readonly string[])[]> }>();
  for (const object of objects) {
    if (object.kind !== 'rules' || object.table !== 'nat') continue;
    const { ns, family, chain, rules } = object;
    const key = `${ns} ${family}`;
    const table = tables.get(key) ?? { ns, family, chains: Object.create(null) };
    table.chains[chain] = rules;
    tables.set(key, table);
  }
  return tables;
}
