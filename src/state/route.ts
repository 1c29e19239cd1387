/** Routes of the main table. */
import { addressesToken, localToken } from './address.ts';
import { BY_IP } from './batching.ts';
import type { Command } from './command.ts';
import { always, IPROUTE2 } from './host-feature.ts';
import { devToken, type KindSpec, nsToken, PHASES } from './kind.ts';
import type { Seen } from './question.ts';
import { ROUTES, type RouteDump } from './route-dump.ts';

export interface Route {
  readonly kind: 'route';
  readonly ns: string;
  readonly to: string;
  readonly type: string;
  readonly via?: string;
  readonly dev?: string;
  readonly src?: string;
  readonly metric?: number;
  readonly mtu?: number;
}

const isIpv6 = ({ to }: Route) => to.includes(':');

/** The kernel gives an IPv6 route without a metric 1024, an IPv4 one 0. */
const metricOf = (route: Route) => route.metric ?? (isIpv6(route) ? 1024 : 0);

/** `default` alone does not tell the family; the next hop does. */
function destination({ to, via }: Route): string {
  return via !== undefined && (to === '0.0.0.0/0' || to === '::/0') ? 'default' : to;
}

function words(verb: string, route: Route): Command[] {
  const { ns, type, via, dev, src, metric, mtu } = route;
  const pair = (word: string, value: string | number | undefined) => (value === undefined ? [] : [word, String(value)]);
  return [
    {
      ns,
      argv: [
        ...['ip', 'route', verb, ...(type === 'unicast' ? [] : [type]), destination(route)],
        ...[...pair('via', via), ...pair('dev', dev), ...pair('src', src)],
        ...[...pair('metric', metric), ...pair('mtu', mtu)],
      ],
    },
  ];
}

const MAIN_TABLE = 254;
const BOOT = 3;
const STATIC = 4;
const TYPES = new Set(['unicast', 'blackhole', 'unreachable', 'prohibit']);

function isStatic({ table, protocol, type }: RouteDump): boolean {
  return table === MAIN_TABLE && (protocol === BOOT || protocol === STATIC) && TYPES.has(type);
}

const readRoutes = ({ ns, answer }: Seen) =>
  answer(ROUTES)
    .filter(isStatic)
    .map(route => readRoute(ns, route));

function readRoute(ns: string, { to, type, via, dev, src, metric, mtu }: RouteDump): Route {
  const defaultMetric = to.includes(':') ? 1024 : 0;
  return {
    ...{ kind: 'route', ns, to, type },
    ...(via === null ? {} : { via }),
    ...(dev === null || type !== 'unicast' ? {} : { dev }),
    ...(src === null ? {} : { src }),
    ...(metric === defaultMetric ? {} : { metric }),
    ...(mtu === null ? {} : { mtu }),
  };
}

export const routeKind: KindSpec<Route> = {
  key: route => `route ${route.ns} ${route.to} ${metricOf(route)}`,
  observing: { questions: [ROUTES], read: readRoutes },
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
  label: ({ to }) => `route to ${to}`,
};
