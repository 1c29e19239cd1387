/** Default routes of interfaces: those that are given, and the bridge's address for a pod's first interface. */
import { contains, type Family, formatIp, formatSubnet, type Host, parseIp } from '../address/address.ts';
import type { Path } from '../diagnostic/diagnostic.ts';
import type { LabFile } from '../lab/generated/lab-file.ts';
import type { Addresses } from './addresses.ts';
import type { Problems } from './problems.ts';
import type { Port } from './segments.ts';

/** Next hops of a port's default routes, at most one per family. */
export type Gateways = (port: Port) => readonly string[];

export function resolveGateways(
  file: LabFile,
  ports: readonly Port[],
  addresses: Addresses,
  problems: Problems,
): Gateways {
  const firsts = firstPorts(ports);
  const routed = defaultRouted(file);
  const gateways = new Map<Port, string[]>();
  for (const port of ports) {
    if (port.gateway !== undefined) gateways.set(port, givenGateways(port, addresses.ofPort(port), problems));
    else if (firsts.has(port)) gateways.set(port, defaultGateways(port, addresses, routed));
  }
  return port => gateways.get(port) ?? [];
}

/** The interface `eth0` of each pod, or its first by name. */
function firstPorts(ports: readonly Port[]): Set<Port> {
  const firsts = new Map<string, Port>();
  for (const port of ports) {
    if (port.machine.kind !== 'pod') continue;
    const first = firsts.get(port.machine.key);
    if (!first || (first.name !== 'eth0' && (port.name === 'eth0' || port.name < first.name)))
      firsts.set(port.machine.key, port);
  }
  return new Set(firsts.values());
}

/** Machines for which the lab file writes a default route itself: that one counts. */
function defaultRouted(file: LabFile): Set<string> {
  const routes = (file.routes ?? []).filter(({ to }) => to === 'default' || to.endsWith('/0'));
  return new Set(routes.flatMap(({ on }) => on).map(name => name.replace(/^default\//, '')));
}

function defaultGateways({ machine, segment }: Port, addresses: Addresses, routed: ReadonlySet<string>): string[] {
  if (segment.kind !== 'bridge' || routed.has(machine.key)) return [];
  const own = new Set<Family>();
  return addresses.ofBridge(segment).flatMap(({ ip }) => {
    if (own.has(ip.family)) return [];
    own.add(ip.family);
    return [formatIp(ip)];
  });
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
    readGateway(text, port, hosts, families, texts.length > 1 ? [...path, index] : path, problems),
  );
}

function readGateway(
  text: string,
  port: Port,
  hosts: readonly Host[],
  families: Set<Family>,
  path: Path,
  problems: Problems,
): string[] {
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
