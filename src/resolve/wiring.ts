/** What is plugged into what: bridges, the interfaces on them, and links, before anything has an address. */

import type { LabFile } from '../language/lab/generated/lab-file.ts';
import { createBridgeFinder, givenBridges, joiningSwitch, nodeBridges, RESERVED } from './bridges.ts';
import { createNameTaker, linkPorts, toEnd, toLink } from './links.ts';
import type { Blocks, BridgeSegment, Cluster, Machines, NodeDraft, Wiring } from './model.ts';
import { nodePorts, podPorts } from './ports.ts';
import type { Problems } from './problems.ts';

export function resolveWiring(
  file: LabFile,
  cluster: Cluster,
  machines: Machines,
  blocks: Blocks,
  problems: Problems,
): Wiring {
  const linked = endNamesByMachine(file, machines);
  const joining = cluster.fabric.isByHand ? [] : [...machines.nodes.values()].filter(node => joinsLan(node, linked));
  const plugged = new Set(joining);
  const bridges = [
    ...joiningSwitch(file, plugged.size, cluster, machines, problems),
    ...nodeBridges(file, cluster, machines, blocks),
    ...givenBridges(file, machines, problems),
  ];
  const byKey = new Map(bridges.map(bridge => [bridge.key, bridge]));
  const find = createBridgeFinder(byKey, cluster, problems);
  const lan = byKey.get('lan');
  for (const { key } of joining) checkHidden(byKey.get(`${key}/lan`), problems);
  const ports = [
    ...[...machines.nodes.values()].flatMap(node => nodePorts(node, plugged.has(node) ? lan : undefined, find)),
    ...[...machines.pods.values()].flatMap(pod => podPorts(pod, cluster, byKey, find, problems)),
  ];
  const links = (file.links ?? []).map((entry, index) => toLink(entry, index, problems));
  const takeFreeName = createNameTaker(ports, linked);
  const ends = links.flatMap(link => linkPorts(link, machines, takeFreeName, problems));
  const wiring = { bridges, links, ports: [...ports, ...ends] };
  checkPortNames(wiring, problems);
  return wiring;
}

/** A node that is plugged into the switch `lan` could not say so: its own bridge of that name would be meant. */
function checkHidden(bridge: BridgeSegment | undefined, problems: Problems): void {
  if (!bridge) return;
  const message = `"lan" is the name of the switch that "${bridge.node}" is plugged into`;
  problems.errorAtKey(bridge.path, 'name-taken', message, 'give the bridge inside of the node another name');
}

/** A node has its place on `lan` unless it wires an `eth0` of its own; what stands outside has none once it is wired. */
function joinsLan(node: NodeDraft, linked: ReadonlyMap<string, readonly (string | undefined)[]>): boolean {
  const names = [...Object.keys(node.entry.interfaces ?? {}), ...(linked.get(node.key) ?? [])];
  return node.external ? names.length === 0 : !names.includes('eth0');
}

function endNamesByMachine(file: LabFile, machines: Machines): Map<string, (string | undefined)[]> {
  const names = new Map<string, (string | undefined)[]>();
  for (const end of (file.links ?? []).flatMap(link => link.ends)) {
    const { on, interface: name } = toEnd(end);
    const key = machines.get(on)?.key ?? on;
    const known = names.get(key);
    if (known) known.push(name);
    else names.set(key, [name]);
  }
  return names;
}

function checkPortNames({ bridges, ports }: Wiring, problems: Problems): void {
  const taken = new Map(bridges.map(({ ns, name, key }) => [`${ns} ${name}`, `bridge "${key}"`]));
  for (const { machine, name, path, segment } of ports) {
    const at = segment.kind === 'link' && path.length === 4 ? [...path, 'interface'] : path;
    if (RESERVED.has(name)) {
      problems.errorAtKey(
        at,
        'name-not-allowed',
        `"${name}" cannot be an interface's name`,
        'the kernel uses it for something else',
      );
    }
    const key = `${machine.ns} ${name}`;
    const other = taken.get(key);
    if (other)
      problems.errorAtKey(
        at,
        'name-taken',
        `"${machine.key}" has two interfaces "${name}"`,
        `${other} has this name already`,
      );
    taken.set(key, 'another interface');
  }
}
