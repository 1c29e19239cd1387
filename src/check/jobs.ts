/** Checks that look something up in: the commands that show it out, in an order that the judges know. */
import { parseHost, parseIp } from '../address/address.ts';
import type { Check, CommandCheck, RouteCheck } from '../language/lab/check.ts';
import type { Job, Probe } from '../sandbox/sandbox.ts';
import { enterPod } from './enter.ts';
import { addressFor, familiesOf, type Place, type Places } from './places.ts';

/** What a command of a check may print or write: a flood must not fill the memory that labs live in. */
const MOST_BYTES = 1 << 20;

export function jobsOf(check: Check, places: Places): Job[] {
  switch (check.kind) {
    case 'reach':
    case 'matrix':
      return [];
    case 'route':
      return lookUps(check, places).map(({ job }) => job);
    case 'neighbour':
      return [
        ...inEach(check, places, ['ip', '-j', 'neigh', 'show', 'nud', 'all']),
        ...linksOf(check.neighbour, places),
      ];
    case 'forwarding':
      return [...inEach(check, places, ['bridge', '-j', 'fdb', 'show']), ...linksOf(check.forwarding, places)];
    case 'conntrack':
      return inEach(check, places, ['cat', '/proc/net/nf_conntrack']);
    case 'name':
      return check.from.flatMap(key => {
        const place = places.get(key);
        return place ? [lookUpName(place, check.hostName, check.timeoutMs)] : [];
      });
    case 'command':
      return commands(check, places);
  }
}

const KNOCK_MS = 1000;

/**
 * The kernel asks for a neighbour only when it has something to send, and forgets it again: so something is sent to those
 * whose entries are looked at, except where the entry's own state is the question.
 */
export function knocksOf(check: Check, places: Places): Probe[] {
  if (check.kind !== 'neighbour' || check.expect === 'absent' || check.state !== undefined) return [];
  return check.on.flatMap(key => {
    const from = places.get(key);
    const place = places.get(check.neighbour);
    const family = place ? familiesOf(place)[0] : undefined;
    const address = place && family ? addressFor(place, from, family) : check.neighbour;
    const ns = places.nsOf(key);
    if (ns === undefined || address === undefined || !parseIp(address)) return [];
    return [{ from: ns, to: null, address, protocol: 'icmp', port: null, timeoutMs: KNOCK_MS }];
  });
}

type OnCheck = Exclude<Check, { readonly from: unknown }> & { readonly on: readonly string[] };

const inEach = ({ on }: OnCheck, places: Places, argv: readonly string[]): Job[] =>
  on.map(key => ({ ns: places.nsOf(key) ?? null, argv }));

/** The real interfaces of whoever is asked about. */
function linksOf(target: string, places: Places): Job[] {
  const place = places.get(target) ?? places.ownerOf(target)?.place;
  return place ? [{ ns: place.ns, argv: ['ip', '-j', 'link', 'show'] }] : [];
}

export interface RouteLookUp {
  readonly on: string;
  readonly to: string;
  /** Whether the kernel is asked which way it would take, or whether it has exactly this route. */
  readonly isGet: boolean;
  readonly job: Job;
}

export function lookUps({ on, route }: RouteCheck, places: Places): RouteLookUp[] {
  return on.flatMap(key => {
    const ns = places.nsOf(key);
    if (ns === undefined) return [];
    return destinationsOf(route, places.get(key), places).map(({ to, isGet, family }) => {
      const rest = isGet ? ['get', to] : ['show', 'exact', to];
      return { on: key, to, isGet, job: { ns, argv: ['ip', `-${family}`, '-j', 'route', ...rest] } };
    });
  });
}

function destinationsOf(route: string, from: Place | undefined, places: Places) {
  if (route === 'default') return [{ to: route, isGet: false, family: 4 }];
  const ip = parseIp(route);
  if (ip) return [{ to: route, isGet: true, family: ip.family }];
  const subnet = parseHost(route)?.subnet;
  if (subnet) {
    const isWhole = subnet.prefix === 0;
    return [{ to: isWhole ? 'default' : route, isGet: false, family: subnet.family }];
  }
  const place = places.get(route);
  return (place ? familiesOf(place) : []).flatMap(family => {
    const to = place && addressFor(place, from, family);
    return to === undefined || (from && from.addresses.length > 0 && !familiesOf(from).includes(family))
      ? []
      : [{ to, isGet: true, family }];
  });
}

/** What an application there gets: the answer of the C library, with its files and servers. */
export function lookUpName(from: Place, name: string, timeoutMs: number): Job {
  return enterPod(from, null, within(timeoutMs), ['getent', 'ahosts', name]);
}

function commands({ on, container, command, timeoutMs }: CommandCheck, places: Places): Job[] {
  return on.flatMap(key => {
    const place = places.get(key);
    const bounds = [...within(timeoutMs), 'prlimit', `--fsize=${MOST_BYTES}`, '--'];
    return place ? [enterPod(place, container, bounds, command)] : [];
  });
}

/** A command that is still at it is asked to end, and a second later has to. */
const within = (timeoutMs: number) => ['timeout', '--kill-after=1', String(Math.max(0.001, timeoutMs / 1000))];
