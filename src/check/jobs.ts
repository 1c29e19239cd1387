/** Checks that look something up in: the commands that show it out, in an order that the judges know. */
import { parseHost, parseIp } from '../address/address.ts';
import type { Check, CommandCheck, RouteCheck } from '../features/checks/model.ts';
import { addressFor, type Directory, type DirectoryEntry, familiesOf } from '../language/lab/directory.ts';
import { placeOfContainer, placeOfMachine, placeOfPod } from '../pipeline/place.ts';
import type { Place } from '../sandbox/place.ts';
import type { Probe, Sandbox } from '../sandbox/sandbox.ts';
import type { CommandJob } from '../state/job.ts';

/** What a command of a check may print or write: a flood must not fill the memory that labs live in. */
const MOST_BYTES = 1 << 20;

/** How a command gets into a place of the lab. */
type JobIn = Sandbox['jobIn'];

export function jobsOf(check: Check, directory: Directory, jobIn: JobIn): CommandJob[] {
  switch (check.kind) {
    case 'reach':
    case 'matrix':
      return [];
    case 'route':
      return lookUps(check, directory).map(({ job }) => job);
    case 'neighbour':
      return [
        ...inEach(check, directory, ['ip', '-j', 'neigh', 'show', 'nud', 'all']),
        ...linksOf(check.neighbour, directory),
      ];
    case 'forwarding':
      return [...inEach(check, directory, ['bridge', '-j', 'fdb', 'show']), ...linksOf(check.forwarding, directory)];
    case 'conntrack':
      return inEach(check, directory, ['cat', '/proc/net/nf_conntrack']);
    case 'name':
      return check.from.flatMap(key => {
        const entry = directory.get(key);
        return entry ? [lookUpName(entry, check.hostName, check.timeoutMs, jobIn)] : [];
      });
    case 'command':
      return commands(check, directory, jobIn);
  }
}

const NEIGHBOUR_MS = 1000;

/**
 * The kernel asks for a neighbour only when it has something to send, and forgets it again: so something is sent to those
 * whose entries are looked at, except where the entry's own state is the question.
 */
export function neighbourProbes(check: Check, directory: Directory): Probe[] {
  if (check.kind !== 'neighbour' || check.expect === 'absent' || check.state !== undefined) return [];
  return check.on.flatMap(key => {
    const from = directory.get(key);
    const entry = directory.get(check.neighbour);
    const family = entry ? familiesOf(entry)[0] : undefined;
    const address = entry && family ? addressFor(entry, from, family) : check.neighbour;
    const ns = directory.nsOf(key);
    if (ns === undefined || address === undefined || !parseIp(address)) return [];
    return [{ from: ns, to: null, address, protocol: 'icmp', port: null, timeoutMs: NEIGHBOUR_MS }];
  });
}

type OnCheck = Exclude<Check, { readonly from: unknown }> & { readonly on: readonly string[] };

const inEach = ({ on }: OnCheck, directory: Directory, argv: readonly string[]): CommandJob[] =>
  on.map(key => ({ ns: directory.nsOf(key) ?? null, argv }));

/** The real interfaces of the machine in question. */
function linksOf(target: string, directory: Directory): CommandJob[] {
  const entry = directory.get(target) ?? directory.ownerOf(target)?.entry;
  return entry ? [{ ns: entry.ns, argv: ['ip', '-j', 'link', 'show'] }] : [];
}

export interface RouteLookUp {
  readonly on: string;
  readonly to: string;
  /** Whether the kernel is asked which way it would take, or whether it has exactly this route. */
  readonly isGet: boolean;
  readonly job: CommandJob;
}

export function lookUps({ on, route }: RouteCheck, directory: Directory): RouteLookUp[] {
  return on.flatMap(key => {
    const ns = directory.nsOf(key);
    if (ns === undefined) return [];
    return destinationsOf(route, directory.get(key), directory).map(({ to, isGet, family }) => {
      const rest = isGet ? ['get', to] : ['show', 'exact', to];
      return { on: key, to, isGet, job: { ns, argv: ['ip', `-${family}`, '-j', 'route', ...rest] } };
    });
  });
}

function destinationsOf(route: string, from: DirectoryEntry | undefined, directory: Directory) {
  if (route === 'default') return [{ to: route, isGet: false, family: 4 }];
  const ip = parseIp(route);
  if (ip) return [{ to: route, isGet: true, family: ip.family }];
  const subnet = parseHost(route)?.subnet;
  if (subnet) {
    const isWhole = subnet.prefix === 0;
    return [{ to: isWhole ? 'default' : route, isGet: false, family: subnet.family }];
  }
  const entry = directory.get(route);
  return (entry ? familiesOf(entry) : []).flatMap(family => {
    const to = entry && addressFor(entry, from, family);
    return to === undefined || (from && from.addresses.length > 0 && !familiesOf(from).includes(family))
      ? []
      : [{ to, isGet: true, family }];
  });
}

/** What an application there gets: the answer of the C library, with its files and servers. */
export function lookUpName(from: DirectoryEntry, name: string, timeoutMs: number, jobIn: JobIn): CommandJob {
  return jobIn(placeOf(from, null), ['getent', 'ahosts', name], { timeoutMs });
}

function commands(
  { on, container, command, timeoutMs }: CommandCheck,
  directory: Directory,
  jobIn: JobIn,
): CommandJob[] {
  return on.flatMap(key => {
    const entry = directory.get(key);
    return entry ? [jobIn(placeOf(entry, container), command, { timeoutMs, fileBytes: MOST_BYTES })] : [];
  });
}

/** The pod itself where the container is null. */
export function placeOf({ ns, pod, lab }: DirectoryEntry, name: string | null): Place {
  if (!pod) return placeOfMachine(ns, lab);
  const container = pod.containers.find(one => one.name === name);
  return container ? placeOfContainer(pod, container, lab) : placeOfPod(pod, lab);
}
