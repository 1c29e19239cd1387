/** Neighbour entries: the lab file's `neighbours` come in, one for each node or pod goes out. */

import { familyBits, formatIp, formatSubnet, type Ip, subnetOf } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { LabFile, NeighbourEntry } from '../../../language/lab/generated/lab-file.ts';
import type { LocalAddress, MachineDraft, Topology } from '../../../resolve/model.ts';
import { isLinkLocal } from '../../../resolve/next-hop.ts';
import { readIp, whyUnusable } from '../../../resolve/read-address.ts';
import { suggestInterface } from '../../../resolve/suggest-interface.ts';
import { readTargets } from '../../../resolve/targets.ts';
import type { LabNeighbour } from '../model.ts';

export function resolveNeighbours(file: LabFile, topology: Topology): LabNeighbour[] {
  const all = (file.neighbours ?? []).flatMap((entry, index) => neighboursOf(entry, ['neighbours', index], topology));
  checkDoubles(all, topology);
  return all;
}

function neighboursOf(entry: NeighbourEntry, path: Path, topology: Topology): LabNeighbour[] {
  const ip = readIp(entry.address, [...path, 'address'], topology.problems);
  const machines = readTargets(entry.on, [...path, 'on'], topology);
  if (/^[0:]+$/.test(entry.mac)) {
    const hint = 'write the one that packets are to be sent to, such as "02:00:00:00:00:01"';
    topology.problems.error([...path, 'mac'], 'not-allowed', `${entry.mac} is the address of no interface`, hint);
  }
  if (!ip) return [];
  return machines.flatMap(machine => {
    const dev = deviceFor(machine, ip, entry.dev, path, topology);
    if (dev === undefined) return [];
    return [{ on: machine.key, dev, address: formatIp(ip), mac: entry.mac.toLowerCase(), source: path }];
  });
}

/**
 * The interface that is given, or that in whose subnet the address is. With a given one the address may be in no subnet, as
 * where a pod's next hop is 169.254.1.1.
 */
function deviceFor(
  { key }: MachineDraft,
  ip: Ip,
  given: string | undefined,
  path: Path,
  { near, problems }: Topology,
): string | undefined {
  const known = [...near.devicesOf(key)].filter(dev => dev !== 'lo');
  if (near.of(key).some(({ host }) => host.ip.family === ip.family && host.ip.value === ip.value)) {
    const hint = 'name the address of somebody else on the same network';
    problems.error([...path, 'address'], 'off-link', `${formatIp(ip)} is an address of "${key}" itself`, hint);
    return undefined;
  }
  const connection = near.onLink(key, ip, given);
  const fault = whyNobody(ip, connection);
  if (fault !== undefined) {
    const hint = 'an entry is about one interface of somebody else';
    problems.error([...path, 'address'], 'bad-address', `${formatIp(ip)} is ${fault}, which nobody has`, hint);
    return undefined;
  }
  if (given !== undefined) {
    if (known.includes(given)) return given;
    const message = `"${key}" has no interface "${given}" with neighbours`;
    problems.error([...path, 'dev'], 'unknown-name', message, suggestInterface(given, known));
    return undefined;
  }
  if (connection) return connection.dev;
  const own = [...new Set(near.of(key).map(({ host }) => formatSubnet(host.subnet)))];
  const hint = own.length === 0 ? `"${key}" has no address at all` : `"${key}" is in ${own.join(', ')}`;
  const message = `${formatIp(ip)} is in no subnet of "${key}"`;
  problems.error([...path, 'address'], 'off-link', message, `${hint}; or say on which interface it is with "dev"`);
  return undefined;
}

/** The kernel would take the entry, and never look at it. */
function whyNobody(ip: Ip, connection: LocalAddress | undefined): string | undefined {
  if (isLinkLocal(ip)) return undefined;
  return whyUnusable({ ip, subnet: connection?.host.subnet ?? subnetOf(ip, familyBits(ip.family)) });
}

function checkDoubles(all: readonly LabNeighbour[], { problems }: Topology): void {
  const seen = new Set<string>();
  for (const { on, dev, address, source } of all) {
    const key = `${on} ${dev} ${address}`;
    if (seen.has(key)) {
      const message = `"${on}" has two entries for ${address} on ${dev}`;
      problems.error(source, 'conflict', message, 'remove one: an address has one MAC address');
    }
    seen.add(key);
  }
}
