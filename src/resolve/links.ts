/** Links: cables between two nodes or pods, and the names of their ends. */

import type { Path } from '../language/diagnostic/diagnostic.ts';
import { suggestName } from '../language/diagnostic/suggest-name.ts';
import type { LinkEndEntry, LinkEntry } from '../language/lab/generated/lab-file.ts';
import type { LinkSegment, Machines, Port } from './model.ts';
import { bare, toShaping } from './ports.ts';
import type { Problems } from './problems.ts';
import { readSubnets } from './read-subnet.ts';

export function toLink(entry: LinkEntry, index: number, problems: Problems): LinkSegment {
  const path: Path = ['links', index];
  const subnets = readSubnets(entry.subnet, [...path, 'subnet'], problems);
  return { kind: 'link', key: `link ${index}`, entry, subnets, path };
}

export function toEnd(end: LinkEndEntry): Exclude<LinkEndEntry, string> {
  return typeof end === 'string' ? { on: end } : end;
}

export function namesByMachine(ports: readonly Port[], linked: ReadonlyMap<string, readonly (string | undefined)[]>) {
  const names = new Map<string, Set<string>>();
  const add = (key: string, name: string) => names.set(key, (names.get(key) ?? new Set()).add(name));
  for (const { machine, name } of ports) add(machine.key, name);
  for (const [key, ends] of linked) for (const name of ends) if (name !== undefined) add(key, name);
  return names;
}

export function linkPorts(
  link: LinkSegment,
  machines: Machines,
  names: Map<string, Set<string>>,
  problems: Problems,
): Port[] {
  const ports: Port[] = [];
  for (const [index, written] of link.entry.ends.entries()) {
    const path = [...link.path, 'ends', index];
    const end = toEnd(written);
    const machine = machines.get(end.on);
    if (!machine) {
      const at = typeof written === 'string' ? path : [...path, 'on'];
      problems.error(at, 'unknown-name', `there is no node or pod "${end.on}"`, suggestName(end.on, machines.keys()));
      continue;
    }
    const name = end.interface ?? takeFreeName(names, machine.key);
    const settings = { address: end.address, mtu: link.entry.mtu, mac: end.mac, shaping: toShaping(link.entry) };
    ports.push({ ...bare(machine, name, link), ...settings, path });
  }
  return ports;
}

function takeFreeName(names: Map<string, Set<string>>, machine: string): string {
  const taken = names.get(machine) ?? new Set();
  names.set(machine, taken);
  for (let index = 0; ; index++) {
    const name = `eth${index}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}
