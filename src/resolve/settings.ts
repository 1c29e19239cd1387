/** Checks that need the whole wiring: MTU against IPv6, MAC addresses that are used twice, and bridges that are full. */

import { contains } from '../address/address.ts';
import type { Addresses, Port, Wiring } from './model.ts';
import type { Problems } from './problems.ts';

/** RFC 8200, section 5. */
export const IPV6_MIN_MTU = 1280;

export function checkSettings(
  wiring: Wiring,
  addresses: Addresses,
  clusterMtu: number | undefined,
  problems: Problems,
): void {
  const macs = new Map<string, string>();
  for (const bridge of wiring.bridges)
    checkMac(macs, bridge.entry.mac, `bridge "${bridge.key}"`, bridge.path, problems);
  const reported = new Set<string>();
  for (const port of wiring.ports) {
    const { machine, mac, mtu, path } = port;
    if (mac !== undefined && machine.replica) {
      if (machine.key.endsWith('-0'))
        problems.error([...path, 'mac'], 'conflict', 'replicas cannot all have one MAC address', 'remove "mac"');
    } else if (mac !== undefined) checkMac(macs, mac, `${machine.kind} "${machine.key}"`, path, problems);
    const small =
      mtu !== undefined &&
      mtu !== clusterMtu &&
      mtu < IPV6_MIN_MTU &&
      addresses.ofPort(port).some(({ ip }) => ip.family === 6);
    if (!small || reported.has(path.join())) continue;
    reported.add(path.join());
    problems.error(
      [...path, 'mtu'],
      'out-of-range',
      `an MTU of ${mtu} is too small for IPv6`,
      `IPv6 needs ${IPV6_MIN_MTU} or more`,
    );
  }
}

function checkMac(
  macs: Map<string, string>,
  mac: string | undefined,
  owner: string,
  path: readonly (string | number)[],
  problems: Problems,
): void {
  if (mac === undefined) return;
  const other = macs.get(mac.toLowerCase());
  if (other)
    problems.error(
      [...path, 'mac'],
      'address-taken',
      `${mac} is the MAC address of ${other} already`,
      'give each interface a MAC address of its own',
    );
  if (Number.parseInt(mac.slice(0, 2), 16) & 1) {
    problems.error(
      [...path, 'mac'],
      'bad-address',
      `${mac} is a multicast address`,
      "the first byte of an interface's MAC address must be even",
    );
  }
  macs.set(mac.toLowerCase(), owner);
}

/** An interface refuses IPv6 addresses where the kernel's IPv6 is switched off for it. */
export function checkDisabledIpv6(wiring: Wiring, addresses: Addresses, problems: Problems): void {
  const reported = new Set<string>();
  for (const port of wiring.ports) {
    const { entry, path, key } = port.machine;
    if (!addresses.ofPort(port).some(({ ip }) => ip.family === 6)) continue;
    const scopes = ['all', 'default', port.name];
    const name = scopes
      .map(scope => `net.ipv6.conf.${scope}.disable_ipv6`)
      .find(one => Number(entry.sysctls?.[one]) === 1);
    if (name === undefined || reported.has(path.join())) continue;
    reported.add(path.join());
    const message = `"${key}" switches IPv6 off, and ${port.name} has an IPv6 address`;
    problems.errorAtKey([...path, 'sysctls', name], 'conflict', message, `remove this setting, or the IPv6 address`);
  }
}

/** Ends that share no subnet can say nothing to each other; a lesson may want just that. */
export function warnUnconnected(wiring: Wiring, addresses: Addresses, problems: Problems): void {
  for (const link of wiring.links) {
    const [a = [], b = []] = wiring.ports.filter(({ segment }) => segment === link).map(port => addresses.ofPort(port));
    if (a.length === 0 || b.length === 0) continue;
    if (a.some(one => b.some(other => contains(one.subnet, other.ip)))) continue;
    problems.warn(
      link.path,
      'off-link',
      'the two ends of this link have no subnet in common',
      'give both an address of one subnet',
    );
  }
}

/** BR_PORT_BITS in net/bridge/br_private.h: ten bits for the number of a port, and 0 is none. */
const MOST_PORTS = 1023;

/** A warning, as a plan of it is still good to read. */
export function warnOfFullBridges(portsOfSegment: ReadonlyMap<string, readonly Port[]>, problems: Problems): void {
  for (const ports of portsOfSegment.values()) {
    const surplus = ports[MOST_PORTS];
    if (surplus?.segment.kind !== 'bridge') continue;
    const message = `bridge "${surplus.segment.key}" has ${ports.length} ports, and the kernel has ${MOST_PORTS} for one: "up" will fail`;
    problems.warn(
      surplus.path,
      'out-of-range',
      message,
      'spread the pods over more nodes, or the nodes over more switches',
    );
  }
}
