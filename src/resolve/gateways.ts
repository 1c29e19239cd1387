/** Default routes of interfaces: those that are given, and the bridge's address for a pod's first interface. */

import {
  contains,
  type Family,
  familyOf,
  formatIp,
  formatSubnet,
  type Host,
  type Ip,
  parseIp,
} from '../address/address.ts';
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { LabRoute } from '../language/lab/lab.ts';
import type { Addresses, Gateways, Port } from './model.ts';
import type { Problems } from './problems.ts';

export function resolveGateways(
  routes: readonly LabRoute[],
  portsOfMachine: ReadonlyMap<string, readonly Port[]>,
  addresses: Addresses,
  problems: Problems,
): Gateways {
  const machines = [...portsOfMachine.values()];
  const gateways = new Map<Port, readonly string[]>();
  const ways = new Map(routes.filter(isDefault).map(route => [wayKey(route.on, route.to), route]));
  const given = new Map<string, Port>();
  for (const port of machines.flatMap(ports => ports.filter(({ gateway }) => gateway !== undefined))) {
    const hops = givenGateways(port, addresses.ofPort(port), problems);
    gateways.set(port, hops);
    for (const hop of hops) claimWay(port, wayKey(port.machine.key, hop), given, ways, problems);
  }
  // A default route, or a gateway of another interface, that the file gives is the one that is meant.
  for (const port of machines.flatMap(firstOfPod)) {
    if (gateways.has(port)) continue;
    const isFree = (hop: string) => {
      const key = wayKey(port.machine.key, hop);
      return !given.has(key) && !ways.has(key);
    };
    const hops = defaultGateways(port, addresses);
    gateways.set(port, given.size + ways.size === 0 ? hops : hops.filter(isFree));
  }
  return port => gateways.get(port) ?? [];
}

const isDefault = ({ to, table }: LabRoute) => table === undefined && (to === '0.0.0.0/0' || to === '::/0');

const wayKey = (machine: string, address: string) => `${machine} ${familyOf(address)}`;

/** The kernel has one default route per family and metric. */
function claimWay(
  port: Port,
  key: string,
  given: Map<string, Port>,
  ways: ReadonlyMap<string, LabRoute>,
  problems: Problems,
): void {
  const { machine, name, path } = port;
  const family = key.at(-1);
  const first = given.get(key);
  const route = ways.get(key);
  const at = [...path, 'gateway'];
  if (first) {
    const message = `"${machine.key}" has an IPv${family} gateway on ${first.name} already, and another on ${name}`;
    problems.error(at, 'conflict', message, 'remove one, or write it under "routes" with a metric');
  } else given.set(key, port);
  if (route && route.metric === undefined) {
    const message = `"${machine.key}" has a default route under "routes" already, and a gateway on ${name}`;
    problems.error(at, 'conflict', message, 'remove one, or give the route a metric');
  }
}

/** The interface `eth0` of a pod, or its first by name. */
function firstOfPod(ports: readonly Port[]): readonly Port[] {
  const [first] = ports;
  if (first?.machine.kind !== 'pod') return [];
  const isBefore = (one: Port, other: Port) => other.name !== 'eth0' && (one.name === 'eth0' || one.name < other.name);
  return [ports.reduce((found, port) => (isBefore(port, found) ? port : found))];
}

/** Of the bridge's addresses the first of each family that the pod reaches directly. */
function defaultGateways(port: Port, addresses: Addresses): string[] {
  const { segment } = port;
  if (segment.kind !== 'bridge') return [];
  const hosts = addresses.ofPort(port);
  const hops: Ip[] = [];
  for (const { ip } of addresses.ofBridge(segment)) {
    const isFirst = hops.every(({ family }) => family !== ip.family);
    if (isFirst && hosts.some(({ subnet }) => contains(subnet, ip))) hops.push(ip);
  }
  return hops.map(formatIp);
}

function givenGateways(port: Port, hosts: readonly Host[], problems: Problems): string[] {
  const path = [...port.path, 'gateway'];
  const texts = typeof port.gateway === 'string' ? [port.gateway] : (port.gateway ?? []);
  if (texts.includes('none')) {
    if (texts.length > 1)
      problems.error(path, 'conflict', 'gateway is "none" and something else', 'leave out "none", or all others');
    return [];
  }
  const families = new Set<Family>();
  return texts.flatMap((text, index) =>
    readGateway(text, { port, hosts, families }, texts.length > 1 ? [...path, index] : path, problems),
  );
}

interface GatewayOwner {
  readonly port: Port;
  readonly hosts: readonly Host[];
  /** Of the gateways that it has already. */
  readonly families: Set<Family>;
}

function readGateway(text: string, { port, hosts, families }: GatewayOwner, path: Path, problems: Problems): string[] {
  const ip = parseIp(text);
  if (!ip) {
    problems.error(
      path,
      'bad-address',
      `"${text}" is not a gateway's address`,
      'write an address without prefix length, or "none"',
    );
    return [];
  }
  if (families.has(ip.family))
    problems.error(path, 'conflict', `"${text}" is a second IPv${ip.family} gateway`, 'give one gateway per family');
  families.add(ip.family);
  if (hosts.some(host => host.ip.value === ip.value)) {
    problems.error(
      path,
      'off-link',
      `"${port.machine.key}" cannot be its own gateway`,
      'name the address of the bridge or of a router on it',
    );
    return [];
  }
  if (hosts.some(({ subnet }) => contains(subnet, ip))) return [formatIp(ip)];
  const own = hosts.map(({ subnet }) => formatSubnet(subnet)).join(', ');
  const hint =
    own === ''
      ? `"${port.machine.key}" has no address on ${port.name}`
      : `${port.name} of "${port.machine.key}" is in ${own}`;
  problems.error(path, 'off-link', `the gateway ${formatIp(ip)} is in no subnet of ${port.name}`, hint);
  return [];
}
