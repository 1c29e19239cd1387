/**
 * The nodes and pods that an entry is about: names, lists of names and label selectors in, keys of nodes and pods out.
 * Where something is sent to, also addresses and host names.
 */

import { type Family, formatIp, parseHost, parseIp } from '../address/address.ts';
import type { Path } from '../language/diagnostic/diagnostic.ts';
import { ownValue } from '../language/diagnostic/own-value.ts';
import { suggestName } from '../language/diagnostic/suggest-name.ts';
import type { CheckFromEntry, CheckToEntry } from '../language/lab/generated/lab-file.ts';
import type { Topology } from './model.ts';

export type PlaceEntry = CheckFromEntry | CheckToEntry;
type PodSelector = Exclude<PlaceEntry, string | readonly string[]>;
type ReadName = (text: string, path: Path, topology: Topology) => string | undefined;

const HOST = /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_-]{1,63})+\.?$/;

/** Each one once, in the order they are named. Empty where something is wrong, which is then reported. */
export function readPlaces(entry: PlaceEntry, path: Path, topology: Topology, read: ReadName = readMachine): string[] {
  if (typeof entry === 'object' && !isList(entry)) return selectPods(entry, path, topology);
  const names = isList(entry) ? entry : [entry];
  const found = names.map((name, index) => read(name, isList(entry) ? [...path, index] : path, topology));
  return [...new Set(found.filter(key => key !== undefined))];
}

const isList = (entry: PlaceEntry): entry is readonly string[] => Array.isArray(entry);

function selectPods(selector: PodSelector, path: Path, topology: Topology): string[] {
  const { machines, problems } = topology;
  const { labels = {}, namespace } = selector;
  if ('service' in selector) {
    problems.errorAtKey([...path, 'service'], 'not-allowed', 'pods are meant here, not a Service', 'name its pods');
    return [];
  }
  const namespaces = new Set([...machines.pods.values()].map(pod => pod.namespace));
  if (namespace !== undefined && !namespaces.has(namespace)) {
    const message = `there is no pod of namespace "${namespace}"`;
    problems.error([...path, 'namespace'], 'unknown-name', message, suggestName(namespace, [...namespaces]));
    return [];
  }
  const pods = [...machines.pods.values()].filter(
    pod =>
      (namespace === undefined || pod.namespace === namespace) &&
      Object.entries(labels).every(([key, value]) => ownValue(pod.entry.labels, key) === value),
  );
  if (pods.length === 0) problems.error(path, 'unknown-name', ...explainNobody(labels, topology));
  return pods.map(({ key }) => key);
}

/** A check without a node or pod would always be true. */
function explainNobody(
  labels: Readonly<Record<string, string>>,
  { machines }: Topology,
): [message: string, hint?: string | undefined] {
  const written = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const known = [...machines.pods.values()].flatMap(({ entry }) =>
    Object.entries(entry.labels ?? {}).map(([key, value]) => `${key}=${value}`),
  );
  const wrong = written.find(label => !known.includes(label));
  if (written.length === 0) return ['there is no pod'];
  if (wrong === undefined) return [`no pod has all of the labels ${written.join(', ')}`];
  return [
    `no pod has the label ${wrong}`,
    known.length === 0 ? 'no pod has labels' : suggestName(wrong, [...new Set(known)]),
  ];
}

const INSTEAD_OF_MACHINE = {
  Service: 'where something is sent to, write it as "to: { service: … }"',
};

/** A node or pod. */
export function readMachine(name: string, path: Path, { machines, problems }: Topology): string | undefined {
  const machine = machines.get(name);
  if (machine) return machine.key;
  problems.unknownName(path, { what: 'node or pod', known: machines.keys, advice: INSTEAD_OF_MACHINE }, name);
  return undefined;
}

/** A node, a pod or a switch: each has a namespace. */
export function readNamespaceOwner(name: string, path: Path, topology: Topology): string | undefined {
  const { machines, wiring, problems } = topology;
  const switches = wiring.bridges.filter(({ node }) => node === null).map(({ key }) => key);
  const key = machines.get(name)?.key ?? switches.find(one => one === name);
  if (key !== undefined) return key;
  problems.unknownName(path, { what: 'node, pod or switch', known: () => [...machines.keys(), ...switches] }, name);
  return undefined;
}

/** A node, a pod or an address. */
export function readOwner(text: string, path: Path, topology: Topology): string | undefined {
  const ip = parseIp(text);
  if (ip) return formatIp(ip);
  if (!refuseHost(text, path, topology)) return undefined;
  return readMachine(text, path, topology);
}

/** A node, a pod, an address or a host name. */
export function readTarget(text: string, path: Path, topology: Topology): string | undefined {
  const ip = parseIp(text);
  if (ip) return formatIp(ip);
  if (!refuseHost(text, path, topology)) return undefined;
  if (topology.machines.get(text) === undefined && HOST.test(text) && !/^[\d.]+$/.test(text)) return text.toLowerCase();
  return readMachine(text, path, topology);
}

/** Text that is neither a name nor an address, but looks like one. */
function refuseHost(text: string, path: Path, { machines, problems }: Topology): boolean {
  const host = parseHost(text);
  if (host)
    problems.error(path, 'bad-address', `"${text}" has a prefix length`, `an address is meant: ${formatIp(host.ip)}`);
  const isWrong = host === undefined && LIKE_ADDRESS.test(text) && machines.get(text) === undefined;
  const [, name = '', port] = /^([^:/]+):(\d+)$/.exec(text) ?? [];
  const isWithPort = port !== undefined && (machines.get(name) !== undefined || parseIp(name) !== undefined);
  const hint = isWithPort
    ? `the port has a key of its own: ${name}, and "port: ${port}"`
    : 'write it as in 10.244.0.2 or fd00::2';
  if (isWrong) problems.error(path, 'bad-address', `"${text}" is not an IP address`, hint);
  return host === undefined && !isWrong;
}

const LIKE_ADDRESS = /^\d[\d./]*\.[\d./]*$|^[\da-f:./]*:[\da-f:./]*$/i;

/** The families that a node, pod or address has; undefined for a host name, which has not been looked up yet. */
export function familiesOf(target: string, { machines, near }: Topology): ReadonlySet<Family> | undefined {
  const ip = parseIp(target);
  if (ip) return new Set([ip.family]);
  return machines.get(target) && new Set(near.of(target).map(({ host }) => host.ip.family));
}
