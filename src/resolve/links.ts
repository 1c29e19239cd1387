/** Links: cables between two nodes or pods, and the names of their ends. */

import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { LinkEndEntry, LinkEntry } from '../language/lab/generated/lab-file.ts';
import { refuseOnHost } from './host-network.ts';
import type { LinkSegment, Machines, Port } from './model.ts';
import { createPort } from './ports.ts';
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

const PLUG =
  'a link joins nodes and pods; into a bridge a node or pod is plugged with "interfaces: { eth1: { bridge: … } }"';
const INSTEAD_OF_END = { switch: PLUG, bridge: PLUG };

/** `node1:eth1`, as other tools have it. */
function hintEnd(text: string, machines: Machines): { readonly hint?: string } {
  const [on = '', name = ''] = text.split(':');
  return machines.get(on) && name !== '' ? { hint: `write it as "{ on: ${on}, interface: ${name} }"` } : {};
}

/** Takes the first free `ethN` of a node or pod. */
export type TakeFreeName = (machine: string) => string;

/** `linked` has the names that ends of links are given. */
export function createNameTaker(
  ports: readonly Port[],
  linked: ReadonlyMap<string, readonly (string | undefined)[]>,
): TakeFreeName {
  // Most machines have no end of a link, and are not asked for.
  const names = new Map([...linked].map(([key, ends]) => [key, new Set(ends)]));
  for (const { machine, name } of ports) names.get(machine.key)?.add(name);
  const next = new Map<string, number>();
  return machine => {
    let index = next.get(machine) ?? 0;
    while (names.get(machine)?.has(`eth${index}`)) index += 1;
    next.set(machine, index + 1);
    return `eth${index}`;
  };
}

export function linkPorts(
  link: LinkSegment,
  machines: Machines,
  takeFreeName: TakeFreeName,
  problems: Problems,
): Port[] {
  const ports: Port[] = [];
  for (const [index, written] of link.entry.ends.entries()) {
    const path = [...link.path, 'ends', index];
    const end = toEnd(written);
    const machine = machines.get(end.on);
    if (!machine) {
      const at = typeof written === 'string' ? path : [...path, 'on'];
      problems.unknownName(
        at,
        { what: 'node or pod', known: machines.keys, advice: INSTEAD_OF_END, ...hintEnd(end.on, machines) },
        end.on,
      );
      continue;
    }
    const at = typeof written === 'string' ? path : [...path, 'on'];
    if (refuseOnHost(machine, 'interfaces', at, problems)) continue;
    const name = end.interface ?? takeFreeName(machine.key);
    const { rate, delay, jitter, loss } = link.entry;
    const entry = { address: end.address, mac: end.mac, rate, delay, jitter, loss };
    ports.push(createPort(machine, name, entry, link, path));
  }
  return ports;
}
