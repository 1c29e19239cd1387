/** Routes, of the main table and of others as far as the lab or a policy rule has to do with them. */
import { addressesToken, localToken } from './address.ts';
import { BY_IP } from './batching.ts';
import type { Command } from './command.ts';
import { always, IPROUTE2 } from './host-feature.ts';
import { devToken, type KindSpec, nsToken, PHASES } from './kind.ts';
import { tableName } from './policy-rule.ts';
import { isOfKernel, POLICY_RULES } from './policy-rule-dump.ts';
import type { SeenNamespace } from './question.ts';
import { ROUTES, type RouteDump } from './route-dump.ts';

export interface Route {
  readonly kind: 'route';
  readonly ns: string;
  readonly to: string;
  /** Absent for the main one. */
  readonly table?: number;
  readonly type: string;
  readonly via?: string;
  readonly dev?: string;
  readonly src?: string;
  readonly metric?: number;
  readonly mtu?: number;
  /** Only ever observed: the type of service of the packets that it is for, as `0x10`. */
  readonly tos?: string;
}

const isIpv6 = ({ to }: Route) => to.includes(':');

/** The kernel gives an IPv6 route without a metric 1024, an IPv4 one 0. */
const metricOf = (route: Route) => route.metric ?? (isIpv6(route) ? 1024 : 0);

/** `default` alone does not tell the family; the next hop does. */
function destination({ to, via }: Route): string {
  return via !== undefined && (to === '0.0.0.0/0' || to === '::/0') ? 'default' : to;
}

function words(verb: string, route: Route): Command[] {
  const { ns, type, tos, via, dev, src, metric, mtu, table } = route;
  const pair = (word: string, value: string | number | undefined) => (value === undefined ? [] : [word, String(value)]);
  return [
    {
      ns,
      argv: [
        ...['ip', 'route', verb, ...(type === 'unicast' ? [] : [type]), destination(route)],
        ...[...pair('tos', tos), ...pair('via', via), ...pair('dev', dev), ...pair('src', src)],
        ...[...pair('metric', metric), ...pair('mtu', mtu), ...pair('table', table && tableName(table))],
      ],
    },
  ];
}

const MAIN_TABLE = 254;
const LOCAL_TABLE = 255;
const BOOT = 3;
const STATIC = 4;

/** Also of a type that no lab file asks for, such as `throw`: another route cannot be added in its place. */
const isStatic = ({ protocol }: RouteDump) => protocol === BOOT || protocol === STATIC;

/** Of these the kernel tells `lo` for IPv6, which nobody has said. */
const NOWHERE = new Set(['blackhole', 'unreachable', 'prohibit', 'throw']);

/** Every namespace looks these two up. */
const GIVEN_TABLES = [MAIN_TABLE, 253];

/** The tables whose routes are looked at; netlab leaves all others alone. */
function readRoutes({ ns, answer, topics }: SeenNamespace): Route[] {
  const byHand = answer(POLICY_RULES).filter(rule => !isOfKernel(rule));
  const looked = byHand.flatMap(({ action }) => (typeof action === 'number' ? [action] : []));
  const tables = new Set([...GIVEN_TABLES, ...looked, ...topics(ROUTES).map(Number)]);
  tables.delete(LOCAL_TABLE);
  return answer(ROUTES).flatMap(route => (tables.has(route.table) && isStatic(route) ? [readRoute(ns, route)] : []));
}

function readRoute(ns: string, { to, type, tos, via, dev, src, metric, mtu, table }: RouteDump): Route {
  const defaultMetric = to.includes(':') ? 1024 : 0;
  return {
    ...{ kind: 'route', ns, to, type },
    ...(tos === undefined ? {} : { tos }),
    ...(via === null ? {} : { via }),
    ...(dev === null || NOWHERE.has(type) ? {} : { dev }),
    ...(src === null ? {} : { src }),
    ...(metric === defaultMetric ? {} : { metric }),
    ...(mtu === null ? {} : { mtu }),
    ...(table === MAIN_TABLE ? {} : { table }),
  };
}

/** What the kernel tells routes apart by. */
function keyOf(route: Route): string {
  const { ns, to, table, tos } = route;
  const of = (word: string, value: string | number | undefined) => (value === undefined ? '' : ` of ${word} ${value}`);
  return `route ${ns} ${to} ${metricOf(route)}${of('table', table)}${of('tos', tos)}`;
}

export const routeKind: KindSpec<Route> = {
  key: keyOf,
  observing: {
    questions: [ROUTES, POLICY_RULES],
    read: readRoutes,
    topic: { question: ROUTES, of: ({ table }) => (table === undefined ? undefined : String(table)) },
  },
  same: (observed, wanted) =>
    observed.type === wanted.type &&
    observed.via === wanted.via &&
    (wanted.dev === undefined || observed.dev === wanted.dev) &&
    observed.src === wanted.src &&
    observed.mtu === wanted.mtu,
  needs: route => [nsToken(route.ns), ...(route.dev === undefined ? [] : [devToken(route.ns, route.dev)])],
  affectedBy: route => [
    ...(route.dev === undefined || isIpv6(route) ? [] : [addressesToken(route.ns, route.dev)]),
    ...(route.src === undefined ? [] : [localToken(route.ns, route.src)]),
  ],
  gives: () => [],
  turn: operation =>
    operation === 'delete' ? { phase: PHASES.deleteInside, rank: 0 } : { phase: PHASES.inside, rank: 2 },
  needsOfHost: always(IPROUTE2),
  batching: () => BY_IP,
  add: (route, mayExist) => words(mayExist ? 'replace' : 'add', route),
  change: route => words('replace', route),
  delete: route => words('del', route),
  label: ({ to, table, tos }) =>
    `route to ${to}${tos === undefined ? '' : ` for tos ${tos}`}${table === undefined ? '' : ` of table ${tableName(table)}`}`,
};
