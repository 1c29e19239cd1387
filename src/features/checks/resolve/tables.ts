/** Checks of what a kernel's tables say, of what a name is, and of what a command prints. */

import { formatIp, formatSubnet, parseHost } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import { suggestName } from '../../../language/diagnostic/suggest-name.ts';
import type { CheckEntry } from '../../../language/lab/generated/lab-file.ts';
import type { Topology } from '../../../resolve/model.ts';
import { readMachine, readNamespaceOwner, readOwner, readPlaces } from '../../../resolve/places.ts';
import { readIp } from '../../../resolve/read-address.ts';
import { suggestInterface } from '../../../resolve/suggest-interface.ts';
import type {
  CommandCheck,
  ConntrackCheck,
  ForwardingCheck,
  NameCheck,
  NeighbourCheck,
  Presence,
  RouteCheck,
} from '../model.ts';
import { given } from './given.ts';

type Rest<C> = Omit<C, 'name' | 'timeoutMs' | 'source'>;

const presenceOf = ({ expect }: CheckEntry): Presence => (expect === 'absent' ? 'absent' : 'present');

export function readRoute(entry: CheckEntry, path: Path, scope: Topology): Rest<RouteCheck> | undefined {
  if (entry.route === undefined || entry.on === undefined) return undefined;
  const on = readPlaces(entry.on, [...path, 'on'], scope);
  const route = readDestination(entry.route, [...path, 'route'], scope);
  const via =
    entry.via === undefined || entry.via === 'none' ? entry.via : readOwner(entry.via, [...path, 'via'], scope);
  const dev = readDevice(entry.dev, on, [...path, 'dev'], scope);
  const src = entry.src === undefined ? undefined : readAddress(entry.src, [...path, 'src'], scope);
  if (route === undefined) return undefined;
  return { kind: 'route', on, route, ...given({ via, dev, src }), expect: presenceOf(entry) };
}

function readDestination(text: string, path: Path, scope: Topology): string | undefined {
  if (text === 'default') return text;
  const host = parseHost(text);
  if (!host) return readOwner(text, path, scope);
  if (host.ip.value === host.subnet.base) return formatSubnet(host.subnet);
  const hint = `did you mean ${formatSubnet(host.subnet)}, or the address ${formatIp(host.ip)}?`;
  scope.problems.error(path, 'bad-address', `"${text}" is an address inside a subnet, not the subnet itself`, hint);
  return undefined;
}

function readAddress(text: string, path: Path, { problems }: Topology): string | undefined {
  const ip = readIp(text, path, problems);
  return ip && formatIp(ip);
}

function readDevice(
  dev: string | undefined,
  on: readonly string[],
  path: Path,
  { near, problems }: Topology,
): string | undefined {
  if (dev === undefined) return undefined;
  const lacking = on.find(key => !near.devicesOf(key).has(dev));
  if (lacking === undefined) return dev;
  const hint = suggestInterface(dev, near.devicesOf(lacking));
  problems.error(path, 'unknown-name', `"${lacking}" has no interface "${dev}"`, hint);
  return undefined;
}

export function readNeighbour(entry: CheckEntry, path: Path, scope: Topology): Rest<NeighbourCheck> | undefined {
  if (entry.neighbour === undefined || entry.on === undefined) return undefined;
  const on = readPlaces(entry.on, [...path, 'on'], scope);
  const neighbour = readOwner(entry.neighbour, [...path, 'neighbour'], scope);
  const dev = readDevice(entry.dev, on, [...path, 'dev'], scope);
  if (neighbour === undefined) return undefined;
  const { mac, state } = entry;
  const rest = given({ mac: mac?.toLowerCase(), dev, state });
  return { kind: 'neighbour', on, neighbour, ...rest, expect: presenceOf(entry) };
}

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i;

export function readForwarding(entry: CheckEntry, path: Path, scope: Topology): Rest<ForwardingCheck> | undefined {
  if (entry.forwarding === undefined || entry.on === undefined) return undefined;
  const on = readPlaces(entry.on, [...path, 'on'], scope, readNamespaceOwner);
  const forwarding = MAC.test(entry.forwarding)
    ? entry.forwarding.toLowerCase()
    : readMachine(entry.forwarding, [...path, 'forwarding'], scope);
  if (forwarding === undefined) return undefined;
  return { kind: 'forwarding', on, forwarding, ...given({ dev: entry.dev }), expect: presenceOf(entry) };
}

export function readConntrack(entry: CheckEntry, path: Path, scope: Topology): Rest<ConntrackCheck> | undefined {
  if (entry.conntrack === undefined || entry.on === undefined) return undefined;
  const { conntrack } = entry;
  const on = readPlaces(entry.on, [...path, 'on'], scope);
  if (Object.keys(conntrack).length === 0)
    scope.problems.error([...path, 'conntrack'], 'missing-key', 'this connection could be any', 'name its "source"');
  const owner = (key: 'source' | 'destination' | 'replySource' | 'replyDestination') => {
    const text = conntrack[key];
    return text === undefined ? undefined : readOwner(text, [...path, 'conntrack', key], scope);
  };
  if (conntrack.port !== undefined && conntrack.protocol === 'icmp')
    scope.problems.errorAtKey([...path, 'conntrack', 'port'], 'conflict', 'icmp has no ports', 'remove "port"');
  const ends = { source: owner('source'), destination: owner('destination') };
  const replies = { replySource: owner('replySource'), replyDestination: owner('replyDestination') };
  const { protocol, port, state } = conntrack;
  const rest = given({ ...ends, protocol, port, ...replies, state });
  return { kind: 'conntrack', on, conntrack: rest, expect: presenceOf(entry) };
}

export function readName(entry: CheckEntry, path: Path, scope: Topology): Rest<NameCheck> | undefined {
  if (entry.name === undefined || entry.from === undefined) return undefined;
  const from = readPlaces(entry.from, [...path, 'from'], scope);
  const expect = presenceOf(entry);
  if (expect === 'absent' && entry.answers !== undefined)
    scope.problems.errorAtKey(
      [...path, 'answers'],
      'conflict',
      'a name that is to be absent has no answers',
      'remove "answers", or "expect: absent"',
    );
  const answers = entry.answers?.flatMap((text, index) => readAddress(text, [...path, 'answers', index], scope) ?? []);
  return { kind: 'name', from, hostName: entry.name, ...given({ answers }), expect };
}

export function readCommand(entry: CheckEntry, path: Path, scope: Topology): Rest<CommandCheck> | undefined {
  if (entry.command === undefined || entry.on === undefined) return undefined;
  const on = readPlaces(entry.on, [...path, 'on'], scope);
  const { container = null, command, exitCode = 0, output, matches } = entry;
  if (container !== null) checkContainer(container, on, [...path, 'container'], scope);
  if (matches !== undefined) checkPattern(matches, [...path, 'matches'], scope);
  return { kind: 'command', on, container, command, exitCode, ...given({ output, matches }) };
}

function checkContainer(name: string, on: readonly string[], path: Path, { machines, problems }: Topology): void {
  for (const key of on) {
    const pod = machines.pods.get(key);
    const names = Object.keys(pod?.entry.containers ?? {});
    if (names.includes(name)) continue;
    problems.error(path, 'unknown-name', `"${key}" has no container "${name}"`, suggestName(name, names));
    return;
  }
}

function checkPattern(pattern: string, path: Path, { problems }: Topology): void {
  try {
    new RegExp(pattern, 'm');
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*: /, '') : '';
    problems.error(path, 'not-allowed', `"${pattern}" is not a regular expression: ${reason}`);
  }
}
